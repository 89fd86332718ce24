//! 6.1.47: SSVC targets are ids of the vulnerability.

use crate::csaf::{Document, Findings, Rule, Test};
use std::collections::HashSet;

pub(super) const TEST: Test = Test { id: "6.1.47", title: "Inconsistent SSVC Target IDs", rule: Rule::Run(run) };

fn run(document: &Document, found: &mut Findings) {
    let tracking = document.tracking().and_then(|tracking| tracking.word("id"));
    let several = document.vulnerabilities.len() > 1;
    for vulnerability in &document.vulnerabilities {
        let mut known: HashSet<&str> = vulnerability.items("ids").filter_map(|id| id.word("text")).collect();
        known.extend(vulnerability.word("cve"));
        for metric in document.metrics(vulnerability) {
            for target in metric.content.get("ssvc_v2").into_iter().flat_map(|ssvc| ssvc.items("target_ids")) {
                let Some(id) = target.text() else { continue };
                if several && Some(id) == tracking {
                    found.at(&target, "is the whole document, which has several vulnerabilities; name this one");
                } else if !known.contains(id) {
                    found.at(&target, format!("{id:?} is neither the CVE nor another id of this vulnerability"));
                }
            }
        }
    }
}
