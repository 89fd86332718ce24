//! 6.1.27.16: what was withdrawn or superseded has an earlier revision.

use crate::csaf::profile;
use crate::csaf::{Document, Findings, Rule, Test};

pub(super) const TEST: Test = Test { id: "6.1.27.16", title: "Revision History", rule: Rule::Run(run) };

fn run(document: &Document, found: &mut Findings) {
    if !matches!(document.profile, profile::WITHDRAWN | profile::SUPERSEDED) {
        return;
    }
    let count = document.tracking().map_or(0, |tracking| tracking.items("revision_history").count());
    if count < 2 {
        found.pointer(
            "/document/tracking/revision_history",
            "has fewer than two entries; keep that of the document as it was before",
        );
    }
}
