//! 6.3.10: versions are listed, not given as a range.

use crate::csaf::{Document, Findings, Rule, Test};

pub(super) const TEST: Test = Test { id: "6.3.10", title: "Usage of Product Version Range", rule: Rule::Run(run) };

fn run(document: &Document, found: &mut Findings) {
    for branch in document.branches.iter().filter(|b| b.category == "product_version_range") {
        found.pointer(
            format!("{}/category", branch.spot.at),
            "a range is hard to match by machine; list the versions if you can",
        );
    }
}
