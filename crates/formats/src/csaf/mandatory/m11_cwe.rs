//! 6.1.11: the weakness exists and bears its name; in 2.1 those of the release that is given.

use crate::csaf::dictionary::weakness::{self, Known};
use crate::csaf::{Document, Findings, Rule, Test};

pub(super) const TEST: Test = Test { id: "6.1.11", title: "CWE", rule: Rule::Run(run) };

fn run(document: &Document, found: &mut Findings) {
    let weaknesses = document.vulnerabilities.iter().flat_map(|v| document.weaknesses(v));
    for cwe in weaknesses {
        let (Some(id), Some(name)) = (cwe.get("id"), cwe.get("name")) else { continue };
        let (Some(number), Some(text)) = (id.text(), name.text()) else { continue };
        match weakness::name_in(number, cwe.word("version")) {
            Known::No => found.at(&id, format!("{number} is not a weakness of that catalogue; mend the id")),
            Known::Yes(right) if right != text => {
                found.at(&name, format!("the name of {number} is {right:?}; use it"));
            }
            Known::Yes(_) => {}
            Known::Later(right) => {
                if right != Some(text) {
                    found.warn(&cwe, format!("this release of the CWE is not known here; compare {number} with it"));
                }
            }
        }
    }
}
