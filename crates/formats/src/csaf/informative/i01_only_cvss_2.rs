//! 6.3.1: CVSS v2 is not the only score of a product.

use crate::csaf::{Document, Findings, Rule, Test};
use std::collections::HashSet;

pub(super) const TEST: Test =
    Test { id: "6.3.1", title: "Use of CVSS v2 as the only Scoring System", rule: Rule::Run(run) };

fn run(document: &Document, found: &mut Findings) {
    for vulnerability in &document.vulnerabilities {
        let newer = vulnerability.items("scores").filter(|score| score.has("cvss_v3"));
        let covered: HashSet<_> = newer.flat_map(|s| s.items("products").filter_map(|p| p.text())).collect();
        for score in vulnerability.items("scores").filter(|score| score.has("cvss_v2") && !score.has("cvss_v3")) {
            if score.items("products").any(|product| product.text().is_some_and(|id| !covered.contains(id))) {
                found.at(&score, "CVSS v2 is the only score; add one of CVSS v3.1");
            }
        }
    }
}
