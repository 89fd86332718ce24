//! 6.2.40: a description of a product says which one.

use super::o39_translated::product_description;
use crate::csaf::{Document, Findings, Rule, Test};

pub(super) const TEST: Test =
    Test { id: "6.2.40", title: "Product Description without Product Reference", rule: Rule::Run(run) };

fn run(document: &Document, found: &mut Findings) {
    let Some(title) = product_description(document) else { return };
    for note in document.notes() {
        let is_one = note.word("category") == Some("description")
            && note.word("title").is_some_and(|own| own.starts_with(title));
        if is_one && !note.has("product_ids") && !note.has("group_ids") {
            found.at(&note, "describes a product and does not say which; add product_ids or group_ids");
        }
    }
}
