//! 6.2.3: there is a score for every affected product.

use crate::csaf::document::{AFFECTED, with_status};
use crate::csaf::{Document, Findings, Rule, Test};
use std::collections::HashSet;

pub(super) const TEST: Test = Test { id: "6.2.3", title: "Missing Score", rule: Rule::Run(run) };

fn run(document: &Document, found: &mut Findings) {
    for vulnerability in &document.vulnerabilities {
        let products = document.metrics(vulnerability).flat_map(|metric| metric.products());
        let scored: HashSet<&str> = products.filter_map(|product| product.text()).collect();
        for (spot, id) in with_status(vulnerability, AFFECTED) {
            if !scored.contains(id) {
                found.at(&spot, format!("no score covers {id:?}; add it to the products of one"));
            }
        }
    }
}
