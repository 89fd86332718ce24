//! 6.1.18: what is released has no revision 0.

use crate::csaf::{Document, Findings, Rule, Test};

pub(super) const TEST: Test = Test { id: "6.1.18", title: "Released Revision History", rule: Rule::Run(run) };

fn run(document: &Document, found: &mut Findings) {
    if !matches!(document.status(), Some("final" | "interim")) {
        return;
    }
    for revision in document.revisions.iter().filter(|revision| revision.number.major.is_zero()) {
        let message = "a released document has no revision 0; remove the revisions before the first release";
        found.pointer(format!("{}/number", revision.spot.at), message);
    }
}
