//! 6.1.58: a product hangs below a version or below a range, not both.

use crate::csaf::{Document, Findings, Rule, Test};

pub(super) const TEST: Test =
    Test { id: "6.1.58", title: "Use of product_version in one Path with product_version_range", rule: Rule::Run(run) };

fn run(document: &Document, found: &mut Findings) {
    for product in &document.products {
        let has = |category: &str| document.lineage(product).any(|branch| branch.category == category);
        if has("product_version") && has("product_version_range") {
            found.at(&product.spot, "hangs below a version and a range of versions; keep one of the branches");
        }
    }
}
