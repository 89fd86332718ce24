//! A document of version 2.1: what differs from 2.0 is here and in [`super::metric`], the rest is shared.
//!
//! <https://docs.oasis-open.org/csaf/csaf/v2.1/schema/csaf.json>. Unlike in 2.0 unknown properties are faults.

use super::document::{LANGUAGE, TRACKING};
use super::metric::METRIC;
use super::product::{GENERIC_URI, GROUP, RELATION};
use super::vulnerability::{FLAG, INVOLVED, PARTY, RESTART, THREAT};
use super::{
    ACKNOWLEDGMENTS, FILLED, FILLED_LIST, FILLED_SET, NOTE_CATEGORIES, REFERENCES, TIME, URI, list, set, text,
};
use crate::csaf::{words, words21};
use crate::json::{Object, Tree};
use crate::shape::{Field::May, Field::Must, Shape, form};

/// A whole document.
pub static CSAF_2_1: Shape = Shape::object(&[
    Must("$schema", &Shape::Word(&["https://docs.oasis-open.org/csaf/csaf/v2.1/schema/csaf.json"])),
    Must("document", &DOCUMENT),
    May("product_tree", &TREE),
    May("vulnerabilities", &list(&VULNERABILITY)),
    May("x_extensions", &EXTENSIONS),
]);

static DOCUMENT: Shape = Shape::object(&[
    May("acknowledgments", &ACKNOWLEDGMENTS),
    May("aggregate_severity", &Shape::object(&[May("namespace", &URI), Must("text", &FILLED)])),
    Must("category", &text(&words::CATEGORY)),
    Must("csaf_version", &Shape::Word(&["2.1"])),
    Must("distribution", &DISTRIBUTION),
    May("lang", &LANGUAGE),
    May("license_expression", &FILLED),
    May("notes", &NOTES),
    Must("publisher", &PUBLISHER),
    May("references", &REFERENCES),
    May("source_lang", &LANGUAGE),
    Must("title", &FILLED),
    Must("tracking", &TRACKING),
    May("x_extensions", &EXTENSIONS),
]);

static DISTRIBUTION: Shape = Shape::object(&[
    May("sharing_group", &Shape::object(&[Must("id", &text(&words21::UUID)), May("name", &FILLED)])),
    May("text", &FILLED),
    Must(
        "tlp",
        &Shape::object(&[
            Must("label", &Shape::Word(&["AMBER", "AMBER+STRICT", "CLEAR", "GREEN", "RED"])),
            May("url", &URI),
        ]),
    ),
]);

static NOTES: Shape = list(&Shape::object(&[
    May("audience", &FILLED),
    Must("category", &Shape::Word(NOTE_CATEGORIES)),
    May("group_ids", &FILLED_SET),
    May("product_ids", &FILLED_SET),
    Must("text", &FILLED),
    May("title", &FILLED),
]));

static PUBLISHER: Shape = Shape::object(&[
    Must(
        "category",
        &Shape::Word(&["coordinator", "discoverer", "multiplier", "other", "translator", "user", "vendor"]),
    ),
    May("contact_details", &FILLED),
    May("issuing_authority", &FILLED),
    Must("name", &FILLED),
    Must("namespace", &URI),
]);

/// The frame of an extension; what it holds is for its own schema.
pub(super) static EXTENSIONS: Shape = set(&Shape::object(&[
    Must("$schema", &text(&words21::EXTENSION)),
    Must("category", &Shape::Word(&["essential", "significant", "supplementary"])),
    Must("content", &Shape::Choose(content)),
    Must("critical", &Shape::Flag),
]));

/// Any object that is not empty.
fn content(value: &Tree) -> &'static Shape {
    static NOTHING: Shape = Shape::at_least(1, &[]);
    static ANYTHING: Shape = Shape::Names(&Shape::Any);
    if value.as_object().is_some_and(Object::is_empty) { &NOTHING } else { &ANYTHING }
}

