//! 6.1.27.19: an English document that was superseded names its successor.

use crate::csaf::profile;
use crate::csaf::{Document, Findings, Rule, Test};

pub(super) const TEST: Test =
    Test { id: "6.1.27.19", title: "Reference to Superseding Document", rule: Rule::Run(run) };

fn run(document: &Document, found: &mut Findings) {
    if document.profile != profile::SUPERSEDED || !document.is_english() {
        return;
    }
    let mut references = document.root.get("document").into_iter().flat_map(|head| head.items("references"));
    let named = references.any(|reference| {
        reference.word("summary").is_some_and(|summary| summary.starts_with("Superseding Document"))
            && reference.word("category") == Some("external")
    });
    if !named {
        found.pointer(
            "/document/references",
            "add an external reference whose summary begins with \"Superseding Document\"",
        );
    }
}
