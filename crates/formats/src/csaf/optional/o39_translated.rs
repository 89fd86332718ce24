//! 6.2.39.2 to 6.2.39.5, 6.2.46: what an English document says under a fixed title, others say under its translation.
//!
//! The committee's list of translations (`language_specific_translation/translations.json`) has German alone; a document in
//! another language is passed over.

use crate::csaf::dictionary::licence;
use crate::csaf::mandatory::{is_listed, one_note};
use crate::csaf::{Document, Findings, Rule, Test, profile};

pub(super) const WITHDRAWAL: Test = Test {
    id: "6.2.39.2",
    title: "Language Specific Reasoning for Withdrawal",
    rule: Rule::Run(|document, found| {
        reasoning(document, found, profile::WITHDRAWN, "Begründung für die Zurückziehung");
    }),
};
pub(super) const SUPERSESSION: Test = Test {
    id: "6.2.39.3",
    title: "Language Specific Reasoning for Supersession",
    rule: Rule::Run(|document, found| reasoning(document, found, profile::SUPERSEDED, "Begründung für die Ersetzung")),
};
pub(super) const SUCCESSOR: Test =
    Test { id: "6.2.39.4", title: "Language Specific Superseding Document", rule: Rule::Run(successor) };
pub(super) const EXTENSION: Test =
    Test { id: "6.2.39.5", title: "Extension in Superseded or Withdrawn Document", rule: Rule::Run(extension) };
pub(super) const LICENCE: Test =
    Test { id: "6.2.46", title: "Language Specific License Text", rule: Rule::Run(licence) };

/// The title of a description of a product, in a language that is known.
pub(super) fn product_description(document: &Document) -> Option<&'static str> {
    if document.is_english() {
        Some("Product Description")
    } else {
        is_german(document).then_some("Produktbeschreibung")
    }
}

fn is_german(document: &Document) -> bool {
    let lang = document.root.path(&["document", "lang"]).and_then(|lang| lang.text());
    lang.and_then(|tag| tag.split('-').next()).is_some_and(|primary| primary.eq_ignore_ascii_case("de"))
}

fn reasoning(document: &Document, found: &mut Findings, wanted: &str, title: &str) {
    if document.profile == wanted && is_german(document) {
        one_note(document, found, title, "description");
    }
}

fn successor(document: &Document, found: &mut Findings) {
    if document.profile != profile::SUPERSEDED || !is_german(document) {
        return;
    }
    let mut references = document.root.get("document").into_iter().flat_map(|head| head.items("references"));
    let named = references.any(|reference| {
        reference.word("summary").is_some_and(|summary| summary.starts_with("Ersetzendes Dokument"))
            && reference.word("category") == Some("external")
    });
    if !named {
        let message = "add an external reference whose summary begins with \"Ersetzendes Dokument\"";
        found.pointer("/document/references", message);
    }
}

fn extension(document: &Document, found: &mut Findings) {
    if matches!(document.profile, profile::SUPERSEDED | profile::WITHDRAWN) {
        let places = [document.root.path(&["document", "x_extensions"]), document.root.get("x_extensions")];
        for spot in places.into_iter().flatten() {
            found.at(&spot, "a document that no longer holds has no extensions; remove them");
        }
    }
}

fn licence(document: &Document, found: &mut Findings) {
    let expression = document.root.path(&["document", "license_expression"]).and_then(|spot| spot.text());
    let Some(ids) = expression.and_then(licence::identifiers) else { return };
    if is_german(document) && !ids.into_iter().all(is_listed) {
        one_note(document, found, "Lizenz", "legal_disclaimer");
    }
}
