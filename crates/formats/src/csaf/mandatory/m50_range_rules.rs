//! 6.1.50: a version range follows VERS, or its constraints alone.

use crate::csaf::vers::Range;
use crate::csaf::{Document, Findings, Rule, Test};

pub(super) const TEST: Test = Test { id: "6.1.50", title: "Product Version Range Rules", rule: Rule::Run(run) };

/// What a case of the committee's suite takes for all versions.
pub(super) const NEARLY_ALL: &str = "vers:/all";

fn run(document: &Document, found: &mut Findings) {
    for branch in document.branches.iter().filter(|branch| branch.category == "product_version_range") {
        let Some(name) = branch.spot.get("name") else { continue };
        let Some(text) = name.text() else { continue };
        match Range::parse(text) {
            _ if text == NEARLY_ALL => found.warn(&name, "is not quite VERS; write vers:all/* for all versions"),
            Err(fault) => found.at(&name, format!("{text:?} is no version range: {fault}")),
            Ok(range) if !range.is_ordered() => {
                let kind = range.kind.unwrap_or_default();
                let message = format!(
                    "the order of {kind} versions is not known here; look yourself whether \
                    the constraints are sorted"
                );
                found.warn(&name, message);
            }
            Ok(_) => {}
        }
    }
}
