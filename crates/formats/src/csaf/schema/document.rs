//! `/document` (section 3.2.1).

use super::{ACKNOWLEDGMENTS, FILLED, FILLED_SET, NOTES, REFERENCES, TIME, URI, list, text};
use crate::csaf::words;
use crate::shape::{Field::May, Field::Must, Form, Shape};

/// Told where the version is none of those that have a schema here.
static KNOWN: Form = Form { what: "a version of CSAF that is checked here: 2.0 or 2.1", fits: |text| text == "2.0" };

pub(super) static LANGUAGE: Shape = text(&words::LANGUAGE);
static VERSION: Shape = text(&words::VERSION);

pub(super) static DOCUMENT: Shape = Shape::object(&[
    May("acknowledgments", &ACKNOWLEDGMENTS),
    May("aggregate_severity", &Shape::object(&[May("namespace", &URI), Must("text", &FILLED)])),
    Must("category", &text(&words::CATEGORY)),
    Must("csaf_version", &Shape::Text(&KNOWN)),
    May("distribution", &DISTRIBUTION),
    May("lang", &LANGUAGE),
    May("notes", &NOTES),
    Must("publisher", &PUBLISHER),
    May("references", &REFERENCES),
    May("source_lang", &LANGUAGE),
    Must("title", &FILLED),
    Must("tracking", &TRACKING),
]);

static DISTRIBUTION: Shape = Shape::at_least(
    1,
    &[
        May("text", &FILLED),
        May(
            "tlp",
            &Shape::object(&[Must("label", &Shape::Word(&["AMBER", "GREEN", "RED", "WHITE"])), May("url", &URI)]),
        ),
    ],
);

static PUBLISHER: Shape = Shape::object(&[
    Must("category", &Shape::Word(&["coordinator", "discoverer", "other", "translator", "user", "vendor"])),
    May("contact_details", &FILLED),
    May("issuing_authority", &FILLED),
    Must("name", &FILLED),
    Must("namespace", &URI),
]);

pub(super) static TRACKING: Shape = Shape::object(&[
    May("aliases", &FILLED_SET),
    Must("current_release_date", &TIME),
    May("generator", &GENERATOR),
    Must("id", &text(&words::TRIMMED)),
    Must("initial_release_date", &TIME),
    Must("revision_history", &list(&REVISION)),
    Must("status", &Shape::Word(&["draft", "final", "interim"])),
    Must("version", &VERSION),
]);

static GENERATOR: Shape = Shape::object(&[
    May("date", &TIME),
    Must("engine", &Shape::object(&[Must("name", &FILLED), May("version", &FILLED)])),
]);

static REVISION: Shape = Shape::object(&[
    Must("date", &TIME),
    May("legacy_version", &FILLED),
    Must("number", &VERSION),
    Must("summary", &FILLED),
]);
