//! 6.1.35: remediations of a product do not contradict each other.

use crate::csaf::remediation::{contradict, is_category};
use crate::csaf::{Document, Findings, Rule, Test};
use std::collections::HashMap;

pub(super) const TEST: Test = Test { id: "6.1.35", title: "Contradicting Remediations", rule: Rule::Run(run) };

fn run(document: &Document, found: &mut Findings) {
    for vulnerability in &document.vulnerabilities {
        // There are seven categories, so the list of a product stays short.
        let mut given: HashMap<&str, Vec<&str>> = HashMap::new();
        for remediation in vulnerability.items("remediations") {
            let Some(category) = remediation.word("category") else { continue };
            for id in document.named(&remediation) {
                let others = given.entry(id).or_default();
                if let Some(other) = others.iter().find(|other| contradict(other, category))
                    && !found.is_full()
                {
                    let message = format!("{id:?} already has {other}, which {category} contradicts; keep one");
                    found.at(&remediation, message);
                }
                if !others.contains(&category) && is_category(category) {
                    others.push(category);
                }
            }
        }
    }
}
