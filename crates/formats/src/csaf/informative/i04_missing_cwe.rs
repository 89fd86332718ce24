//! 6.3.4: a vulnerability names its weakness.

use crate::csaf::{Document, Findings, Rule, Test};

pub(super) const TEST: Test = Test { id: "6.3.4", title: "Missing CWE", rule: Rule::Run(run) };

fn run(document: &Document, found: &mut Findings) {
    for vulnerability in document.vulnerabilities.iter().filter(|v| document.weaknesses(v).is_empty()) {
        found.at(vulnerability, "names no weakness; add the CWE");
    }
}
