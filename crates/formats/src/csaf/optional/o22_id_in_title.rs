//! 6.2.22: the title does not repeat the tracking id.

use crate::csaf::{Document, Findings, Rule, Test};

pub(super) const TEST: Test = Test { id: "6.2.22", title: "Document Tracking ID in Title", rule: Rule::Run(run) };

fn run(document: &Document, found: &mut Findings) {
    let Some(id) = document.tracking().and_then(|tracking| tracking.word("id")).filter(|id| !id.is_empty()) else {
        return;
    };
    if let Some(title) = document.root.path(&["document", "title"])
        && title.text().is_some_and(|text| text.contains(id))
    {
        found.at(&title, format!("holds the tracking id {id:?}, which viewers show beside it; leave it out"));
    }
}
