//! 6.3.12: affected products have a score of CVSS v4.0.

use crate::csaf::document::{AFFECTED, with_status};
use crate::csaf::{Document, Findings, Rule, Test};
use std::collections::HashSet;

pub(super) const TEST: Test = Test { id: "6.3.12", title: "Missing CVSS v4.0", rule: Rule::Run(run) };

fn run(document: &Document, found: &mut Findings) {
    for vulnerability in &document.vulnerabilities {
        let mut scored: HashSet<&str> = HashSet::new();
        for metric in document.metrics(vulnerability).filter(|metric| metric.cvss().next().is_some()) {
            scored.extend(metric.products().filter_map(|product| product.text()));
            if !metric.content.has("cvss_v4") {
                found.at(&metric.content, "has no score of CVSS v4.0; add one");
            }
        }
        for (spot, id) in with_status(vulnerability, AFFECTED) {
            if !scored.contains(id) {
                found.at(&spot, format!("{id:?} is affected and has no CVSS score; add one of v4.0"));
            }
        }
    }
}
