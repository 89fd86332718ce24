//! Reports out of an export, one after the other. What is wrong with one is an item of its own, and the next is read.

use super::fields::note;
use super::model::Report;
use super::resource::{Included, included};
use super::sniff::{self, Format, Layout, SniffError, sniff};
use super::table::{Line, MAX_ROW, Table};
use super::{bugcrowd, findings, hackerone, own, row};
use crate::json::{self, Limits, ReadError};
use crate::sarif::{self, SarifError};
use serde_json::Value;
use std::collections::VecDeque;
use std::fmt;
use std::io::{BufRead, BufReader, Chain, Cursor, Read};

/// One JSON document of an export. What is larger is asked for in pages, or in lines.
pub const WHOLE: Limits = Limits { bytes: 128 * 1024 * 1024, depth: 64, values: 8_000_000, objects: 1_000_000 };
/// One line of JSON.
const LINE: Limits = Limits { bytes: MAX_ROW, depth: 64, values: 1_000_000, objects: 300_000 };
/// What is looked at to know what a file is.
const HEAD: u64 = 64 * 1024;

/// Where something stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The line that a row begins on, from 1.
    Line(u64),
    /// The place in a JSON document, from 1.
    Record(u64),
}

impl fmt::Display for Place {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line(line) => write!(out, "line {line}"),
            Self::Record(record) => write!(out, "report {record}"),
        }
    }
}

/// Why one report was not read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {fault}")]
pub struct RowError {
    /// Where.
    pub place: Place,
    /// Why.
    pub fault: Fault,
}

/// What is wrong with a report.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// Nothing to know it by.
    #[error("it has no id")]
    NoId,
    /// A text, number or list where an object should be.
    #[error("this is no JSON object")]
    NoObject,
    /// A row of another length.
    #[error("{found} cells where the first row has {wanted}; a quote or comma may be missing")]
    Cells {
        /// As many names as the first row has.
        wanted: usize,
        /// As many cells as this row has.
        found: usize,
    },
    /// Bytes of another encoding.
    #[error("\"{column}\" has bytes that are not UTF-8; save the file as UTF-8")]
    NotUtf8 {
        /// Name of the column.
        column: String,
    },
    /// No JSON, or too large.
    #[error("{0}")]
    Json(#[from] ReadError),
    /// The file ends inside a cell.
    #[error(
        "a quote is opened and not closed: the rest of the file, {lines} lines, would be one cell; close the quote"
    )]
    Unclosed {
        /// Lines from the row's first to the end.
        lines: u64,
    },
    /// No JSON on a line of its own.
    #[error("column {column}: {message}")]
    Line {
        /// Where.
        column: usize,
        /// What, in words.
        message: String,
    },
    /// A row that does not end.
    #[error("a row of more than {} MiB; a quote is opened and not closed. Nothing behind it was read", MAX_ROW >> 20)]
    Endless,
    /// A line that does not end.
    #[error("a line of more than {} MiB, passed over", MAX_ROW >> 20)]
    Long,
    /// The source failed.
    #[error("reading stopped: {0}")]
    Source(String),
}

