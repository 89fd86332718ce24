//! 6.2.47, 6.3.18: a word for the severity says nothing about how it was found.

use crate::csaf::document::Metric;
use crate::csaf::{Document, Findings, Rule, Test};
use std::collections::HashSet;

pub(in crate::csaf) const BY_ISSUER: Test =
    Test { id: "6.2.47", title: "Use of Qualitative Severity Rating by Issuing Party", rule: Rule::Run(by_issuer) };
pub(in crate::csaf) const BY_ANYBODY: Test = Test {
    id: "6.3.18",
    title: "Use of Qualitative Severity Rating",
    rule: Rule::Run(|document, found| run(document, found, |_| true)),
};

fn by_issuer(document: &Document, found: &mut Findings) {
    let references = document.root.get("document").into_iter().flat_map(|head| head.items("references"));
    let own = references.filter(|reference| reference.word("category") == Some("self"));
    let own: HashSet<&str> = own.filter_map(|reference| reference.word("url")).collect();
    run(document, found, |metric| metric.source().is_none_or(|source| own.contains(source)));
}

fn run(document: &Document, found: &mut Findings, is_meant: impl Fn(&Metric) -> bool) {
    let metrics = document.vulnerabilities.iter().flat_map(|v| document.metrics(v));
    for metric in metrics.filter(|metric| is_meant(metric)) {
        if let Some(spot) = metric.content.get("qualitative_severity_rating") {
            found.at(&spot, "is a word without its reasons; score with CVSS instead");
        }
    }
}
