//! 6.1.2: no product id is defined twice.

use crate::csaf::{Document, Findings, Rule, Test};
use std::collections::HashMap;

pub(super) const TEST: Test = Test { id: "6.1.2", title: "Multiple Definition of Product ID", rule: Rule::Run(run) };

fn run(document: &Document, found: &mut Findings) {
    let mut seen = HashMap::new();
    for product in &document.products {
        if let Some(first) = seen.insert(product.id, &product.spot) {
            let message = format!(
                "the product id {:?} is already defined at {}; give this product its own",
                product.id, first.at
            );
            found.pointer(format!("{}/product_id", product.spot.at), message);
        }
    }
}
