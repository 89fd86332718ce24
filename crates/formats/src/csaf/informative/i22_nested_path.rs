//! 6.3.22: a product path is made of products, not of other paths.

use crate::csaf::{Document, Findings, Rule, Test};
use std::collections::HashSet;

pub(super) const TEST: Test = Test { id: "6.3.22", title: "Nested Product Path", rule: Rule::Run(run) };

fn run(document: &Document, found: &mut Findings) {
    let made = document.relationships().filter_map(|path| path.get("full_product_name")?.word("product_id"));
    let made: HashSet<&str> = made.collect();
    for part in document.relationships().flat_map(|path| document.parts(&path)) {
        if part.text().is_some_and(|id| made.contains(id)) {
            found.at(&part, "is a product path itself; name its parts in one path");
        }
    }
}
