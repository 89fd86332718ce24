//! 6.2.2: there is a remediation for every product that is or may be affected.

use crate::csaf::document::{AFFECTED, INVESTIGATED, with_status};
use crate::csaf::{Document, Findings, Rule, Test};

pub(super) const TEST: Test = Test { id: "6.2.2", title: "Missing Remediation", rule: Rule::Run(run) };

fn run(document: &Document, found: &mut Findings) {
    for vulnerability in &document.vulnerabilities {
        let told = document.named_in(vulnerability, "remediations");
        for (spot, id) in with_status(vulnerability, &[AFFECTED, INVESTIGATED].concat()) {
            if !told.contains(id) {
                found.at(&spot, format!("no remediation names {id:?}; add one, none_available if there is none"));
            }
        }
    }
}
