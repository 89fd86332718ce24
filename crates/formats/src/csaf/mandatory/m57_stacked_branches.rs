//! 6.1.57: no category but product_family comes twice on the way to a product.

use crate::csaf::{Document, Findings, Rule, Test};
use std::collections::HashSet;

pub(super) const TEST: Test = Test { id: "6.1.57", title: "Stacked Branch Categories", rule: Rule::Run(run) };

fn run(document: &Document, found: &mut Findings) {
    for product in &document.products {
        if found.is_full() {
            return;
        }
        let mut seen = HashSet::new();
        let own = |category: &&str| !category.is_empty() && *category != "product_family";
        let categories = document.lineage(product).map(|branch| branch.category).filter(own);
        if let Some(twice) = categories.into_iter().find(|category| !seen.insert(*category)) {
            found.at(&product.spot, format!("hangs below two branches of the category {twice}; merge them into one"));
        }
    }
}
