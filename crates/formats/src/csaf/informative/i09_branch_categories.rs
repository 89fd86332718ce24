//! 6.3.9: a product hangs below vendor, product name and product version.

use crate::csaf::{Document, Findings, Rule, Test};

pub(super) const TEST: Test = Test { id: "6.3.9", title: "Branch Categories", rule: Rule::Run(run) };

fn run(document: &Document, found: &mut Findings) {
    for product in &document.products {
        let mut above = document.lineage(product).map(|branch| branch.category).peekable();
        let branched = above.peek().is_some();
        let ordered =
            ["product_version", "product_name", "vendor"].iter().all(|wanted| above.any(|have| have == *wanted));
        if branched && !ordered {
            found.at(
                &product.spot,
                "does not hang below vendor, product_name and product_version in this order; add the branches",
            );
        }
    }
}
