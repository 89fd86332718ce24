//! 6.1.27.11: a security advisory or VEX describes a vulnerability.

use crate::csaf::profile;
use crate::csaf::{Document, Findings, Rule, Test};

pub(super) const TEST: Test = Test { id: "6.1.27.11", title: "Vulnerabilities", rule: Rule::Run(run) };

fn run(document: &Document, found: &mut Findings) {
    let wanted = matches!(document.profile, profile::ADVISORY | profile::VEX | profile::DEPRECATED_ADVISORY);
    if wanted && !document.root.has("vulnerabilities") {
        found.pointer("/vulnerabilities", "is missing; describe at least one vulnerability");
    }
}
