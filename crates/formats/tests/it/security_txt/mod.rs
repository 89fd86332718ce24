//! security.txt: the rules of RFC 9116, the verdicts of another lint on real files, writing.

mod agreement;
mod publish;
mod rules;
mod signatures;

use formats::security_txt::{Context, Limits, Now, Verdict, check};

/// The day on which the other lint was run over the shared files.
pub const DAY: &str = "2026-11-22T06:00:00Z";

pub fn context() -> Context<'static> {
    Context { now: Now::parse(DAY).expect("a day"), served: None }
}

pub fn verdict(bytes: &[u8]) -> Verdict {
    check(bytes, Limits::default(), &context()).expect("within bounds")
}
