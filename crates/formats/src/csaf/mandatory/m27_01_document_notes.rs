//! 6.1.27.1: an informational advisory or incident response says what it is about.

use crate::csaf::profile;
use crate::csaf::{Document, Findings, Rule, Test};

pub(super) const TEST: Test = Test { id: "6.1.27.1", title: "Document Notes", rule: Rule::Run(run) };

const TELLING: &[&str] = &["description", "details", "general", "summary"];

fn run(document: &Document, found: &mut Findings) {
    if !matches!(document.profile, profile::INFORMATIONAL | profile::INCIDENT) {
        return;
    }
    let notes = document.root.get("document").into_iter().flat_map(|head| head.items("notes"));
    if !notes.into_iter().any(|note| note.word("category").is_some_and(|c| TELLING.contains(&c))) {
        found.pointer("/document/notes", "add a note of the category description, details, general or summary");
    }
}
