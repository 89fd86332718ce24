//! 6.1.27.11: a security advisory or VEX describes a vulnerability.

use crate::csaf::profile;
use crate::csaf::{Document, Findings, Rule, Test};

pub(super) const TEST: Test = Test { id: "6.1.27.11", title: "Vulnerabilities", rule: Rule::Run(run) };

fn run(document: &Document, found: &mut Findings) {
    if matches!(document.category, profile::ADVISORY | profile::VEX) && !document.root.has("vulnerabilities") {
        found.pointer("/vulnerabilities", "is missing; describe at least one vulnerability");
    }
}
