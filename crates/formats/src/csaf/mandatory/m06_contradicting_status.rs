//! 6.1.6: a product has one status in a vulnerability.

use crate::csaf::document::with_status;
use crate::csaf::remediation::GROUPS;
use crate::csaf::{Document, Findings, Rule, Test};
use std::collections::HashMap;

pub(super) const TEST: Test = Test { id: "6.1.6", title: "Contradicting Product Status", rule: Rule::Run(run) };

fn run(document: &Document, found: &mut Findings) {
    for vulnerability in &document.vulnerabilities {
        let mut first: HashMap<&str, &str> = HashMap::new();
        for (name, keys) in GROUPS {
            for (spot, id) in with_status(vulnerability, keys) {
                let other = *first.entry(id).or_insert(name);
                if other != *name {
                    found.at(&spot, format!("the product {id:?} is {other} and {name}; keep the one that is true"));
                }
            }
        }
    }
}
