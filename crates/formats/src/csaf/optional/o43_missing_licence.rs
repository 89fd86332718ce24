//! 6.2.43: the document names its licence.

use crate::csaf::{Document, Findings, Rule, Test};

pub(super) const TEST: Test = Test { id: "6.2.43", title: "Missing License Expression", rule: Rule::Run(run) };

fn run(document: &Document, found: &mut Findings) {
    if document.root.path(&["document", "license_expression"]).is_none() {
        found.pointer("/document/license_expression", "is missing; name the licence, such as CC-BY-4.0");
    }
}
