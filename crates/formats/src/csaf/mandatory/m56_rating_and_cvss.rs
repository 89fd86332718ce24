//! 6.1.56: a source gives a product a CVSS score or a rating in words, not both.

use crate::csaf::{Document, Findings, Rule, Test};
use std::collections::HashSet;

pub(super) const TEST: Test =
    Test { id: "6.1.56", title: "Use of CVSS and Qualitative Severity Rating", rule: Rule::Run(run) };

fn run(document: &Document, found: &mut Findings) {
    for vulnerability in &document.vulnerabilities {
        let scored: HashSet<_> = document
            .metrics(vulnerability)
            .filter(|metric| metric.cvss().next().is_some())
            .flat_map(|metric| {
                let source = metric.source();
                metric.products().filter_map(move |product| Some((product.text()?, source)))
            })
            .collect();
        for metric in document.metrics(vulnerability) {
            let Some(rating) = metric.content.get("qualitative_severity_rating") else { continue };
            let twice = |id: &&str| scored.contains(&(*id, metric.source()));
            if let Some(id) = metric.products().filter_map(|product| product.text()).find(twice) {
                found.at(&rating, format!("{id:?} has a CVSS score of the same source; remove the rating"));
            }
        }
    }
}
