//! 6.1.27.3: an informational advisory describes no vulnerability; nor does what was withdrawn or superseded (2.1).

use crate::csaf::profile;
use crate::csaf::{Document, Findings, Rule, Test};

pub(super) const TEST: Test = Test { id: "6.1.27.3", title: "Vulnerabilities", rule: Rule::Run(run) };

fn run(document: &Document, found: &mut Findings) {
    if !document.root.has("vulnerabilities") {
        return;
    }
    match document.profile {
        profile::INFORMATIONAL => found.pointer(
            "/vulnerabilities",
            "an informational advisory has none; remove them, or use csaf_security_advisory",
        ),
        profile::WITHDRAWN | profile::SUPERSEDED => {
            found.pointer("/vulnerabilities", "a document that no longer holds has none; remove them");
        }
        _ => {}
    }
}
