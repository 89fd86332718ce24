//! 6.3.3: a vulnerability has a CVE id.

use crate::csaf::{Document, Findings, Rule, Test};

pub(super) const TEST: Test = Test { id: "6.3.3", title: "Missing CVE", rule: Rule::Run(run) };

fn run(document: &Document, found: &mut Findings) {
    for vulnerability in document.vulnerabilities.iter().filter(|v| !v.has("cve")) {
        found.at(vulnerability, "has no CVE id; ask for one, so that others can follow it");
    }
}
