//! 6.1.12: language tags are made of registered subtags.

use crate::csaf::dictionary::language;
use crate::csaf::{Document, Findings, Rule, Test};

pub(super) const TEST: Test = Test { id: "6.1.12", title: "Language", rule: Rule::Run(run) };

fn run(document: &Document, found: &mut Findings) {
    for (spot, tag) in document.languages() {
        if let Some(subtag) = language::unknown(tag) {
            found.at(
                &spot,
                format!("{subtag:?} in {tag:?} is not a registered subtag there; use a tag such as en or de-AT"),
            );
        }
    }
}
