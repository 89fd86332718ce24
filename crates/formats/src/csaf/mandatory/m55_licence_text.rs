//! 6.1.55: a licence that nobody lists has its text in a note.

use super::m27_17_withdrawal::one_note;
use crate::csaf::dictionary::licence;
use crate::csaf::{Document, Findings, Rule, Test};

pub(super) const TEST: Test = Test { id: "6.1.55", title: "License Text", rule: Rule::Run(run) };

fn run(document: &Document, found: &mut Findings) {
    let expression = document.root.path(&["document", "license_expression"]).and_then(|spot| spot.text());
    let Some(ids) = expression.and_then(licence::identifiers) else { return };
    if document.is_english() && !ids.into_iter().all(is_listed) {
        one_note(document, found, "License", "legal_disclaimer");
    }
}

/// In the SPDX list, or said to be in ScanCode's LicenseDB, which is not kept here.
pub(in crate::csaf) fn is_listed(id: &str) -> bool {
    let scancode = ["LicenseRef-scancode-", "AdditionRef-scancode-"];
    licence::find(id.strip_suffix('+').unwrap_or(id)).is_some() || scancode.iter().any(|prefix| id.starts_with(prefix))
}
