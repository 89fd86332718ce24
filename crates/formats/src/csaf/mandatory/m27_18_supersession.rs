//! 6.1.27.18: an English document that was superseded says why.

use super::m27_17_withdrawal::one_note;
use crate::csaf::profile;
use crate::csaf::{Document, Findings, Rule, Test};

pub(super) const TEST: Test = Test { id: "6.1.27.18", title: "Reasoning for Supersession", rule: Rule::Run(run) };

fn run(document: &Document, found: &mut Findings) {
    if document.profile == profile::SUPERSEDED && document.is_english() {
        one_note(document, found, "Reasoning for Supersession", "description");
    }
}
