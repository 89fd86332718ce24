//! 6.1.19: no revision is a pre-release.

use crate::csaf::{Document, Findings, Rule, Test};

pub(super) const TEST: Test =
    Test { id: "6.1.19", title: "Revision History Entries for Pre-release Versions", rule: Rule::Run(run) };

fn run(document: &Document, found: &mut Findings) {
    for revision in document.revisions.iter().filter(|revision| revision.number.pre.is_some()) {
        found.pointer(
            format!("{}/number", revision.spot.at),
            "a revision has no pre-release part; remove what follows the hyphen",
        );
    }
}
