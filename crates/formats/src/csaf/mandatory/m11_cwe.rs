//! 6.1.11: the weakness exists and bears its name; in 2.1 those of the release that is given.

use crate::csaf::dictionary::weakness::{self, Known};
use crate::csaf::{Document, Findings, Rule, Test};
use crate::cwe;
use crate::json::Spot;

pub(super) const TEST: Test = Test { id: "6.1.11", title: "CWE", rule: Rule::Run(run) };

fn run(document: &Document, found: &mut Findings) {
    let weaknesses = document.vulnerabilities.iter().flat_map(|v| document.weaknesses(v));
    let release = |cwe: &Spot| cwe.own("version").unwrap_or_else(|| cwe::release().to_owned());
    for cwe in weaknesses {
        let (Some(id), Some(name)) = (cwe.get("id"), cwe.get("name")) else { continue };
        let (Some(number), Some(text)) = (id.text(), name.text()) else { continue };
        match weakness::name_in(number, cwe.word("version")) {
            Known::No => {
                found.at(&id, format!("{number} is not a weakness of the CWE, release {}; mend the id", release(&cwe)));
            }
            Known::Yes(right) if right != text => {
                found.at(&name, format!("the name of {number} is {right:?}; use it"));
            }
            Known::Yes(_) => {}
            Known::Later(right) => {
                if right != Some(text) {
                    let text = format!(
                        "{number} may be newer than release {} of the CWE, the newest known here; compare id and name with \
                         cwe.mitre.org",
                        cwe::release()
                    );
                    found.warn(&cwe, text);
                }
            }
        }
    }
}
