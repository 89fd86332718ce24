//! The JSON schema of CSAF 2.0 as shapes: <https://docs.oasis-open.org/csaf/csaf/v2.0/csaf_json_schema.json>.

mod cvss;
mod document;
mod product;
mod vulnerability;

use crate::shape::{Field::May, Field::Must, Form, Shape, form};

/// A whole document (section 3.2).
pub static CSAF_2_0: Shape = Shape::Object {
    fields: &[
        Must("document", &document::DOCUMENT),
        May("product_tree", &product::TREE),
        May("vulnerabilities", &list(&vulnerability::VULNERABILITY)),
    ],
    least: 0,
    most: MANY,
};

const MANY: usize = usize::MAX;

const fn list(of: &'static Shape) -> Shape {
    Shape::List { of, least: 1, unique: false }
}

const fn set(of: &'static Shape) -> Shape {
    Shape::List { of, least: 1, unique: true }
}

const fn text(form: &'static Form) -> Shape {
    Shape::Text(form)
}

static FILLED: Shape = text(&form::FILLED);
static URI: Shape = text(&form::URI);
static TIME: Shape = text(&form::DATE_TIME);
static FILLED_LIST: Shape = list(&FILLED);
static FILLED_SET: Shape = set(&FILLED);

/// Section 3.1.1.
static ACKNOWLEDGMENTS: Shape = list(&Shape::Object {
    fields: &[
        May("names", &FILLED_LIST),
        May("organization", &FILLED),
        May("summary", &FILLED),
        May("urls", &list(&URI)),
    ],
    least: 1,
    most: MANY,
});

/// Section 3.1.6.
static NOTES: Shape = list(&Shape::Object {
    fields: &[
        May("audience", &FILLED),
        Must(
            "category",
            &Shape::Word(&["description", "details", "faq", "general", "legal_disclaimer", "other", "summary"]),
        ),
        Must("text", &FILLED),
        May("title", &FILLED),
    ],
    least: 0,
    most: MANY,
});

/// Section 3.1.10.
static REFERENCES: Shape = list(&Shape::Object {
    fields: &[May("category", &Shape::Word(&["external", "self"])), Must("summary", &FILLED), Must("url", &URI)],
    least: 0,
    most: MANY,
});
