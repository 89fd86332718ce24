//! 6.1.20: the version of what is released is no pre-release.

use crate::csaf::{Document, Findings, Rule, Test};

pub(super) const TEST: Test = Test { id: "6.1.20", title: "Non-draft Document Version", rule: Rule::Run(run) };

fn run(document: &Document, found: &mut Findings) {
    if let Some((spot, version)) = document.version()
        && version.pre.is_some()
        && matches!(document.status(), Some("final" | "interim"))
    {
        found.at(&spot, "a released document has no pre-release part in its version; remove what follows the hyphen");
    }
}
