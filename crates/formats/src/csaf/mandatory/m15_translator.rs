//! 6.1.15: a translator names the language of the original.

use crate::csaf::{Document, Findings, Rule, Test};

pub(super) const TEST: Test = Test { id: "6.1.15", title: "Translator", rule: Rule::Run(run) };

fn run(document: &Document, found: &mut Findings) {
    let Some(head) = document.root.get("document") else { return };
    let category = head.get("publisher").and_then(|publisher| publisher.word("category"));
    if category != Some("translator") {
        return;
    }
    match head.get("source_lang") {
        None => found.at(&head, "the publisher is a translator; name the language of the original in source_lang"),
        Some(tag) if tag.text().is_none_or(str::is_empty) => {
            found.at(&tag, "is empty, and the publisher is a translator; name the language of the original");
        }
        Some(_) => {}
    }
}
