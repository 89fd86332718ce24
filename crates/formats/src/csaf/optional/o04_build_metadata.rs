//! 6.2.4: numbers of revisions have no build metadata.

use crate::csaf::{Document, Findings, Rule, Test};

pub(super) const TEST: Test = Test { id: "6.2.4", title: "Build Metadata in Revision History", rule: Rule::Run(run) };

fn run(document: &Document, found: &mut Findings) {
    for revision in document.revisions.iter().filter(|revision| revision.number.build.is_some()) {
        found.pointer(format!("{}/number", revision.spot.at), "has build metadata; remove what follows the plus sign");
    }
}
