//! 6.1.27.17: an English document that was withdrawn says why.

use crate::csaf::profile;
use crate::csaf::{Document, Findings, Rule, Test};

pub(super) const TEST: Test = Test { id: "6.1.27.17", title: "Reasoning for Withdrawal", rule: Rule::Run(run) };

fn run(document: &Document, found: &mut Findings) {
    if document.profile == profile::WITHDRAWN && document.is_english() {
        one_note(document, found, "Reasoning for Withdrawal", "description");
    }
}

/// There is exactly one note of a title, and it is of a category.
pub(in crate::csaf) fn one_note(document: &Document, found: &mut Findings, title: &str, category: &str) {
    let mut notes = document.notes().filter(|note| note.word("title") == Some(title));
    let Some(note) = notes.next() else {
        found.pointer("/document/notes", format!("add a note with the title {title:?} and the category {category}"));
        return;
    };
    if note.word("category") != Some(category) {
        found.pointer(format!("{}/category", note.at), format!("the note {title:?} is of the category {category}"));
    }
    for other in notes {
        found.at(&other, format!("there is a second note with the title {title:?}; keep one"));
    }
}
