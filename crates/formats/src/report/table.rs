//! The rows of a CSV export, one after the other, in memory for one row.
//!
//! RFC 4180 with what spreadsheets make of it. A quote that nobody closes would make one row of the rest of the file:
//! a row may have 16 MiB, and reading ends where one is longer.

use super::columns;
use super::reader::{Fault, Place, RowError};
use super::row::Sheet;
use super::sniff::Format;
use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Bytes of one row.
pub const MAX_ROW: usize = 16 * 1024 * 1024;

/// Rows being read.
pub(super) struct Table<R> {
    rows: csv::Reader<Metered<R>>,
    left: Arc<AtomicUsize>,
    row: csv::ByteRecord,
    ended: bool,
    pub(super) sheet: Sheet,
}

/// A reader that stops when a row is too long. The count is shared, since the reader of rows owns its source.
struct Metered<R> {
    source: R,
    left: Arc<AtomicUsize>,
}

impl<R: Read> Read for Metered<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let left = self.left.load(Ordering::Relaxed);
        if left == 0 {
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, "row"));
        }
        let most = into.len().min(left);
        let read = self.source.read(into.get_mut(..most).unwrap_or_default())?;
        self.left.store(left - read, Ordering::Relaxed);
        Ok(read)
    }
}

impl<R: Read> Table<R> {
    /// Reads the first row.
    pub(super) fn new(source: R, format: Format, by: u8) -> Result<Self, RowError> {
        let left = Arc::new(AtomicUsize::new(MAX_ROW));
        let metered = Metered { source, left: Arc::clone(&left) };
        let rows = csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(by).from_reader(metered);
        let sheet = Sheet { platform: format.as_str(), headers: Vec::new(), columns: Vec::new() };
        let mut table = Self { rows, left, row: csv::ByteRecord::new(), ended: false, sheet };
        table.step()?;
        table.sheet.headers = table.row.iter().map(|name| String::from_utf8_lossy(name).trim().to_owned()).collect();
        table.sheet.columns = columns::of(&table.sheet.headers, format.table());
        Ok(table)
    }

    /// The next row's cells and line; `None` at the end.
    pub(super) fn next(&mut self) -> Option<Result<(Vec<String>, u64), RowError>> {
        match self.step() {
            Ok(true) => {}
            Ok(false) => return None,
            Err(e) => return Some(Err(e)),
        }
        let line = self.row.position().map_or(0, csv::Position::line);
        let fail = |fault| Some(Err(RowError { place: Place::Line(line), fault }));
        let wanted = self.sheet.headers.len();
        if self.row.len() != wanted {
            return fail(Fault::Cells { wanted, found: self.row.len() });
        }
        let mut cells = Vec::with_capacity(wanted);
        for (cell, name) in self.row.iter().zip(&self.sheet.headers) {
            match std::str::from_utf8(cell) {
                Ok(text) => cells.push(text.to_owned()),
                Err(_) => return fail(Fault::NotUtf8 { column: name.clone() }),
            }
        }
        Some(Ok((cells, line)))
    }

    /// Whether there was another row. After a fault of the source there is none.
    fn step(&mut self) -> Result<bool, RowError> {
        if self.ended {
            return Ok(false);
        }
        self.left.store(MAX_ROW, Ordering::Relaxed);
        let line = self.rows.position().line();
        match self.rows.read_byte_record(&mut self.row) {
            Ok(more) => {
                self.ended = !more;
                Ok(more)
            }
            Err(e) => {
                self.ended = true;
                let fault = match e.into_kind() {
                    csv::ErrorKind::Io(e) if e.kind() == io::ErrorKind::FileTooLarge => Fault::Endless,
                    csv::ErrorKind::Io(e) => Fault::Source(e.to_string()),
                    other => Fault::Source(format!("{other:?}")),
                };
                Err(RowError { place: Place::Line(line), fault })
            }
        }
    }
}
