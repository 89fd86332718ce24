//! 6.2.12: the document names its language.

use crate::csaf::{Document, Findings, Rule, Test};

pub(super) const TEST: Test = Test { id: "6.2.12", title: "Missing Document Language", rule: Rule::Run(run) };

fn run(document: &Document, found: &mut Findings) {
    if document.root.path(&["document", "lang"]).is_none() {
        found.pointer("/document/lang", "is missing; name the language, such as en");
    }
}
