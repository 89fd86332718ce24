//! The JSON schema of CSAF 2.0 as shapes: <https://docs.oasis-open.org/csaf/csaf/v2.0/csaf_json_schema.json>.

mod cvss;
mod cvss4;
mod document;
mod metric;
mod newer;
mod product;
mod ssvc;
mod vulnerability;

pub use newer::CSAF_2_1;

use crate::shape::{Field::May, Field::Must, Form, Shape, form};

/// A whole document (section 3.2).
pub static CSAF_2_0: Shape = Shape::object(&[
    Must("document", &document::DOCUMENT),
    May("product_tree", &product::TREE),
    May("vulnerabilities", &list(&vulnerability::VULNERABILITY)),
]);

/// The shape of an edition.
pub fn of(edition: super::edition::Edition) -> &'static Shape {
    match edition {
        super::edition::Edition::V20 => &CSAF_2_0,
        super::edition::Edition::V21 => &CSAF_2_1,
    }
}

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
static ACKNOWLEDGMENTS: Shape = list(&Shape::at_least(
    1,
    &[May("names", &FILLED_LIST), May("organization", &FILLED), May("summary", &FILLED), May("urls", &list(&URI))],
));

const NOTE_CATEGORIES: &[&str] = &["description", "details", "faq", "general", "legal_disclaimer", "other", "summary"];

/// Section 3.1.6.
static NOTES: Shape = list(&Shape::object(&[
    May("audience", &FILLED),
    Must("category", &Shape::Word(NOTE_CATEGORIES)),
    Must("text", &FILLED),
    May("title", &FILLED),
]));

/// Section 3.1.10.
static REFERENCES: Shape = list(&Shape::object(&[
    May("category", &Shape::Word(&["external", "self"])),
    Must("summary", &FILLED),
    Must("url", &URI),
]));
