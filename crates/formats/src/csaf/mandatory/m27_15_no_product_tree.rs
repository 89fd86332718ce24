//! 6.1.27.15: what was withdrawn or superseded has no product tree.

use crate::csaf::profile;
use crate::csaf::{Document, Findings, Rule, Test};

pub(super) const TEST: Test = Test { id: "6.1.27.15", title: "Product Tree", rule: Rule::Run(run) };

fn run(document: &Document, found: &mut Findings) {
    if matches!(document.profile, profile::WITHDRAWN | profile::SUPERSEDED) && document.root.has("product_tree") {
        found.pointer("/product_tree", "a document that no longer holds has none; remove it");
    }
}
