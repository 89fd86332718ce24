//! 6.3.9: a product hangs below vendor, product name and product version.

use crate::csaf::{Document, Findings, Rule, Test};

pub(super) const TEST: Test = Test { id: "6.3.9", title: "Branch Categories", rule: Rule::Run(run) };

fn run(document: &Document, found: &mut Findings) {
    for product in document.products.iter().filter(|product| !product.lineage.is_empty()) {
        let mut above = product.lineage.iter();
        let ordered =
            ["vendor", "product_name", "product_version"].iter().all(|wanted| above.any(|have| have == wanted));
        if !ordered {
            found.at(
                &product.spot,
                "does not hang below vendor, product_name and product_version in this order; add the branches",
            );
        }
    }
}
