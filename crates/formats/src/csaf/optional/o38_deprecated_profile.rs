//! 6.2.38: the profile is not one of a former version.

use crate::csaf::{Document, Findings, Rule, Test};

pub(super) const TEST: Test = Test { id: "6.2.38", title: "Usage of Deprecated Profile", rule: Rule::Run(run) };

fn run(document: &Document, found: &mut Findings) {
    if document.category.starts_with("csaf_deprecated_") {
        found.pointer("/document/category", "is a profile of CSAF 2.0; meet what csaf_security_advisory asks now");
    }
}
