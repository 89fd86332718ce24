//! 6.1.31: the name of a product version is one version, no range.

use crate::csaf::{Document, Findings, Rule, Test, words};

pub(super) const TEST: Test = Test { id: "6.1.31", title: "Version Range in Product Version", rule: Rule::Run(run) };

fn run(document: &Document, found: &mut Findings) {
    for branch in document.branches.iter().filter(|b| b.category == "product_version") {
        let Some(name) = branch.spot.get("name") else { continue };
        if let Some(text) = name.text().filter(|text| words::is_range(text)) {
            let message = format!("{text:?} is a range; use the category product_version_range, or name one version");
            found.at(&name, message);
        }
    }
}
