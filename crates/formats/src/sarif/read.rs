//! Reading SARIF, with the place of what is wrong.

use super::model::{Log, VERSION};
use crate::json::{self, Limits, ReadError, Tree};
use crate::shape::{Field, Form, Shape, known};

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

/// Larger numbers are not exact in JSON.
const EXACT: f64 = 9_007_199_254_740_991.0;

static ANY_TEXT: Shape = Shape::Text(&crate::shape::form::ANY);
static FILLED: Shape = Shape::Text(&crate::shape::form::FILLED);
static THIS: Form = Form { what: "the version 2.1.0; older logs have to be converted", fits: |text| text == VERSION };
static VERSION_SHAPE: Shape = Shape::Text(&THIS);
static LEVEL: Shape = Shape::Word(&["none", "note", "warning", "error"]);
static WHOLE: Form = Form { what: "a whole number, without a point", fits: |_| false };
static BROKEN: Shape = Shape::Text(&WHOLE);
static LINE: Shape = Shape::Choose(|value| if is_broken(value) { &BROKEN } else { &LINE_NUMBER });
static LINE_NUMBER: Shape = Shape::Number(1.0, EXACT);
static INDEX: Shape = Shape::Choose(|value| if is_broken(value) { &BROKEN } else { &INDEX_NUMBER });
static INDEX_NUMBER: Shape = Shape::Number(-1.0, EXACT);
static PRINTS: Shape = Shape::Names(&ANY_TEXT);
static WORDS: Shape = Shape::object(&[Field::May("text", &ANY_TEXT), Field::May("markdown", &ANY_TEXT)]);
static MESSAGE: Shape =
    Shape::object(&[Field::May("text", &ANY_TEXT), Field::May("markdown", &ANY_TEXT), Field::May("id", &MAYBE_TEXT)]);
/// Tools write `null` for what they do not know.
static ANYTHING: Shape = Shape::Any;
static MAYBE_TEXT: Shape = Shape::Choose(|value| if matches!(value, Tree::Null) { &ANYTHING } else { &ANY_TEXT });
static FLAG: Shape = Shape::Flag;
static MAYBE_FLAG: Shape = Shape::Choose(|value| if matches!(value, Tree::Null) { &ANYTHING } else { &FLAG });
static SETTING: Shape = Shape::object(&[Field::May("level", &LEVEL), Field::May("enabled", &MAYBE_FLAG)]);
static RULE: Shape = Shape::object(&[
    Field::Must("id", &ANY_TEXT),
    Field::May("name", &ANY_TEXT),
    Field::May("shortDescription", &WORDS),
    Field::May("fullDescription", &WORDS),
    Field::May("help", &WORDS),
    Field::May("helpUri", &ANY_TEXT),
    Field::May("defaultConfiguration", &SETTING),
]);
static RULES: Shape = Shape::List { of: &RULE, least: 0, unique: false };
static DRIVER: Shape = Shape::object(&[
    Field::Must("name", &FILLED),
    Field::May("version", &ANY_TEXT),
    Field::May("informationUri", &MAYBE_TEXT),
    Field::May("rules", &RULES),
]);
static EXTENSIONS: Shape = Shape::List { of: &DRIVER, least: 0, unique: false };
static TOOL: Shape = Shape::object(&[Field::Must("driver", &DRIVER), Field::May("extensions", &EXTENSIONS)]);
static REGION: Shape = Shape::object(&[
    Field::May("startLine", &LINE),
    Field::May("startColumn", &LINE),
    Field::May("endLine", &LINE),
    Field::May("endColumn", &LINE),
    Field::May("snippet", &WORDS),
]);
static ARTIFACT: Shape = Shape::object(&[Field::May("uri", &ANY_TEXT), Field::May("uriBaseId", &ANY_TEXT)]);
static PHYSICAL: Shape = Shape::object(&[Field::May("artifactLocation", &ARTIFACT), Field::May("region", &REGION)]);
static LOCATION: Shape = Shape::object(&[Field::May("physicalLocation", &PHYSICAL)]);
static LOCATIONS: Shape = Shape::List { of: &LOCATION, least: 0, unique: false };
static RESULT: Shape = Shape::object(&[
    Field::Must("message", &MESSAGE),
    Field::May("ruleId", &ANY_TEXT),
    Field::May("ruleIndex", &INDEX),
    Field::May("level", &LEVEL),
    Field::May("locations", &LOCATIONS),
    Field::May("fingerprints", &PRINTS),
    Field::May("partialFingerprints", &PRINTS),
]);
static RESULTS: Shape = Shape::List { of: &RESULT, least: 0, unique: false };
static RUN: Shape = Shape::object(&[Field::Must("tool", &TOOL), Field::May("results", &RESULTS)]);
static RUNS: Shape = Shape::List { of: &RUN, least: 0, unique: false };
static MAYBE_RUNS: Shape = Shape::Choose(|value| if matches!(value, Tree::Null) { &ANYTHING } else { &RUNS });
static LOG: Shape = Shape::object(&[Field::Must("version", &VERSION_SHAPE), Field::Must("runs", &MAYBE_RUNS)]);

/// Whether it is a number with a point: the standard counts lines and rules.
fn is_broken(value: &Tree) -> bool {
    matches!(value, Tree::Number(number) if !number.is_i64() && !number.is_u64())
}

/// Reads a log.
pub fn read(text: &[u8], limits: Limits) -> Result<Log, SarifError> {
    let value = json::read(text, limits)?.value;
    if let Some(fault) = known(&LOG, &Tree::from(&value)).into_iter().next() {
        return Err(SarifError::Shape { pointer: fault.pointer, message: fault.message });
    }
    Ok(serde_json::from_value(value)?)
}
