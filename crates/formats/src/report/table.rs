//! The rows of a CSV export, one after the other, in memory for one row.
//!
//! RFC 4180 with what spreadsheets make of it. A quote that nobody closes would make one row of the rest of the file:
//! such a row is refused, and reading ends where one is longer than 16 MiB.

use super::columns;
use super::quotes::Quotes;
use super::reader::{Fault, Place, RowError};
use super::row::Sheet;
use super::sniff::Format;
use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// Bytes of one row.
pub const MAX_ROW: usize = 16 * 1024 * 1024;

/// Rows being read.
pub(super) struct Table<R> {
    rows: csv::Reader<Metered<R>>,
    gauge: Arc<Gauge>,
    row: csv::ByteRecord,
    by: u8,
    /// Lines of the file before the table.
    before: u64,
    ended: bool,
    pub(super) sheet: Sheet,
}

/// What is known of the source, which the reader of rows owns.
struct Gauge {
    /// Bytes that the row may still have.
    left: AtomicUsize,
    /// The source has ended inside quotes.
    open: AtomicBool,
}

/// The cells of a row.
pub(super) struct Line {
    /// As many as the sheet has headers.
    pub(super) cells: Vec<String>,
    /// The line of the file that it begins on, from 1.
    pub(super) number: u64,
    /// The name of a cell that holds lines shaped like rows.
    pub(super) suspect: Option<String>,
}

/// A reader that stops when a row is too long.
struct Metered<R> {
    source: R,
    gauge: Arc<Gauge>,
    quotes: Quotes,
}

impl<R: Read> Read for Metered<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            let left = self.gauge.left.load(Ordering::Relaxed);
            if left == 0 {
                return Err(io::Error::new(io::ErrorKind::FileTooLarge, "row"));
            }
            let most = into.len().min(left);
            let read = self.source.read(into.get_mut(..most).unwrap_or_default())?;
            self.gauge.left.store(left - read, Ordering::Relaxed);
            let kept = self.quotes.follow(into.get_mut(..read).unwrap_or_default());
            self.gauge.open.store(read == 0 && most > 0 && self.quotes.is_open(), Ordering::Relaxed);
            // Half of a line's end is nothing, and no end.
            if kept > 0 || read == 0 {
                return Ok(kept);
            }
        }
    }
}

impl<R: Read> Table<R> {
    /// Reads the first row; so many lines of the file stand `before` it.
    pub(super) fn new(source: R, format: Format, by: u8, before: u64) -> Result<Self, RowError> {
        let gauge = Arc::new(Gauge { left: AtomicUsize::new(MAX_ROW), open: AtomicBool::new(false) });
        let metered = Metered { source, gauge: Arc::clone(&gauge), quotes: Quotes::new(by) };
        let rows = csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(by).from_reader(metered);
        let sheet = Sheet { platform: format.as_str(), headers: Vec::new(), columns: Vec::new() };
        let mut table = Self { rows, gauge, row: csv::ByteRecord::new(), by, before, ended: false, sheet };
        table.step()?;
        table.sheet.headers = table.row.iter().map(|name| String::from_utf8_lossy(name).trim().to_owned()).collect();
        table.sheet.columns = columns::of(&table.sheet.headers, format.table());
        Ok(table)
    }

    /// The next row; `None` at the end.
    pub(super) fn next(&mut self) -> Option<Result<Line, RowError>> {
        match self.step() {
            Ok(true) => {}
            Ok(false) => return None,
            Err(e) => return Some(Err(e)),
        }
        let line = self.before + self.row.position().map_or(0, csv::Position::line);
        let fail = |fault| Some(Err(RowError { place: Place::Line(line), fault }));
        let wanted = self.sheet.headers.len();
        if self.gauge.open.load(Ordering::Relaxed) {
            return fail(Fault::Unclosed {
                lines: (self.before + self.rows.position().line()).saturating_sub(line) + 1,
            });
        }
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
        let rows = cells.iter().zip(&self.sheet.headers).find(|(text, _)| self.holds_rows(text));
        let suspect = rows.map(|(_, name)| name.clone());
        Some(Ok(Line { cells, number: line, suspect }))
    }

    /// Whether a cell has lines shaped like rows: somewhere a quote may be missing.
    fn holds_rows(&self, cell: &str) -> bool {
        let parted = |line: &str| line.bytes().filter(|byte| *byte == self.by).count() + 1;
        let wanted = self.sheet.headers.len();
        wanted > 2 && cell.contains('\n') && cell.lines().skip(1).any(|line| parted(line) == wanted)
    }

    /// Whether there was another row. After a fault of the source there is none.
    fn step(&mut self) -> Result<bool, RowError> {
        if self.ended {
            return Ok(false);
        }
        self.gauge.left.store(MAX_ROW, Ordering::Relaxed);
        let line = self.before + self.rows.position().line();
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
