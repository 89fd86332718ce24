//! 6.2.31: what has a serial or model number is hardware, and software is said to run on it.

use crate::csaf::document::helper;
use crate::csaf::{Document, Findings, Rule, Test};
use std::collections::HashSet;

pub(super) const TEST: Test = Test { id: "6.2.31", title: "Hardware and Software", rule: Rule::Run(run) };

fn run(document: &Document, found: &mut Findings) {
    let parts = document.relationships().flat_map(|path| document.parts(&path));
    let named: HashSet<&str> = parts.filter_map(|part| part.text()).collect();
    for product in document.products.iter().filter(|product| !named.contains(product.id)) {
        if helper(product).is_some_and(|helper| helper.has("serial_numbers") || helper.has("model_numbers")) {
            found.at(&product.spot, "has numbers of hardware, and no product path leads to it; is software mixed in?");
        }
    }
}
