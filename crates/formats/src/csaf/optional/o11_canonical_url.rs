//! 6.2.11: the document says where it is published.

use crate::csaf::file_name;
use crate::csaf::{Document, Findings, Rule, Test};

pub(super) const TEST: Test = Test { id: "6.2.11", title: "Missing Canonical URL", rule: Rule::Run(run) };

fn run(document: &Document, found: &mut Findings) {
    let Some(id) = document.tracking().and_then(|tracking| tracking.word("id")) else { return };
    let name = format!("/{}", file_name(id));
    let mut references = document.root.get("document").into_iter().flat_map(|head| head.items("references"));
    let canonical = references.any(|reference| {
        let url = reference.word("url").unwrap_or_default();
        reference.word("category") == Some("self") && url.starts_with("https://") && url.ends_with(&name)
    });
    if !canonical {
        let message = format!("add a reference of the category self whose url is https and ends in {name}");
        found.pointer("/document/references", message);
    }
}
