//! 6.1.1: every product id that is referred to is defined in the product tree.

use crate::csaf::{Document, Findings, Rule, Test};
use std::collections::HashSet;

pub(super) const TEST: Test = Test { id: "6.1.1", title: "Missing Definition of Product ID", rule: Rule::Run(run) };

fn run(document: &Document, found: &mut Findings) {
    let defined: HashSet<&str> = document.products.iter().map(|product| product.id).collect();
    for (spot, id) in document.references() {
        if !defined.contains(id) {
            found.at(&spot, format!("the product {id:?} is not defined in /product_tree; define it or mend the id"));
        }
    }
}
