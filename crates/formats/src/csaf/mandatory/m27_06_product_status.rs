//! 6.1.27.6: in a security advisory each vulnerability has the status of products.

use crate::csaf::profile;
use crate::csaf::{Document, Findings, Rule, Test};

pub(super) const TEST: Test = Test { id: "6.1.27.6", title: "Product Status", rule: Rule::Run(run) };

fn run(document: &Document, found: &mut Findings) {
    if !matches!(document.profile, profile::ADVISORY | profile::DEPRECATED_ADVISORY) {
        return;
    }
    for vulnerability in document.vulnerabilities.iter().filter(|v| !v.has("product_status")) {
        found.at(vulnerability, "has no product_status; say which products are affected or fixed");
    }
}
