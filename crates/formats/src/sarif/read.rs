//! Reading SARIF, with the place of what is wrong.

use super::model::{Log, VERSION};
use crate::json::{self, Limits, ReadError};
use crate::shape::{Field, Form, Shape, check};

/// Why a text is no SARIF log.
#[derive(Debug, thiserror::Error)]
pub enum SarifError {
    /// No JSON, or too large.
    #[error(transparent)]
    Json(#[from] ReadError),
    /// Something is not as the standard says.
    #[error("{pointer}: {message}")]
    Shape {
        /// JSON pointer; empty for the whole document.
        pointer: String,
        /// What, and what to do.
        message: String,
    },
    /// A value that no table names does not fit.
    #[error("this is no SARIF log: {0}")]
    Other(#[from] serde_json::Error),
}

const MANY: usize = usize::MAX;
/// Larger numbers are not exact in JSON.
const EXACT: f64 = 9_007_199_254_740_991.0;

static ANY_TEXT: Shape = Shape::Text(&crate::shape::form::ANY);
static FILLED: Shape = Shape::Text(&crate::shape::form::FILLED);
static THIS: Form = Form { what: "the version 2.1.0; older logs have to be converted", fits: |text| text == VERSION };
static VERSION_SHAPE: Shape = Shape::Text(&THIS);
static LEVEL: Shape = Shape::Word(&["none", "note", "warning", "error"]);
static LINE: Shape = Shape::Number(1.0, EXACT);
static INDEX: Shape = Shape::Number(-1.0, EXACT);
static PRINTS: Shape = Shape::Names(&ANY_TEXT);
static WORDS: Shape =
    Shape::Object { fields: &[Field::May("text", &ANY_TEXT), Field::May("markdown", &ANY_TEXT)], least: 0, most: MANY };
static SETTING: Shape = Shape::Object { fields: &[Field::May("level", &LEVEL)], least: 0, most: MANY };
static RULE: Shape = Shape::Object {
    fields: &[
        Field::Must("id", &ANY_TEXT),
        Field::May("name", &ANY_TEXT),
        Field::May("shortDescription", &WORDS),
        Field::May("fullDescription", &WORDS),
        Field::May("help", &WORDS),
        Field::May("helpUri", &ANY_TEXT),
        Field::May("defaultConfiguration", &SETTING),
    ],
    least: 0,
    most: MANY,
};
static RULES: Shape = Shape::List { of: &RULE, least: 0, unique: false };
static DRIVER: Shape = Shape::Object {
    fields: &[Field::Must("name", &FILLED), Field::May("version", &ANY_TEXT), Field::May("rules", &RULES)],
    least: 0,
    most: MANY,
};
static TOOL: Shape = Shape::Object { fields: &[Field::Must("driver", &DRIVER)], least: 0, most: MANY };
static REGION: Shape = Shape::Object {
    fields: &[
        Field::May("startLine", &LINE),
        Field::May("startColumn", &LINE),
        Field::May("endLine", &LINE),
        Field::May("endColumn", &LINE),
        Field::May("snippet", &WORDS),
    ],
    least: 0,
    most: MANY,
};
static ARTIFACT: Shape =
    Shape::Object { fields: &[Field::May("uri", &ANY_TEXT), Field::May("uriBaseId", &ANY_TEXT)], least: 0, most: MANY };
static PHYSICAL: Shape = Shape::Object {
    fields: &[Field::May("artifactLocation", &ARTIFACT), Field::May("region", &REGION)],
    least: 0,
    most: MANY,
};
static LOCATION: Shape = Shape::Object { fields: &[Field::May("physicalLocation", &PHYSICAL)], least: 0, most: MANY };
static LOCATIONS: Shape = Shape::List { of: &LOCATION, least: 0, unique: false };
static RESULT: Shape = Shape::Object {
    fields: &[
        Field::Must("message", &WORDS),
        Field::May("ruleId", &ANY_TEXT),
        Field::May("ruleIndex", &INDEX),
        Field::May("level", &LEVEL),
        Field::May("locations", &LOCATIONS),
        Field::May("fingerprints", &PRINTS),
        Field::May("partialFingerprints", &PRINTS),
    ],
    least: 0,
    most: MANY,
};
static RESULTS: Shape = Shape::List { of: &RESULT, least: 0, unique: false };
static RUN: Shape =
    Shape::Object { fields: &[Field::Must("tool", &TOOL), Field::May("results", &RESULTS)], least: 0, most: MANY };
static RUNS: Shape = Shape::List { of: &RUN, least: 0, unique: false };
static LOG: Shape = Shape::Object {
    fields: &[Field::Must("version", &VERSION_SHAPE), Field::Must("runs", &RUNS)],
    least: 0,
    most: MANY,
};

/// Reads a log.
pub fn read(text: &[u8], limits: Limits) -> Result<Log, SarifError> {
    let value = json::read(text, limits)?.value;
    if let Some(fault) = check(&LOG, &value).into_iter().find(|fault| !fault.extra) {
        return Err(SarifError::Shape { pointer: fault.pointer, message: fault.message });
    }
    Ok(serde_json::from_value(value)?)
}
