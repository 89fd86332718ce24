//! A list of SSVC selections inside a metric: CERT/CC's `SelectionList_2_0_0.schema.json`.
//!
//! What is wrong in it is test 6.1.46.

use super::{FILLED, TIME, URI, list, set, text};
use crate::csaf::words21;
use crate::shape::{Field::May, Field::Must, Shape, form};

pub(super) static SELECTIONS: Shape = Shape::object(&[
    May("decision_point_resources", &RESOURCES),
    May("references", &RESOURCES),
    Must("schemaVersion", &Shape::Word(&["2.0.0"])),
    Must("selections", &list(&SELECTION)),
    May("target_ids", &set(&text(&form::ANY))),
    Must("timestamp", &TIME),
]);

static RESOURCES: Shape = list(&Shape::object(&[Must("summary", &text(&form::ANY)), Must("uri", &URI)]));

static KEY: Shape = text(&words21::SSVC_KEY);

static SELECTION: Shape = Shape::object(&[
    May("definition", &FILLED),
    Must("key", &KEY),
    May("name", &FILLED),
    Must("namespace", &text(&words21::SSVC_NAMESPACE)),
    Must("values", &list(&Shape::object(&[May("definition", &FILLED), Must("key", &KEY), May("name", &FILLED)]))),
    Must("version", &text(&words21::SEMANTIC)),
]);
