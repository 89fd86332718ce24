//! 6.1.11: the weakness exists and bears its name.

use crate::csaf::dictionary::weakness;
use crate::csaf::{Document, Findings, Rule, Test};

pub(super) const TEST: Test = Test { id: "6.1.11", title: "CWE", rule: Rule::Run(run) };

fn run(document: &Document, found: &mut Findings) {
    for vulnerability in &document.vulnerabilities {
        let Some(cwe) = vulnerability.get("cwe") else { continue };
        let (Some(id), Some(name)) = (cwe.get("id"), cwe.get("name")) else { continue };
        let (Some(number), Some(text)) = (id.text(), name.text()) else { continue };
        match weakness::name(number) {
            None => found.at(&id, format!("{number} is not a weakness of the catalogue; mend the id")),
            Some(right) if right != text => found.at(&name, format!("the name of {number} is {right:?}; use it")),
            Some(_) => {}
        }
    }
}
