//! 6.2.16: a product has a name that machines know.

use crate::csaf::document::helper;
use crate::csaf::{Document, Findings, Rule, Test};

pub(super) const TEST: Test =
    Test { id: "6.2.16", title: "Missing Product Identification Helper", rule: Rule::Run(run) };

fn run(document: &Document, found: &mut Findings) {
    for product in document.products.iter().filter(|product| helper(product).is_none()) {
        found.at(&product.spot, "has no product_identification_helper; add a purl, a CPE or hashes");
    }
}
