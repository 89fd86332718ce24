//! 6.1.27.2: an informational advisory or incident response refers to something.

use crate::csaf::profile;
use crate::csaf::{Document, Findings, Rule, Test};

pub(super) const TEST: Test = Test { id: "6.1.27.2", title: "Document References", rule: Rule::Run(run) };

fn run(document: &Document, found: &mut Findings) {
    if !matches!(document.profile, profile::INFORMATIONAL | profile::INCIDENT) {
        return;
    }
    let mut references = document.root.get("document").into_iter().flat_map(|head| head.items("references"));
    // Without a category a reference is external (section 3.1.10).
    if !references.any(|reference| reference.word("category").is_none_or(|c| c == "external")) {
        found.pointer("/document/references", "add a reference of the category external");
    }
}
