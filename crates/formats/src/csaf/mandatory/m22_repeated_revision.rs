//! 6.1.22: no version is in the revision history twice.

use crate::csaf::{Document, Findings, Rule, Test};
use std::collections::HashSet;

pub(super) const TEST: Test =
    Test { id: "6.1.22", title: "Multiple Definition in Revision History", rule: Rule::Run(run) };

fn run(document: &Document, found: &mut Findings) {
    let mut seen = HashSet::new();
    for revision in &document.revisions {
        let number = revision.spot.word("number").unwrap_or_default();
        if !seen.insert(number) {
            found.pointer(
                format!("{}/number", revision.spot.at),
                format!("version {number:?} is there twice; give each revision its own number"),
            );
        }
    }
}
