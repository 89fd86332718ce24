//! 6.1.7: a product has one score of a CVSS version in a vulnerability; in 2.1 one from each source.

use crate::csaf::{Document, Findings, Rule, Test};
use std::collections::HashSet;

pub(super) const TEST: Test =
    Test { id: "6.1.7", title: "Multiple Scores with same Version per Product", rule: Rule::Run(run) };

fn run(document: &Document, found: &mut Findings) {
    for vulnerability in &document.vulnerabilities {
        let mut seen = HashSet::new();
        for metric in document.metrics(vulnerability) {
            let versions: Vec<_> = metric.cvss().filter_map(|object| object.word("version")).collect();
            for product in metric.products() {
                for version in &versions {
                    if let Some(id) = product.text()
                        && !seen.insert((id, *version, metric.source()))
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
