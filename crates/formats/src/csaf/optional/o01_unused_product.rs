//! 6.2.1: every product that is defined is referred to.

use crate::csaf::profile;
use crate::csaf::{Document, Findings, Rule, Test};
use std::collections::HashSet;

pub(super) const TEST: Test = Test { id: "6.2.1", title: "Unused Definition of Product ID", rule: Rule::Run(run) };

fn run(document: &Document, found: &mut Findings) {
    if document.profile == profile::INFORMATIONAL {
        return;
    }
    let used: HashSet<&str> = document.references().into_iter().map(|(_, id)| id).collect();
    for product in document.products.iter().filter(|product| !used.contains(product.id)) {
        let message = format!("the product {:?} is never used; refer to it or remove it", product.id);
        found.pointer(format!("{}/product_id", product.spot.at), message);
    }
}
