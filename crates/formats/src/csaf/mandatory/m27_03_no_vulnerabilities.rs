//! 6.1.27.3: an informational advisory describes no vulnerability.

use crate::csaf::profile;
use crate::csaf::{Document, Findings, Rule, Test};

pub(super) const TEST: Test = Test { id: "6.1.27.3", title: "Vulnerabilities", rule: Rule::Run(run) };

fn run(document: &Document, found: &mut Findings) {
    if document.category == profile::INFORMATIONAL && document.root.has("vulnerabilities") {
        found.pointer(
            "/vulnerabilities",
            "an informational advisory has none; remove them, or use csaf_security_advisory",
        );
    }
}
