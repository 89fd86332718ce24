//! What OpenVEX 0.2 asks of a document: its fields, and that a product has one status for a vulnerability.

use crate::csaf::JUSTIFICATIONS;
use crate::json::Tree;
use crate::shape::{Fault, Field, Shape, form, known};
use std::collections::HashMap;

static TEXT: Shape = Shape::Text(&form::FILLED);
static URI: Shape = Shape::Text(&form::URI);
static DATE: Shape = Shape::Text(&form::DATE_TIME);
static NUMBER: Shape = Shape::Number(1.0, 9_007_199_254_740_991.0);
static STATUS: Shape = Shape::Word(&["not_affected", "affected", "fixed", "under_investigation"]);
static REASON: Shape = Shape::Word(JUSTIFICATIONS);
static VULNERABILITY: Shape = Shape::object(&[Field::Must("name", &TEXT)]);
static PRODUCT: Shape = Shape::object(&[Field::May("@id", &TEXT)]);
static PRODUCTS: Shape = Shape::List { of: &PRODUCT, least: 1, unique: true };
static STATEMENT: Shape = Shape::object(&[
    Field::Must("vulnerability", &VULNERABILITY),
    Field::Must("products", &PRODUCTS),
    Field::Must("status", &STATUS),
    Field::May("justification", &REASON),
    Field::May("timestamp", &DATE),
]);
static STATEMENTS: Shape = Shape::List { of: &STATEMENT, least: 1, unique: false };
static DOCUMENT: Shape = Shape::object(&[
    Field::Must("@context", &URI),
    Field::Must("@id", &URI),
    Field::Must("author", &TEXT),
    Field::Must("timestamp", &DATE),
    Field::Must("version", &NUMBER),
    Field::Must("statements", &STATEMENTS),
]);

/// What is wrong with a document that has no history: one that names no time in its statements.
pub(crate) fn faults(document: &Tree) -> Vec<Fault> {
    let mut faults = known(&DOCUMENT, document);
    let mut fault = |pointer: String, message: &str| {
        faults.push(Fault { pointer, message: message.to_owned(), extra: false });
    };
    let text = |of: &Tree, key: &str| of.get(key).and_then(Tree::as_str).map(str::to_owned);
    let list = |of: &'_ Tree, key: &str| of.get(key).and_then(Tree::as_array).map(<[Tree]>::to_vec).unwrap_or_default();
    let mut said: HashMap<(String, String), Option<String>> = HashMap::new();
    for (at, statement) in list(document, "statements").iter().enumerate() {
        let (status, has) = (text(statement, "status"), |key: &str| statement.get(key).is_some());
        if status.as_deref() == Some("affected") && !has("action_statement") {
            fault(format!("/statements/{at}"), "is affected and has no action_statement; add one");
        }
        if status.as_deref() == Some("not_affected") && !has("justification") && !has("impact_statement") {
            fault(format!("/statements/{at}"), "is not_affected and has no justification; add one");
        }
        if has("timestamp") {
            continue;
        }
        let name = statement.get("vulnerability").and_then(|about| text(about, "name")).unwrap_or_default();
        for product in list(statement, "products") {
            let about = (name.clone(), text(&product, "@id").unwrap_or_default());
            let first = said.entry(about).or_insert_with(|| status.clone());
            if *first != status {
                fault(
                    format!("/statements/{at}/products"),
                    "has a product that another statement gives another status",
                );
            }
        }
    }
    faults
}
