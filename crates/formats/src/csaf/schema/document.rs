//! `/document` (section 3.2.1).

use super::{ACKNOWLEDGMENTS, FILLED, FILLED_SET, MANY, NOTES, REFERENCES, TIME, URI, list, text};
use crate::csaf::words;
use crate::shape::{Field::May, Field::Must, Shape};

pub(super) static LANGUAGE: Shape = text(&words::LANGUAGE);
static VERSION: Shape = text(&words::VERSION);

pub(super) static DOCUMENT: Shape = Shape::Object {
    fields: &[
        May("acknowledgments", &ACKNOWLEDGMENTS),
        May(
            "aggregate_severity",
            &Shape::Object { fields: &[May("namespace", &URI), Must("text", &FILLED)], least: 0, most: MANY },
        ),
        Must("category", &text(&words::CATEGORY)),
        Must("csaf_version", &Shape::Word(&["2.0"])),
        May("distribution", &DISTRIBUTION),
        May("lang", &LANGUAGE),
        May("notes", &NOTES),
        Must("publisher", &PUBLISHER),
        May("references", &REFERENCES),
        May("source_lang", &LANGUAGE),
        Must("title", &FILLED),
        Must("tracking", &TRACKING),
    ],
    least: 0,
    most: MANY,
};

static DISTRIBUTION: Shape = Shape::Object {
    fields: &[
        May("text", &FILLED),
        May(
            "tlp",
            &Shape::Object {
                fields: &[Must("label", &Shape::Word(&["AMBER", "GREEN", "RED", "WHITE"])), May("url", &URI)],
                least: 0,
                most: MANY,
            },
        ),
    ],
    least: 1,
    most: MANY,
};

static PUBLISHER: Shape = Shape::Object {
    fields: &[
        Must("category", &Shape::Word(&["coordinator", "discoverer", "other", "translator", "user", "vendor"])),
        May("contact_details", &FILLED),
        May("issuing_authority", &FILLED),
        Must("name", &FILLED),
        Must("namespace", &URI),
    ],
    least: 0,
    most: MANY,
};

pub(super) static TRACKING: Shape = Shape::Object {
    fields: &[
        May("aliases", &FILLED_SET),
        Must("current_release_date", &TIME),
        May("generator", &GENERATOR),
        Must("id", &text(&words::TRIMMED)),
        Must("initial_release_date", &TIME),
        Must("revision_history", &list(&REVISION)),
        Must("status", &Shape::Word(&["draft", "final", "interim"])),
        Must("version", &VERSION),
    ],
    least: 0,
    most: MANY,
};

static GENERATOR: Shape = Shape::Object {
    fields: &[
        May("date", &TIME),
        Must(
            "engine",
            &Shape::Object { fields: &[Must("name", &FILLED), May("version", &FILLED)], least: 0, most: MANY },
        ),
    ],
    least: 0,
    most: MANY,
};

static REVISION: Shape = Shape::Object {
    fields: &[Must("date", &TIME), May("legacy_version", &FILLED), Must("number", &VERSION), Must("summary", &FILLED)],
    least: 0,
    most: MANY,
};
