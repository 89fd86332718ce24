//! 6.1.27.14: what was withdrawn or superseded has a note that describes it.

use crate::csaf::profile;
use crate::csaf::{Document, Findings, Rule, Test};

pub(super) const TEST: Test = Test { id: "6.1.27.14", title: "Document Notes", rule: Rule::Run(run) };

fn run(document: &Document, found: &mut Findings) {
    if matches!(document.profile, profile::WITHDRAWN | profile::SUPERSEDED)
        && !document.notes().any(|note| note.word("category") == Some("description"))
    {
        found.pointer("/document/notes", "add a note of the category description");
    }
}
