//! From bytes to lines, within bounds.

use super::line::{Ending, File, Frame, Line, Part};

pub(super) const BOM: &[u8] = b"\xEF\xBB\xBF";
pub(super) const BEGIN: &str = "-----BEGIN PGP SIGNED MESSAGE-----";
pub(super) const BEGIN_SIGNATURE: &str = "-----BEGIN PGP SIGNATURE-----";
pub(super) const END: &str = "-----END PGP SIGNATURE-----";

/// What one file may cost. RFC 9116 section 5.4 lets readers stop at 32 KB, 2,048 characters a field and 1,000 lines;
/// these are larger, because the lint is to say what is wrong with a file that is too large.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the file.
    pub bytes: usize,
    /// Lines.
    pub lines: usize,
    /// Bytes of a line.
    pub line: usize,
}

impl Default for Limits {
    /// 1 MiB, 10,000 lines of at most 64 KiB.
    fn default() -> Self {
        Self { bytes: 1024 * 1024, lines: 10_000, line: 64 * 1024 }
    }
}

/// Why a file is not read. Lines begin with 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// Longer than [`Limits::bytes`].
    #[error("the file has more than {limit} bytes, which no security.txt needs")]
    TooLarge {
        /// The bound.
        limit: usize,
    },
    /// More lines than [`Limits::lines`].
    #[error("line {line}: more than {limit} lines, which no security.txt needs")]
    TooManyLines {
        /// The first line too many.
        line: usize,
        /// The bound.
        limit: usize,
    },
    /// A line longer than [`Limits::line`].
    #[error("line {line}: longer than {limit} bytes, which no field needs")]
    LineTooLong {
        /// Where.
        line: usize,
        /// The bound.
        limit: usize,
    },
}

/// Takes a file apart. Lines end with LF or CR LF; a CR elsewhere is part of its line.
pub fn read(bytes: &[u8], limits: Limits) -> Result<File<'_>, ReadError> {
    if bytes.len() > limits.bytes {
        return Err(ReadError::TooLarge { limit: limits.bytes });
    }
    let body = bytes.strip_prefix(BOM);
    let mut file = File { bom: body.is_some(), ..File::default() };
    let mut state = State::default();
    for (at, whole) in body.unwrap_or(bytes).split_inclusive(|b| *b == b'\n').enumerate() {
        let number = at + 1;
        if at >= limits.lines {
            return Err(ReadError::TooManyLines { line: number, limit: limits.lines });
        }
        let (raw, ending) = match whole {
            [raw @ .., b'\r', b'\n'] => (raw, Ending::CrLf),
            [raw @ .., b'\n'] => (raw, Ending::Lf),
            raw => (raw, Ending::Missing),
        };
        if raw.len() > limits.line {
            return Err(ReadError::LineTooLong { line: number, limit: limits.line });
        }
        let text = std::str::from_utf8(raw).ok();
        let part = state.part(text.unwrap_or("\u{FFFD}").trim_end_matches([' ', '\t']), number);
        file.lines.push(Line { raw, ending, part, text });
    }
    file.frame = state.frame;
    Ok(file)
}

/// Where the reader is in the frame of a signature.
struct State {
    at: Part,
    frame: Option<Frame>,
}

impl Default for State {
    fn default() -> Self {
        Self { at: Part::Plain, frame: None }
    }
}

impl State {
    fn part(&mut self, text: &str, number: usize) -> Part {
        match self.at {
            Part::Plain if text == BEGIN => {
                self.frame = Some(Frame { begin: number, ..Frame::default() });
                self.at = Part::Head;
                return Part::Head;
            }
            Part::Head if text.is_empty() => {
                self.set(|frame| frame.blank = Some(number));
                self.at = Part::Signed;
                return Part::Head;
            }
            // Only this header may stand here (RFC 4880 section 7); without the empty line the text has begun.
            Part::Head if text.starts_with("Hash:") => return Part::Head,
            Part::Head => self.at = Part::Signed,
            Part::Signature if text == END => {
                self.set(|frame| frame.end = Some(number));
                self.at = Part::After;
                return Part::Signature;
            }
            _ => {}
        }
        if self.at == Part::Signed && text == BEGIN_SIGNATURE {
            self.set(|frame| frame.signature = Some(number));
            self.at = Part::Signature;
        }
        self.at
    }

    fn set(&mut self, change: impl FnOnce(&mut Frame)) {
        if let Some(frame) = &mut self.frame {
            change(frame);
        }
    }
}
