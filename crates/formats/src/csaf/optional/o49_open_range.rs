//! 6.2.49: a range of versions has an upper end.

use crate::csaf::vers::Range;
use crate::csaf::{Document, Findings, Rule, Test};

pub(super) const TEST: Test =
    Test { id: "6.2.49", title: "Upper Open Ended Product Version Range", rule: Rule::Run(run) };

fn run(document: &Document, found: &mut Findings) {
    for branch in document.branches.iter().filter(|branch| branch.category == "product_version_range") {
        let last = Range::parse(branch.name)
            .ok()
            .and_then(|range| range.constraints.into_iter().rfind(|(sign, _)| *sign != "!="));
        // A version that is left out says nothing about the end.
        let open = |sign: &str| matches!(sign, ">" | ">=");
        if last.is_some_and(|(sign, _)| open(sign))
            && let Some(name) = branch.spot.get("name")
        {
            found.at(&name, "has no upper end; name the last version that it speaks of");
        }
    }
}
