//! 6.1.30: versions are whole numbers or semantic, not both.

use crate::csaf::version::Version;
use crate::csaf::{Document, Findings, Rule, Test};

pub(super) const TEST: Test =
    Test { id: "6.1.30", title: "Mixed Integer and Semantic Versioning", rule: Rule::Run(run) };

fn run(document: &Document, found: &mut Findings) {
    let Some((_, version)) = document.version() else { return };
    let history = document.tracking().into_iter().flat_map(|tracking| tracking.items("revision_history"));
    for number in history.filter_map(|revision| revision.get("number")) {
        if let Some(other) = number.text().and_then(Version::parse)
            && other.is_semantic() != version.is_semantic()
        {
            found.at(
                &number,
                "is written another way than the version of the document; use whole numbers or x.y.z throughout",
            );
        }
    }
}
