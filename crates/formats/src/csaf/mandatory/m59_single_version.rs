//! 6.1.59: a version range is more than one version.

use super::m50_range_rules::NEARLY_ALL;
use crate::csaf::vers::Range;
use crate::csaf::{Document, Findings, Rule, Test};

pub(super) const TEST: Test =
    Test { id: "6.1.59", title: "Single Version as Product Version Range", rule: Rule::Run(run) };

fn run(document: &Document, found: &mut Findings) {
    for branch in document.branches.iter().filter(|branch| branch.category == "product_version_range") {
        let Some(name) = branch.spot.get("name") else { continue };
        let Some(text) = name.text().filter(|text| *text != NEARLY_ALL) else { continue };
        if Range::parse(text).is_ok_and(|range| range.is_single()) {
            found.at(&name, format!("{text:?} is one version; use the category product_version"));
        }
    }
}
