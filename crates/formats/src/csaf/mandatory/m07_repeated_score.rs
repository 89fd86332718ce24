//! 6.1.7: a product has one score of a CVSS version in a vulnerability.

use crate::csaf::{Document, Findings, Rule, Test};
use std::collections::HashSet;

pub(super) const TEST: Test =
    Test { id: "6.1.7", title: "Multiple Scores with same Version per Product", rule: Rule::Run(run) };

fn run(document: &Document, found: &mut Findings) {
    for vulnerability in &document.vulnerabilities {
        let mut seen = HashSet::new();
        for score in vulnerability.items("scores") {
            let versions = ["cvss_v2", "cvss_v3"].map(|key| score.get(key).and_then(|object| object.word("version")));
            for product in score.items("products") {
                for version in versions.iter().flatten() {
                    if let Some(id) = product.text()
                        && !seen.insert((id, *version))
                    {
                        let message =
                            format!("the product {id:?} already has a score of CVSS {version}; keep one of them");
                        found.at(&product, message);
                    }
                }
            }
        }
    }
}
