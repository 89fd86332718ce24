//! 6.1.33: a product has one justification in a vulnerability.

use crate::csaf::JUSTIFICATIONS;
use crate::csaf::{Document, Findings, Rule, Test};
use std::collections::HashSet;

pub(super) const TEST: Test =
    Test { id: "6.1.33", title: "Multiple Flags with VEX Justification Codes per Product", rule: Rule::Run(run) };

fn run(document: &Document, found: &mut Findings) {
    for vulnerability in &document.vulnerabilities {
        let mut seen = HashSet::new();
        let flags = vulnerability.items("flags");
        for flag in flags.filter(|flag| flag.word("label").is_some_and(|label| JUSTIFICATIONS.contains(&label))) {
            for id in document.named(&flag) {
                if !seen.insert(id) && !found.is_full() {
                    found.at(
                        &flag,
                        format!("the product {id:?} already has a justification; keep the one that is true"),
                    );
                }
            }
        }
    }
}
