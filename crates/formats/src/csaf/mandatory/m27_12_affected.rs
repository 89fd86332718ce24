//! 6.1.27.12: a security advisory of 2.1 names affected products.

use crate::csaf::profile;
use crate::csaf::{Document, Findings, Rule, Test};

pub(super) const TEST: Test = Test { id: "6.1.27.12", title: "Affected Products", rule: Rule::Run(run) };

fn run(document: &Document, found: &mut Findings) {
    if document.profile != profile::ADVISORY {
        return;
    }
    for vulnerability in &document.vulnerabilities {
        if vulnerability.path(&["product_status", "known_affected"]).is_none() {
            let message = "needs known_affected; name the affected products, or use another category";
            found.pointer(format!("{}/product_status", vulnerability.at), message);
        }
    }
}
