//! 6.1.27.10: a VEX says what to do about an affected product.

use crate::csaf::document::with_status;
use crate::csaf::profile;
use crate::csaf::{Document, Findings, Rule, Test};

pub(super) const TEST: Test = Test { id: "6.1.27.10", title: "Action Statement", rule: Rule::Run(run) };

fn run(document: &Document, found: &mut Findings) {
    if document.profile != profile::VEX {
        return;
    }
    for vulnerability in &document.vulnerabilities {
        let told = document.named_in(vulnerability, "remediations");
        for (spot, id) in with_status(vulnerability, &["known_affected"]) {
            if !told.contains(id) {
                found.at(&spot, format!("nothing says what to do about {id:?}; add a remediation for it"));
            }
        }
    }
}
