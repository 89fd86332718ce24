//! 6.1.27.4: a security advisory or VEX has a product tree.

use crate::csaf::profile;
use crate::csaf::{Document, Findings, Rule, Test};

pub(super) const TEST: Test = Test { id: "6.1.27.4", title: "Product Tree", rule: Rule::Run(run) };

fn run(document: &Document, found: &mut Findings) {
    let wanted = matches!(document.profile, profile::ADVISORY | profile::VEX | profile::DEPRECATED_ADVISORY);
    if wanted && !document.root.has("product_tree") {
        found.pointer("/product_tree", "is missing; say which products the document is about");
    }
}
