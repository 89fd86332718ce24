//! 6.1.17: a version 0, 0.y.z or pre-release is a draft.

use crate::csaf::{Document, Findings, Rule, Test};

pub(super) const TEST: Test = Test { id: "6.1.17", title: "Document Status Draft", rule: Rule::Run(run) };

fn run(document: &Document, found: &mut Findings) {
    let Some((spot, version)) = document.version() else { return };
    if (version.major.is_zero() || version.pre.is_some()) && document.status() != Some("draft") {
        found.at(
            &spot,
            "a version 0 or a pre-release is a draft; set the status to draft, or the version to 1 or higher",
        );
    }
}
