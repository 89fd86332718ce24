//! 6.2.17: CVE ids stand in their own property.

use crate::csaf::{Document, Findings, Rule, Test};
use crate::shape::form;

pub(super) const TEST: Test = Test { id: "6.2.17", title: "CVE in field IDs", rule: Rule::Run(run) };

fn run(document: &Document, found: &mut Findings) {
    for id in document.vulnerabilities.iter().flat_map(|v| v.items("ids")) {
        if let Some(text) = id.word("text").filter(|text| form::is_cve(text)) {
            found.at(&id, format!("{text} is a CVE id; move it to cve"));
        }
    }
}
