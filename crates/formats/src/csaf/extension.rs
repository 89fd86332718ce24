//! Extensions of CSAF 2.1 whose schema and metadata are known here: those that the committee gives as examples.
//!
//! An extension brings its own JSON Schema, which is not fetched: what is not in this table is told as not looked at.

use super::Document;
use crate::json::Spot;
use crate::shape::{Field::May, Field::Must, Form, Shape, form};

/// An extension.
pub struct Extension {
    /// Its `$schema`.
    pub schema: &'static str,
    /// What its `content` is.
    pub content: &'static Shape,
    /// The `$schema` of those it does not stand beside.
    pub incompatible: &'static [&'static str],
    /// How often it may be used at each of [`PLACES`].
    pub most: [usize; PLACES],
}

/// Document, branch, full product name, product path, metric, vulnerability, root.
pub const PLACES: usize = 7;

macro_rules! example {
    ($number:literal) => {
        concat!(
            "https://raw.githubusercontent.com/oasis-tcs/csaf/refs/heads/master/csaf_2.1/extension/data/valid/documentation-",
            $number,
            "/documentation-",
            $number,
            "-content_1.0.0.json"
        )
    };
}

const MANY: usize = 4096;

static SENTENCE: Shape = Shape::Word(&[
    "This extension is for documentation and test purposed only. It is valid. It is not allowed to be used in a production CSAF.",
]);
static FILLED: Form = Form { what: form::FILLED.what, fits: |text| !text.is_empty() };

static KNOWN: &[Extension] = &[
    Extension {
        schema: example!(11),
        content: &Shape::Object { fields: &[May("documentation", &SENTENCE)], least: 1, most: usize::MAX },
        incompatible: &[example!(12)],
        most: [1; PLACES],
    },
    Extension {
        schema: example!(12),
        content: &Shape::Object {
            fields: &[
                Must("documentation", &SENTENCE),
                May("notes", &Shape::List { of: &Shape::Text(&FILLED), least: 1, unique: false }),
            ],
            least: 1,
            most: usize::MAX,
        },
        incompatible: &[example!(11)],
        most: [MANY, MANY, 10, 2, 0, MANY, MANY],
    },
];

/// A known extension by its `$schema`.
pub fn find(schema: &str) -> Option<&'static Extension> {
    KNOWN.iter().find(|known| known.schema == schema)
}

/// Every list of extensions in a document, with its place.
pub fn lists<'a>(document: &Document<'a>) -> Vec<(usize, Spot<'a>)> {
    let mut found: Vec<(usize, Option<Spot>)> =
        vec![(0, document.root.path(&["document", "x_extensions"])), (6, document.root.get("x_extensions"))];
    for product in &document.products {
        let place = match product.spot.at.head()[1] {
            Some("branches") => 1,
            Some("full_product_names") => 2,
            _ => 3,
        };
        found.push((place, product.spot.get("x_extensions")));
    }
    for vulnerability in &document.vulnerabilities {
        found.extend(document.metrics(vulnerability).map(|metric| (4, metric.content.get("x_extensions"))));
        found.push((5, vulnerability.get("x_extensions")));
    }
    found.into_iter().filter_map(|(place, list)| Some((place, list?))).collect()
}
