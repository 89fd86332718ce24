//! 6.1.51: an EPSS value is not later than the newest revision.

use super::m45_disclosure_date::not_after_release;
use crate::csaf::{Document, Findings, Rule, Test};

pub(super) const TEST: Test = Test { id: "6.1.51", title: "Inconsistent EPSS Timestamp", rule: Rule::Run(run) };

fn run(document: &Document, found: &mut Findings) {
    let metrics = document.vulnerabilities.iter().flat_map(|v| document.metrics(v));
    let dates = metrics.filter_map(|metric| metric.content.path(&["epss", "timestamp"]));
    not_after_release(document, found, dates);
}
