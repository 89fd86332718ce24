//! 6.1.23: no CVE is in two vulnerabilities.

use crate::csaf::{Document, Findings, Rule, Test};
use std::collections::HashSet;

pub(super) const TEST: Test = Test { id: "6.1.23", title: "Multiple Use of Same CVE", rule: Rule::Run(run) };

fn run(document: &Document, found: &mut Findings) {
    let mut seen = HashSet::new();
    for vulnerability in &document.vulnerabilities {
        if let Some(cve) = vulnerability.get("cve")
            && let Some(id) = cve.text()
            && !seen.insert(id)
        {
            found.at(&cve, format!("{id} is already described by another vulnerability; merge the two"));
        }
    }
}
