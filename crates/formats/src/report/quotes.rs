//! Where quotes of a CSV open and close, beside the reader of rows, which does not say it at the end of a file.
//!
//! It counts a line's end by its `\n`, and a row that ends with `\r\n` before that: every line end between rows
//! becomes one `\n`, so that the lines it names are those of the file.

/// Where in a cell the reading stands, by the rules of the reader of rows: a quote opens a cell at its beginning alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum At {
    Start,
    Plain,
    Quoted,
    /// After a quote inside quotes: the cell's end, or half of a quote that is meant.
    Closing,
}

/// Follows the bytes of a table.
#[derive(Debug)]
pub(super) struct Quotes {
    at: At,
    by: u8,
    /// The last byte was a `\r` between rows.
    after_return: bool,
}

impl Quotes {
    /// `by` parts the cells.
    pub(super) const fn new(by: u8) -> Self {
        Self { at: At::Start, by, after_return: false }
    }

    /// Follows bytes and makes their line ends one sign; so many are left, at the beginning.
    pub(super) fn follow(&mut self, bytes: &mut [u8]) -> usize {
        let mut kept = 0;
        for from in 0..bytes.len() {
            let Some(byte) = bytes.get(from).copied() else { break };
            let half = std::mem::take(&mut self.after_return) && byte == b'\n';
            if half {
                continue;
            }
            let byte = if byte == b'\r' && self.at != At::Quoted {
                self.after_return = true;
                b'\n'
            } else {
                byte
            };
            self.step(byte);
            if let Some(place) = bytes.get_mut(kept) {
                *place = byte;
                kept += 1;
            }
        }
        kept
    }

    fn step(&mut self, byte: u8) {
        self.at = match (self.at, byte) {
            (At::Quoted, b'"') => At::Closing,
            (At::Start | At::Closing, b'"') | (At::Quoted, _) => At::Quoted,
            _ if byte == self.by || byte == b'\n' => At::Start,
            _ => At::Plain,
        };
    }

    /// Whether a cell was begun with a quote and has not ended.
    pub(super) fn is_open(&self) -> bool {
        self.at == At::Quoted
    }
}