static TREE: Shape = Shape::at_least(
    1,
    &[
        May("branches", &BRANCHES),
        May("full_product_names", &list(&PRODUCT)),
        May("product_groups", &list(&GROUP)),
        May("product_paths", &list(&PATH)),
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
                "patch_level",
                "platform",
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

static PRODUCT: Shape = Shape::object(&[
    Must("name", &FILLED),
    Must("product_id", &FILLED),
    May("product_identification_helper", &IDENTIFICATION),
    May("x_extensions", &EXTENSIONS),
]);

static IDENTIFICATION: Shape = Shape::at_least(
    1,
    &[
        May("cpe", &text(&words::CPE)),
        May("hashes", &set(&HASHES)),
        May("model_numbers", &FILLED_SET),
        May("purls", &set(&text(&words21::PURL))),
        May("sbom_urls", &set(&URI)),
        May("serial_numbers", &FILLED_SET),
        May("skus", &FILLED_SET),
        May("x_generic_uris", &set(&GENERIC_URI)),
    ],
);

static HASHES: Shape = Shape::object(&[
    Must(
        "file_hashes",
        &set(&Shape::object(&[Must("algorithm", &text(&words21::ALGORITHM)), Must("value", &text(&words21::HASH))])),
    ),
    Must("filename", &FILLED),
]);

static PATH: Shape = Shape::object(&[
    Must("beginning_product_reference", &FILLED),
    Must("full_product_name", &PRODUCT),
    Must("subpaths", &list(&Shape::object(&[Must("category", &RELATION), Must("next_product_reference", &FILLED)]))),
]);

static VULNERABILITY: Shape = Shape::at_least(
    1,
    &[
        May("acknowledgments", &ACKNOWLEDGMENTS),
        May("cve", &text(&form::CVE)),
        May("cwes", &set(&WEAKNESS)),
        May("disclosure_date", &TIME),
        May("discovery_date", &TIME),
        May("first_known_exploitation_dates", &set(&EXPLOITATION)),
        May("flags", &set(&FLAG)),
        May("ids", &set(&ID)),
        May("involvements", &set(&INVOLVEMENT)),
        May("metrics", &set(&METRIC)),
        May("notes", &NOTES),
        May("product_status", &STATUS),
        May("references", &REFERENCES),
        May("remediations", &list(&REMEDIATION)),
        May("threats", &list(&THREAT)),
        May("title", &FILLED),
        May("x_extensions", &EXTENSIONS),
    ],
);

static WEAKNESS: Shape = Shape::object(&[
    Must("id", &text(&form::CWE)),
    Must("name", &text(&words::CATEGORY)),
    Must("version", &text(&words21::CWE_VERSION)),
]);

static EXPLOITATION: Shape = Shape::at_least(
    3,
    &[
        Must("date", &TIME),
        Must("exploitation_date", &TIME),
        May("group_ids", &FILLED_SET),
        May("product_ids", &FILLED_SET),
    ],
);

static ID: Shape = Shape::object(&[
    May("group_ids", &FILLED_SET),
    May("product_ids", &FILLED_SET),
    Must("system_name", &FILLED),
    Must("text", &FILLED),
]);

static INVOLVEMENT: Shape = Shape::object(&[
    May("contact", &FILLED),
    May("date", &TIME),
    May("group_ids", &FILLED_SET),
    Must("party", &PARTY),
    May("product_ids", &FILLED_SET),
    Must("status", &INVOLVED),
    May("summary", &FILLED),
]);

static STATUS: Shape = Shape::at_least(
    1,
    &[
        May("first_affected", &FILLED_SET),
        May("first_fixed", &FILLED_SET),
        May("fixed", &FILLED_SET),
        May("known_affected", &FILLED_SET),
        May("known_not_affected", &FILLED_SET),
        May("last_affected", &FILLED_SET),
        May("recommended", &FILLED_SET),
        May("under_investigation", &FILLED_SET),
        May("unknown", &FILLED_SET),
    ],
);

static REMEDIATION: Shape = Shape::object(&[
    Must(
        "category",
        &Shape::Word(&[
            "fix_planned",
            "mitigation",
            "no_fix_planned",
            "none_available",
            "optional_patch",
            "vendor_fix",
            "workaround",
        ]),
    ),
    May("date", &TIME),
    Must("details", &FILLED),
    May("entitlements", &FILLED_LIST),
    May("group_ids", &FILLED_SET),
    May("product_ids", &FILLED_SET),
    May("restart_required", &RESTART),
    May("url", &URI),
]);
