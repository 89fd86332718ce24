//! 6.3.1: CVSS v2 is not the only score of a product.

use crate::csaf::document::Metric;
use crate::csaf::{Document, Findings, Rule, Test};
use std::collections::HashSet;

pub(super) const TEST: Test =
    Test { id: "6.3.1", title: "Use of CVSS v2 as the only Scoring System", rule: Rule::Run(run) };

fn run(document: &Document, found: &mut Findings) {
    for vulnerability in &document.vulnerabilities {
        let is_newer = |metric: &Metric| metric.content.has("cvss_v3") || metric.content.has("cvss_v4");
        let newer = document.metrics(vulnerability).filter(is_newer);
        let covered: HashSet<_> = newer.flat_map(|m| m.products().filter_map(|p| p.text())).collect();
        let older = |metric: &Metric| metric.content.has("cvss_v2") && !is_newer(metric);
        for metric in document.metrics(vulnerability).filter(older) {
            if metric.products().any(|product| product.text().is_some_and(|id| !covered.contains(id))) {
                found.at(&metric.spot, "CVSS v2 is the only score; add one of CVSS v3.1 or later");
            }
        }
    }
}
