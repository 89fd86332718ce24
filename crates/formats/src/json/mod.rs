//! JSON from strangers, read once and within bounds.
//!
//! `serde_json` alone lets the last of two equal keys win, forgets the order of keys and stops at a depth of 128. Here a
//! document is read into a [`Tree`] or a [`serde_json::Value`] while size, depth and number of values are counted; an object with
//! the same key twice is refused (two readers could see two documents); and the first place where keys do not stand
//! in alphabetical order is remembered, because CSAF asks for it (test 6.2.13). Errors say line and column.
//!
//! Numbers are 64 bits: whole ones, or binary floating point (RFC 8259 section 6 promises no more to anybody). [`read`] is
//! for documents that are written again, and refuses a number that would come out as another one: an integer beyond 64
//! bits, a decimal of more digits than fit. `1e2` comes out as `100.0`, which is the same number.

mod build;
mod exact;
mod grow;
mod seed;
mod spot;
mod tree;
mod words;

pub use build::{Build, unique};
pub use spot::{At, Spot, escape};
pub use tree::{Object, Tree};

use grow::Grow;
use serde::de::DeserializeSeed;
use serde_json::Value;
use std::cell::RefCell;

/// What one document may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of text.
    pub bytes: usize,
    /// Objects and lists inside each other.
    pub depth: usize,
    /// Objects, lists, texts, numbers and words together; in a [`Tree`] some 60 bytes of memory each.
    pub values: usize,
    /// Objects with properties, counted by [`read`] only: a [`Value`] has a map that is made for many, and takes some 700
    /// bytes for the first property.
    pub objects: usize,
}

impl Default for Limits {
    /// 50 MB (the limit that CSAF 2.1 appendix C names), 100 levels, two million values, of which 600,000 may be objects:
    /// so many have 280,000 products in branches.
    fn default() -> Self {
        Self { bytes: 50_000_000, depth: 100, values: 2_000_000, objects: 600_000 }
    }
}

/// A document, and what is lost when it becomes a value.
#[derive(Debug, Clone, PartialEq)]
pub struct Parsed<V = Value> {
    /// What was read.
    pub value: V,
    /// JSON pointer of the first key that stands before its alphabetical place.
    pub unsorted: Option<String>,
}

/// Why a text is not a document. `line` and `column` begin with 1.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// Nothing but white space.
    #[error("the file is empty")]
    Empty,
    /// Longer than [`Limits::bytes`].
    #[error("the document has {bytes} bytes; at most {limit} are read")]
    TooLarge {
        /// Its length.
        bytes: usize,
        /// The bound.
        limit: usize,
    },
    /// UTF-16 or UTF-32 by its first bytes.
    #[error("the document is written in {0}; save it as UTF-8")]
    Encoding(&'static str),
    /// Bytes that are not UTF-8.
    #[error("line {line}: bytes that are not UTF-8; save the document as UTF-8")]
    NotUtf8 {
        /// Where.
        line: usize,
    },
    /// Not JSON (RFC 8259).
    #[error("line {line}, column {column}: {message}")]
    Syntax {
        /// Where.
        line: usize,
        /// Where.
        column: usize,
        /// What, in words.
        message: String,
    },
    /// The same key twice in an object.
    #[error("line {line}: {pointer} stands twice; keep one")]
    Duplicate {
        /// Where the second one ends.
        line: usize,
        /// JSON pointer of the key.
        pointer: String,
    },
    /// A number that would come out as another one.
    #[error(
        "line {line}: the number {text} cannot be kept to its last digit; write fewer digits, or write it as a text"
    )]
    Number {
        /// Where.
        line: usize,
        /// Its first 40 characters.
        text: String,
    },
    /// More levels or values than [`Limits`] allow.
    #[error("line {line}: more than {limit} {what}")]
    Bound {
        /// Where.
        line: usize,
        /// The bound.
        limit: usize,
        /// Of what.
        what: &'static str,
    },
}

/// Reads one document to go on with: its numbers come out as they went in. A UTF-8 byte order mark is passed over (RFC 8259
/// section 8.1 allows it).
pub fn read(bytes: &[u8], limits: Limits) -> Result<Parsed, ReadError> {
    grow(bytes, limits)
}

/// The same, as what is judged: of a number that does not fit, the nearest one.
pub fn tree(bytes: &[u8], limits: Limits) -> Result<Parsed<Tree>, ReadError> {
    grow(bytes, limits)
}

fn grow<V: Grow>(bytes: &[u8], limits: Limits) -> Result<Parsed<V>, ReadError> {
    if bytes.len() > limits.bytes {
        return Err(ReadError::TooLarge { bytes: bytes.len(), limit: limits.bytes });
    }
    let text = decode(bytes)?;
    if text.trim().is_empty() {
        return Err(ReadError::Empty);
    }
    let state = RefCell::new(seed::State::new(limits, text));
    let mut reader = serde_json::Deserializer::from_str(text);
    let read = seed::Seed::<'_, '_, '_, V>::root(&state)
        .deserialize(&mut reader)
        .and_then(|value| reader.end().map(|()| value));
    let state = state.into_inner();
    match read {
        Ok(value) => Ok(Parsed { value, unsorted: state.unsorted }),
        Err(e) => Err(refused(&e, state.fault, limits)),
    }
}

fn decode(bytes: &[u8]) -> Result<&str, ReadError> {
    match bytes {
        [0xFF, 0xFE, 0, 0, ..] | [0, 0, 0xFE, 0xFF, ..] | [0, 0, 0, _, ..] => {
            return Err(ReadError::Encoding("UTF-32"));
        }
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] | [0, _, ..] | [_, 0, ..] => return Err(ReadError::Encoding("UTF-16")),
        _ => {}
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    std::str::from_utf8(bytes).map_err(|e| {
        let before = bytes.get(..e.valid_up_to()).unwrap_or_default();
        ReadError::NotUtf8 { line: before.split(|b| *b == b'\n').count() }
    })
}

fn refused(e: &serde_json::Error, fault: Option<seed::Fault>, limits: Limits) -> ReadError {
    let (line, column) = (e.line(), e.column());
    match fault {
        Some(seed::Fault::Duplicate(pointer)) => ReadError::Duplicate { line, pointer },
        Some(seed::Fault::Number(text)) => ReadError::Number { line, text },
        Some(seed::Fault::Objects) => ReadError::Bound { line, limit: limits.objects, what: "objects" },
        Some(seed::Fault::Depth) => ReadError::Bound { line, limit: limits.depth, what: "levels" },
        Some(seed::Fault::Values) => ReadError::Bound { line, limit: limits.values, what: "values" },
        None => {
            let whole = e.to_string();
            let message = words::words(whole.split(" at line ").next().unwrap_or("not JSON")).to_owned();
            ReadError::Syntax { line, column, message }
        }
    }
}
