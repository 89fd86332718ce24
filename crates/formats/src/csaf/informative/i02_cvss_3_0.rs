//! 6.3.2: CVSS v3.0 has a successor.

use crate::csaf::{Document, Findings, Rule, Test};

pub(super) const TEST: Test = Test { id: "6.3.2", title: "Use of CVSS v3.0", rule: Rule::Run(run) };

fn run(document: &Document, found: &mut Findings) {
    for object in document.cvss() {
        let vector = object.word("vectorString").unwrap_or_default();
        if object.word("version") == Some("3.0") || vector.starts_with("CVSS:3.0/") {
            found.at(&object, "CVSS v3.0 is used; score with CVSS v3.1");
        }
    }
}
