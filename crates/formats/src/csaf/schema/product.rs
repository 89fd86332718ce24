//! `/product_tree` (section 3.2.2).

use super::{FILLED, FILLED_LIST, FILLED_SET, URI, list, text};
use crate::csaf::words;
use crate::shape::{Field::May, Field::Must, Shape};

pub(super) static TREE: Shape = Shape::at_least(
    1,
    &[
        May("branches", &BRANCHES),
        May("full_product_names", &list(&PRODUCT)),
        May("product_groups", &list(&GROUP)),
        May("relationships", &list(&RELATIONSHIP)),
    ],
);

static BRANCHES: Shape = list(&BRANCH);

static BRANCH: Shape = Shape::Object {
    fields: &[
        May("branches", &BRANCHES),
        Must(
            "category",
            &Shape::Word(&[
                "architecture",
                "host_name",
                "language",
                "legacy",
                "patch_level",
                "product_family",
                "product_name",
                "product_version",
                "product_version_range",
                "service_pack",
                "specification",
                "vendor",
            ]),
        ),
        Must("name", &FILLED),
        May("product", &PRODUCT),
    ],
    least: 3,
    most: 3,
};

/// Section 3.1.3.
static PRODUCT: Shape = Shape::object(&[
    Must("name", &FILLED),
    Must("product_id", &FILLED),
    May("product_identification_helper", &IDENTIFICATION),
]);

static IDENTIFICATION: Shape = Shape::at_least(
    1,
    &[
        May("cpe", &text(&words::CPE)),
        May("hashes", &list(&HASHES)),
        May("model_numbers", &FILLED_SET),
        May("purl", &text(&words::PURL)),
        May("sbom_urls", &list(&URI)),
        May("serial_numbers", &FILLED_SET),
        May("skus", &FILLED_LIST),
        May("x_generic_uris", &list(&GENERIC_URI)),
    ],
);

pub(super) static GENERIC_URI: Shape = Shape::object(&[Must("namespace", &URI), Must("uri", &URI)]);

static HASHES: Shape = Shape::object(&[
    Must("file_hashes", &list(&Shape::object(&[Must("algorithm", &FILLED), Must("value", &text(&words::HASH))]))),
    Must("filename", &FILLED),
]);

pub(super) static GROUP: Shape = Shape::object(&[
    Must("group_id", &FILLED),
    Must("product_ids", &Shape::List { of: &FILLED, least: 2, unique: true }),
    May("summary", &FILLED),
]);

pub(super) static RELATION: Shape = Shape::Word(&[
    "default_component_of",
    "external_component_of",
    "installed_on",
    "installed_with",
    "optional_component_of",
]);

static RELATIONSHIP: Shape = Shape::object(&[
    Must("category", &RELATION),
    Must("full_product_name", &PRODUCT),
    Must("product_reference", &FILLED),
    Must("relates_to_product_reference", &FILLED),
]);
