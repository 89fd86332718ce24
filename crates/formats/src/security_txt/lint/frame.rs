//! The frame of a cleartext signature, as far as it can be judged without a key.

use super::{Report, shown};
use crate::security_txt::armour::{ArmourFault, dearmour};
use crate::security_txt::finding::Code;
use crate::security_txt::line::{File, Frame, Part};

/// A line after the signature.
pub(super) fn after(report: &mut Report, line: usize, text: &str) {
    if text.trim().is_empty() {
        report.add(Code::LinesAfterSignature, line, || {
            "Nothing may follow the signature; take this empty line out.".into()
        });
    } else {
        report.add(Code::DataAfterSignature, line, || {
            format!("{} stands after the signature, which does not cover it; take it out or sign it too.", shown(text))
        });
    }
}

/// The frame as a whole.
pub(super) fn check(report: &mut Report, file: &File) {
    let Some(frame) = file.frame else { return };
    if frame.begin != 1 {
        report.add(Code::SignedFormat, frame.begin, || {
            "Nothing may stand before the line BEGIN PGP SIGNED MESSAGE: the signature does not cover it.".into()
        });
    }
    head(report, file, frame);
    let Some(signature) = frame.signature else {
        report.add(Code::SignatureData, frame.begin, || {
            "The file begins like a signed one and has no signature; sign it again.".into()
        });
        return;
    };
    let lines: Vec<_> = file.armour().collect();
    let Err(fault) = dearmour(lines.iter().map(AsRef::as_ref)) else { return };
    let code = if fault == ArmourFault::NoSignature { Code::NoSignature } else { Code::SignatureData };
    report
        .add(code, signature + fault.line(), || format!("The signature cannot be read: {fault}. Sign the file again."));
}

/// Headers and the empty line after them.
fn head(report: &mut Report, file: &File, frame: Frame) {
    let lines = || file.lines.iter().enumerate().skip(frame.begin).take_while(|(_, line)| line.part == Part::Head);
    match frame.blank {
        None => report.add(Code::SignedFormat, frame.begin, || {
            "An empty line must stand between the headers (Hash: …) and the text; sign the file again.".into()
        }),
        Some(blank) if file.lines.get(blank - 1).is_some_and(|line| !line.raw.is_empty()) => {
            report.add(Code::SignatureData, blank, || "The empty line after the headers must not hold spaces.".into());
        }
        Some(_) => {}
    }
    if !lines().any(|(_, line)| line.raw.starts_with(b"Hash: ")) {
        report.add(Code::SignedFormat, frame.begin, || {
            "The header that names the hash (Hash: SHA512) is missing; sign the file again.".into()
        });
    }
}
