//! 6.1.16: the version is the number of the latest revision.

use crate::csaf::{Document, Findings, Rule, Test};

pub(super) const TEST: Test = Test { id: "6.1.16", title: "Latest Document Version", rule: Rule::Run(run) };

fn run(document: &Document, found: &mut Findings) {
    let (Some((spot, version)), Some(last)) = (document.version(), document.revisions.last()) else { return };
    let same = match document.status() {
        Some("draft") => version.release() == last.number.release(),
        _ => version.same(&last.number),
    };
    if !same {
        let number = last.spot.word("number").unwrap_or_default();
        found.at(&spot, format!("the latest revision is {number:?}; make the version the same, or add a revision"));
    }
}