/// Why no report was read at all.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Not what it should be.
    #[error(transparent)]
    Sniff(#[from] SniffError),
    /// No JSON, or too large.
    #[error(transparent)]
    Json(#[from] ReadError),
    /// No log of SARIF 2.1.0.
    #[error(transparent)]
    Sarif(#[from] SarifError),
    /// The first row of a table does not read.
    #[error(transparent)]
    Row(#[from] RowError),
    /// The source failed.
    #[error(transparent)]
    Source(#[from] std::io::Error),
}

type Whole<R> = Chain<Cursor<Vec<u8>>, R>;

/// Reports of one export.
pub struct Reports<R> {
    format: Format,
    rows: Rows<R>,
    /// Of a document that holds several.
    waiting: VecDeque<(Value, Included)>,
    place: Place,
}

enum Rows<R> {
    Table(Box<Table<Whole<R>>>),
    Lines {
        source: BufReader<Whole<R>>,
        number: u64,
        ended: bool,
    },
    /// The findings of a log.
    Found(std::vec::IntoIter<Report>),
    Done,
}

/// Begins to read. `wanted` says whose export it is where the file alone does not.
pub fn open<R: Read>(mut source: R, wanted: Option<Format>) -> Result<Reports<R>, OpenError> {
    let mut head = Vec::new();
    source.by_ref().take(HEAD).read_to_end(&mut head)?;
    let (format, layout) = match sniff(&head, wanted) {
        Err(SniffError::UnknownJson) => return Err(unknown(head, source)),
        sniffed => sniffed?,
    };
    if head.starts_with(b"\xef\xbb\xbf") {
        head.drain(..3);
    }
    let mut before = 0;
    if let (Layout::Csv(_), Some((_, rest))) = (layout, sniff::named_separator(&head)) {
        head.drain(..head.len() - rest.len());
        before = 1;
    }
    let mut whole = Cursor::new(head).chain(source);
    let (mut waiting, mut place) = (VecDeque::new(), Place::Line(0));
    let rows = match layout {
        Layout::Csv(by) => Rows::Table(Box::new(Table::new(whole, format, by, before)?)),
        Layout::Lines => Rows::Lines { source: BufReader::new(whole), number: 0, ended: false },
        Layout::Whole => {
            let mut text = Vec::new();
            whole.by_ref().take(WHOLE.bytes as u64 + 1).read_to_end(&mut text)?;
            place = Place::Record(0);
            if format == Format::Sarif {
                Rows::Found(findings::reports(&sarif::read(&text, WHOLE)?).into_iter())
            } else {
                waiting.extend(records(json::read(&text, WHOLE)?.value));
                Rows::Done
            }
        }
    };
    Ok(Reports { format, rows, waiting, place })
}

/// Why JSON is no export: what is wrong with it as JSON goes first.
fn unknown(head: Vec<u8>, source: impl Read) -> OpenError {
    let first = head.trim_ascii_start().split(|byte| *byte == b'\n').next().unwrap_or_default();
    if json::tree(first, LINE).is_ok() {
        return SniffError::UnknownJson.into();
    }
    let mut text = head;
    let rest = source.take(WHOLE.bytes as u64).read_to_end(&mut text);
    match rest.map_err(OpenError::from).and_then(|_| Ok(json::tree(&text, WHOLE)?)) {
        Ok(_) => SniffError::UnknownJson.into(),
        Err(e) => e,
    }
}

/// The reports of a document: itself, a list of them, a page with `data`, a list of pages.
fn records(document: Value) -> Vec<(Value, Included)> {
    match document {
        Value::Array(list) => list.into_iter().flat_map(page).collect(),
        other => page(other),
    }
}

fn page(value: Value) -> Vec<(Value, Included)> {
    match value {
        Value::Object(mut map) if map.contains_key("data") && !map.contains_key("attributes") => {
            let included = included(&mut map);
            match map.remove("data").unwrap_or_default() {
                Value::Array(list) => list.into_iter().map(|one| (one, Included::clone(&included))).collect(),
                one => vec![(one, included)],
            }
        }
        other => vec![(other, Included::default())],
    }
}

impl<R: Read> Reports<R> {
    /// Whose export it is.
    pub const fn format(&self) -> Format {
        self.format
    }

    fn read(&self, value: Value, included: &Included) -> Result<Report, RowError> {
        let read = match self.format {
            _ if !value.is_object() => Err(Fault::NoObject),
            Format::HackerOne => hackerone::report(value, included),
            Format::Bugcrowd => bugcrowd::report(value, included),
            Format::Intigriti | Format::JsonLines | Format::Sarif => own::report(value),
        };
        read.map_err(|fault| RowError { place: self.place, fault })
    }

    /// Where the last item stood.
    pub const fn place(&self) -> Place {
        self.place
    }
}

impl<R: Read> Iterator for Reports<R> {
    type Item = Result<Report, RowError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some((value, included)) = self.waiting.pop_front() {
                if let Place::Record(record) = &mut self.place {
                    *record += 1;
                }
                return Some(self.read(value, &included));
            }
            match &mut self.rows {
                Rows::Done => return None,
                Rows::Found(found) => {
                    let report = found.next()?;
                    if let Place::Record(record) = &mut self.place {
                        *record += 1;
                    }
                    return Some(Ok(report));
                }
                Rows::Table(table) => {
                    let Line { cells, number: line, suspect } = match table.next()? {
                        Ok(found) => found,
                        Err(e) => {
                            self.place = e.place;
                            return Some(Err(e));
                        }
                    };
                    self.place = Place::Line(line);
                    let mut read = row::report(&table.sheet, &cells);
                    if let (Ok(report), Some(name)) = (&mut read, suspect) {
                        let text = format!("{name} holds lines shaped like rows; a quote may be missing");
                        note(&mut report.notes, text);
                    }
                    return Some(read.map_err(|fault| RowError { place: Place::Line(line), fault }));
                }
                Rows::Lines { source, number, ended } => {
                    let line = next_line(source, number, ended)?;
                    self.place = Place::Line(*number);
                    match line.and_then(|line| json::read(&line, LINE).map_err(on_line)) {
                        Ok(parsed) => self.waiting.extend(records(parsed.value)),
                        Err(fault) => return Some(Err(RowError { place: self.place, fault })),
                    }
                }
            }
        }
    }
}

/// Which line it is the place of the report says.
fn on_line(e: ReadError) -> Fault {
    match e {
        ReadError::Syntax { column, message, .. } => Fault::Line { column, message },
        other => Fault::Json(other),
    }
}

/// The next line that holds something. One that is too long is passed over piece by piece.
fn next_line<S: BufRead>(source: &mut S, number: &mut u64, ended: &mut bool) -> Option<Result<Vec<u8>, Fault>> {
    let mut line = Vec::new();
    while !*ended {
        line.clear();
        *number += 1;
        match source.by_ref().take(MAX_ROW as u64 + 1).read_until(b'\n', &mut line) {
            Ok(0) => *ended = true,
            Ok(_) if line.len() > MAX_ROW => {
                let skipped = pass_over(source);
                *ended = skipped.is_err();
                return Some(Err(skipped.map_or_else(|e| Fault::Source(e.to_string()), |()| Fault::Long)));
            }
            Ok(_) if line.trim_ascii().is_empty() => {}
            Ok(_) => return Some(Ok(line)),
            Err(e) => {
                *ended = true;
                return Some(Err(Fault::Source(e.to_string())));
            }
        }
    }
    None
}

fn pass_over<S: BufRead>(source: &mut S) -> std::io::Result<()> {
    loop {
        let found = source.fill_buf()?;
        let end = found.iter().position(|b| *b == b'\n');
        let (length, done) = end.map_or((found.len(), found.is_empty()), |end| (end + 1, true));
        source.consume(length);
        if done {
            return Ok(());
        }
    }
}
