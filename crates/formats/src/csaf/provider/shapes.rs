//! What the JSON files of a provider look like: its metadata (`provider.json` of both versions), and the parts of
//! ROLIE (RFC 8322 and its JSON form) that CSAF uses.

use super::finding::Findings;
use crate::csaf::Edition;
use crate::json::Tree;
use crate::shape::{self, Field::May, Field::Must, Form, Shape, form};

/// Makes findings of what is not as a shape says. Properties that it does not name are let be.
pub(super) fn hold(requirement: u8, file: &str, shape: &'static Shape, value: &Tree, found: &mut Findings) {
    for fault in shape::known(shape, value) {
        found.at(requirement, file, fault.pointer, fault.message);
    }
}

/// The metadata of a version.
pub(super) fn metadata(edition: Edition) -> &'static Shape {
    match edition {
        Edition::V20 => &METADATA_2_0,
        Edition::V21 => &METADATA_2_1,
    }
}

static FILLED: Shape = Shape::Text(&form::FILLED);
static URI: Shape = Shape::Text(&form::URI);
static TIME: Shape = Shape::Text(&form::DATE_TIME);
static JSON_URL: Shape = Shape::Text(&Form { what: "the address of a .json file", fits: is_json_url });
static PROVIDER_URL: Shape =
    Shape::Text(&Form { what: "an address that ends in /provider-metadata.json", fits: is_provider_url });
static FINGERPRINT: Shape =
    Shape::Text(&Form { what: "a fingerprint of 40 or more hexadecimal digits", fits: is_fingerprint });

fn is_json_url(text: &str) -> bool {
    form::is_uri(text) && super::has_extension(text, "json")
}

fn is_provider_url(text: &str) -> bool {
    form::is_uri(text) && text.ends_with("/provider-metadata.json")
}

fn is_fingerprint(text: &str) -> bool {
    text.len() >= 40 && text.bytes().all(|b| b.is_ascii_hexdigit())
}

const fn set(of: &'static Shape) -> Shape {
    Shape::List { of, least: 1, unique: true }
}

const OLDER: &[&str] = &["UNLABELED", "WHITE", "GREEN", "AMBER", "RED"];
const NEWER: &[&str] = &["AMBER", "AMBER+STRICT", "CLEAR", "GREEN", "RED"];

static METADATA_2_0: Shape = Shape::object(&[
    Must("canonical_url", &PROVIDER_URL),
    May("distributions", &set(&Shape::at_least(1, &[May("directory_url", &URI), May("rolie", &ROLIE_2_0)]))),
    Must("last_updated", &TIME),
    Must("list_on_CSAF_aggregators", &Shape::Flag),
    Must("metadata_version", &Shape::Word(&["2.0"])),
    Must("mirror_on_CSAF_aggregators", &Shape::Flag),
    May("public_openpgp_keys", &KEYS_2_0),
    Must("publisher", &PUBLISHER),
    Must("role", &ROLE),
]);

static METADATA_2_1: Shape = Shape::object(&[
    Must("$schema", &Shape::Word(&["https://docs.oasis-open.org/csaf/csaf/v2.1/schema/provider.json"])),
    Must("canonical_url", &PROVIDER_URL),
    May("distributions", &set(&Shape::at_least(1, &[May("directory", &DIRECTORY), May("rolie", &ROLIE_2_1)]))),
    Must("last_updated", &TIME),
    Must("list_on_CSAF_aggregators", &Shape::Flag),
    May("maintained_from", &TIME),
    May("maintained_until", &TIME),
    Must("metadata_version", &Shape::Word(&["2.1"])),
    Must("mirror_on_CSAF_aggregators", &Shape::Flag),
    May("public_openpgp_keys", &KEYS_2_1),
    Must("publisher", &PUBLISHER),
    Must("role", &ROLE),
]);

static ROLE: Shape = Shape::Word(&["csaf_publisher", "csaf_provider", "csaf_trusted_provider"]);

static PUBLISHER: Shape = Shape::object(&[Must("category", &FILLED), Must("name", &FILLED), Must("namespace", &URI)]);

static DIRECTORY: Shape = Shape::object(&[Must("tlp_label", &Shape::Word(NEWER)), Must("url", &URI)]);

static KEYS_2_0: Shape =
    Shape::List { of: &Shape::object(&[May("fingerprint", &FINGERPRINT), Must("url", &URI)]), least: 0, unique: false };
static KEYS_2_1: Shape = Shape::List {
    of: &Shape::object(&[Must("fingerprint", &FINGERPRINT), Must("url", &URI)]),
    least: 0,
    unique: false,
};

static ROLIE_2_0: Shape = Shape::object(&[
    May("categories", &set(&JSON_URL)),
    Must("feeds", &set(&Shape::object(&[Must("tlp_label", &Shape::Word(OLDER)), Must("url", &JSON_URL)]))),
    May("services", &set(&JSON_URL)),
]);

static ROLIE_2_1: Shape = Shape::object(&[
    May("categories", &set(&JSON_URL)),
    Must(
        "feeds",
        &set(&Shape::object(&[
            Must("last_updated", &TIME),
            Must("tlp_label", &Shape::Word(NEWER)),
            Must("url", &JSON_URL),
        ])),
    ),
    May("services", &set(&JSON_URL)),
]);

const fn list(of: &'static Shape) -> Shape {
    Shape::List { of, least: 0, unique: false }
}

static LINKS: Shape = list(&Shape::object(&[Must("href", &URI), Must("rel", &FILLED)]));
static TERMS: Shape = list(&Shape::object(&[May("scheme", &FILLED), Must("term", &FILLED)]));

/// A feed.
pub(super) static FEED: Shape = Shape::object(&[Must(
    "feed",
    &Shape::object(&[
        Must("category", &TERMS),
        Must("entry", &list(&ENTRY)),
        Must("id", &FILLED),
        Must("link", &LINKS),
        Must("title", &FILLED),
        Must("updated", &TIME),
    ]),
)]);

static ENTRY: Shape = Shape::object(&[
    Must("content", &Shape::object(&[Must("src", &JSON_URL), Must("type", &Shape::Word(&["application/json"]))])),
    Must("format", &Shape::object(&[Must("schema", &URI), Must("version", &Shape::Word(&["2.0", "2.1"]))])),
    Must("id", &FILLED),
    Must("link", &LINKS),
    Must("published", &TIME),
    Must("title", &FILLED),
    Must("updated", &TIME),
]);

/// A service document.
pub(super) static SERVICE: Shape = Shape::object(&[Must(
    "service",
    &Shape::object(&[Must(
        "workspace",
        &list(&Shape::object(&[
            Must("collection", &list(&Shape::object(&[Must("href", &JSON_URL), Must("title", &FILLED)]))),
            Must("title", &FILLED),
        ])),
    )]),
)]);

/// A category document.
pub(super) static CATEGORY: Shape = Shape::object(&[Must("categories", &Shape::object(&[Must("category", &TERMS)]))]);
