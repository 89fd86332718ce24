//! A file as its lines: nothing is dropped, and what is written again is what was read.

use super::name::Name;
use std::borrow::Cow;

/// How a line ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// LF
    Lf,
    /// CR LF
    CrLf,
    /// Not at all: the last line of some files.
    Missing,
}

/// Where a line stands with regard to a cleartext signature (RFC 4880 section 7, which RFC 9580 takes over).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// No signature covers it.
    Plain,
    /// `-----BEGIN PGP SIGNED MESSAGE-----`, its headers and the empty line after them.
    Head,
    /// What the signature is about.
    Signed,
    /// The signature in its armour.
    Signature,
    /// What follows the signature, which does not cover it.
    After,
}

/// A line. Columns are bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line<'a> {
    /// Its bytes without the ending.
    pub raw: &'a [u8],
    /// Its ending.
    pub ending: Ending,
    /// Its place.
    pub part: Part,
    /// `None` where `raw` is no UTF-8.
    pub(super) text: Option<&'a str>,
}

/// What a line says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind<'a> {
    /// Nothing.
    Blank,
    /// Begins with `#`, which is left out here.
    Comment(&'a str),
    /// Has a colon.
    Field(Field<'a>),
    /// A line of the frame of a signature.
    Frame,
    /// Anything else.
    Other(&'a str),
}

/// A field. What stands around the colon is kept as it is, because the lint judges it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field<'a> {
    /// What stands before the colon, spaces included.
    pub label: &'a str,
    /// White space after the colon.
    pub space: &'a str,
    /// The rest, without white space at its end.
    pub value: &'a str,
}

impl<'a> Field<'a> {
    /// The field's name as it is written.
    pub fn written(&self) -> &'a str {
        self.label.trim_end_matches([' ', '\t'])
    }

    /// Which of the registered fields it is.
    pub fn name(&self) -> Option<Name> {
        Name::of(self.written())
    }
}

impl<'a> Line<'a> {
    /// The line as text: dashes that escape signed text are taken off (RFC 4880 section 7.1), white space at the end
    /// is no part of it (RFC 9116 section 4, `eol`), and bytes that are no UTF-8 are replaced.
    pub fn text(&self) -> Cow<'a, str> {
        let Some(text) = self.text else { return String::from_utf8_lossy(self.raw) };
        Cow::Borrowed(self.trimmed(text))
    }

    fn trimmed(&self, text: &'a str) -> &'a str {
        let text = if self.part == Part::Signed { text.strip_prefix("- ").unwrap_or(text) } else { text };
        text.trim_end_matches([' ', '\t'])
    }

    /// What it says; a line that is no UTF-8 says nothing that could be used.
    pub fn kind(&self) -> Kind<'a> {
        if matches!(self.part, Part::Head | Part::Signature) {
            return Kind::Frame;
        }
        let Some(text) = self.text else { return Kind::Other("") };
        let text = self.trimmed(text);
        if text.is_empty() {
            return Kind::Blank;
        }
        if let Some(comment) = text.strip_prefix('#') {
            return Kind::Comment(comment);
        }
        let Some((label, rest)) = text.split_once(':') else { return Kind::Other(text) };
        let value = rest.trim_start_matches([' ', '\t']);
        let space = rest.get(..rest.len() - value.len()).unwrap_or_default();
        Kind::Field(Field { label, space, value })
    }

    /// Whether its bytes are UTF-8.
    pub const fn is_utf8(&self) -> bool {
        self.text.is_some()
    }
}

/// The places of a signature's frame, as line numbers that begin with 1.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Frame {
    /// `-----BEGIN PGP SIGNED MESSAGE-----`
    pub begin: usize,
    /// The empty line after the headers; `None`: there is none.
    pub blank: Option<usize>,
    /// `-----BEGIN PGP SIGNATURE-----`
    pub signature: Option<usize>,
    /// `-----END PGP SIGNATURE-----`
    pub end: Option<usize>,
}

/// A file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct File<'a> {
    /// It begins with a byte order mark.
    pub bom: bool,
    /// Its lines.
    pub lines: Vec<Line<'a>>,
    /// Where it is signed, or looks like it.
    pub frame: Option<Frame>,
}

impl<'a> File<'a> {
    /// The fields with the numbers of their lines. What follows a signature is left out.
    pub fn fields(&self) -> impl Iterator<Item = (usize, Field<'a>)> {
        self.lines.iter().enumerate().filter(|(_, line)| line.part != Part::After).filter_map(|(at, line)| {
            let Kind::Field(field) = line.kind() else { return None };
            Some((at + 1, field))
        })
    }

    /// The values of a field, in the file's order (for contacts: the order of preference).
    pub fn values(&self, name: Name) -> impl Iterator<Item = &'a str> {
        self.fields().filter(move |(_, field)| field.name() == Some(name)).map(|(_, field)| field.value)
    }

    /// The bytes that were read.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        if self.bom {
            bytes.extend_from_slice(super::read::BOM);
        }
        for line in &self.lines {
            bytes.extend_from_slice(line.raw);
            bytes.extend_from_slice(match line.ending {
                Ending::Lf => b"\n",
                Ending::CrLf => b"\r\n",
                Ending::Missing => b"",
            });
        }
        bytes
    }

    /// What the signature is about, as it is hashed (RFC 4880 section 7.1): no dashes that escape, no white space at
    /// the ends of lines, CR LF between them and none after the last. `None` where the frame is not whole.
    pub fn signed_text(&self) -> Option<Vec<u8>> {
        self.frame.filter(|frame| frame.end.is_some())?;
        let mut text = Vec::new();
        for (at, line) in self.lines.iter().filter(|line| line.part == Part::Signed).enumerate() {
            if at > 0 {
                text.extend_from_slice(b"\r\n");
            }
            let raw = line.raw.strip_prefix(b"- ").unwrap_or(line.raw);
            let end = raw.iter().rposition(|byte| !matches!(byte, b' ' | b'\t')).map_or(0, |last| last + 1);
            text.extend_from_slice(raw.get(..end).unwrap_or_default());
        }
        Some(text)
    }

    /// The lines of the signature's armour, the first and the last of the frame included.
    pub fn armour(&self) -> impl Iterator<Item = Cow<'a, str>> {
        self.lines.iter().filter(|line| line.part == Part::Signature).map(Line::text)
    }
}
