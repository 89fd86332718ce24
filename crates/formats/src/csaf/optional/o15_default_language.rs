//! 6.2.15: the language is not i-default.

use crate::csaf::{Document, Findings, Rule, Test};

pub(super) const TEST: Test = Test { id: "6.2.15", title: "Use of Default Language", rule: Rule::Run(run) };

fn run(document: &Document, found: &mut Findings) {
    for (spot, _) in document.languages().into_iter().filter(|(_, tag)| tag.eq_ignore_ascii_case("i-default")) {
        found.at(&spot, "i-default names no language; use the language of the text");
    }
}
