//! What a file is, by its first bytes.

use super::columns::{self, BUGCROWD, Column, HACKERONE, INTIGRITI, plain};
use serde::de::IgnoredAny;
use std::fmt;
use std::str::FromStr;

/// Whose export a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// HackerOne: the customer API's JSON, or the inbox export.
    HackerOne,
    /// Bugcrowd: the API's JSON, or the submissions export.
    Bugcrowd,
    /// Intigriti: the submissions export.
    Intigriti,
    /// Our own lines.
    JsonLines,
    /// What tools found, as SARIF 2.1.0.
    Sarif,
}

impl Format {
    /// Every format.
    pub const ALL: [Self; 5] = [Self::HackerOne, Self::Bugcrowd, Self::Intigriti, Self::JsonLines, Self::Sarif];

    /// Lower case.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::HackerOne => "hackerone",
            Self::Bugcrowd => "bugcrowd",
            Self::Intigriti => "intigriti",
            Self::JsonLines => "jsonl",
            Self::Sarif => "sarif",
        }
    }

    pub(super) const fn table(self) -> &'static [(&'static str, Column)] {
        match self {
            Self::HackerOne => HACKERONE,
            Self::Bugcrowd => BUGCROWD,
            Self::Intigriti | Self::JsonLines | Self::Sarif => INTIGRITI,
        }
    }
}

impl FromStr for Format {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let known = Self::ALL.into_iter().find(|format| format.as_str() == text);
        known.ok_or_else(|| {
            format!("\"{text}\" is no known format; known are {}", Self::ALL.map(Self::as_str).join(", "))
        })
    }
}

impl fmt::Display for Format {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

/// How a file is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// Cells parted by this byte, names in the first row.
    Csv(u8),
    /// One JSON document.
    Whole,
    /// A JSON document a line.
    Lines,
}

/// Why a file was not begun.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SniffError {
    /// Nothing in it.
    #[error("the file is empty")]
    Empty,
    /// UTF-16 or UTF-32.
    #[error("the file is written in {0}; save it as UTF-8 (in a spreadsheet: \"CSV UTF-8\")")]
    Encoding(&'static str),
    /// An archive, or a workbook, which is one.
    #[error("this is {0}; unpack it, or save the sheet as \"CSV UTF-8\", and give that file")]
    Packed(&'static str),
    /// Neither JSON nor a table that is known.
    #[error(
        "this is no export that is known; the first row has {columns}. Name the format if you know it (--format hackerone, bugcrowd or intigriti)"
    )]
    Unknown {
        /// The names found, cut.
        columns: String,
    },
    /// JSON of an unknown shape.
    #[error(
        "this JSON is no export that is known; name the format if you know it (--format hackerone, bugcrowd, jsonl or sarif)"
    )]
    UnknownJson,
    /// A table whose rows could not be told apart.
    #[error("no column of this table holds the id of a report; the first row has {columns}")]
    NoIdColumn {
        /// The names found, cut.
        columns: String,
    },
}

/// What the first bytes say (64 KiB are enough). `wanted` goes before what they say about whose export it is.
pub fn sniff(head: &[u8], wanted: Option<Format>) -> Result<(Format, Layout), SniffError> {
    encoding(head)?;
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    match text.first() {
        None => Err(SniffError::Empty),
        Some(b'{' | b'[') => json(text, wanted),
        Some(_) => csv(text, wanted),
    }
}

fn encoding(head: &[u8]) -> Result<(), SniffError> {
    Err(match head {
        [0xFF, 0xFE, 0, 0, ..] | [0, 0, 0xFE, 0xFF, ..] | [0, 0, 0, _, ..] => SniffError::Encoding("UTF-32"),
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] | [0, _, ..] | [_, 0, ..] => SniffError::Encoding("UTF-16"),
        [b'P', b'K', 3, 4, ..] => SniffError::Packed("a ZIP archive or a workbook"),
        [0x1F, 0x8B, ..] => SniffError::Packed("packed with gzip"),
        [0xD0, 0xCF, 0x11, 0xE0, ..] => SniffError::Packed("a workbook of an old kind"),
        _ => return Ok(()),
    })
}

/// By its first line: a whole document there, and another behind it, are lines.
fn json(text: &[u8], wanted: Option<Format>) -> Result<(Format, Layout), SniffError> {
    let end = text.iter().position(|b| *b == b'\n');
    let (line, rest) = end.map_or((text, &[][..]), |end| text.split_at(end));
    let whole_line = serde_json::from_slice::<IgnoredAny>(line).is_ok();
    let more = rest.trim_ascii_start().first() == Some(&b'{');
    let format = wanted.or_else(|| whose(text));
    // The first line of ours may be longer than what is looked at.
    let own = format == Some(Format::JsonLines) && line.trim_ascii() != b"{";
    let log = format == Some(Format::Sarif);
    let lines = !log && line.first() == Some(&b'{') && (own || (whole_line && more));
    let layout = if lines { Layout::Lines } else { Layout::Whole };
    format.map(|format| (format, layout)).ok_or(SniffError::UnknownJson)
}

/// By the marks that only one platform's objects have.
fn whose(text: &[u8]) -> Option<Format> {
    let compact: String = String::from_utf8_lossy(text).chars().filter(|c| !c.is_whitespace()).collect();
    let has = |mark: &str| compact.contains(mark);
    if (has("\"runs\":[") || has("\"runs\":null")) && (has("\"driver\":{") || has("sarif")) {
        Some(Format::Sarif)
    } else if has("\"type\":\"report\"") || has("\"main_state\":") && has("\"attributes\":") {
        Some(Format::HackerOne)
    } else if has("\"type\":\"submission\"") {
        Some(Format::Bugcrowd)
    } else if has("\"id\":") && (has("\"title\":") || has("\"body\":")) {
        Some(Format::JsonLines)
    } else {
        None
    }
}

/// Marks of the tables, by plain names.
const MARKS: [(Format, &[&str]); 2] = [
    (
        Format::HackerOne,
        &[
            "severityrating",
            "structuredscope",
            "originalreportid",
            "firstresponseat",
            "vulnerabilityinformation",
            "reportedat",
        ],
    ),
    (Format::Bugcrowd, &["vrtlineage", "bountycode", "referencenumber", "bugurl", "remediationadvice"]),
];

fn csv(text: &[u8], wanted: Option<Format>) -> Result<(Format, Layout), SniffError> {
    let (named, text) = named_separator(text).map_or((None, text), |(by, rest)| (Some(by), rest));
    let rows = [b',', b';', b'\t'].into_iter().chain(named).map(|by| (by, header(text, by)));
    let widest = rows.filter(|(by, _)| named.is_none_or(|named| named == *by)).max_by_key(|(_, names)| names.len());
    let Some((by, names)) = widest else { return Err(SniffError::Empty) };
    let plain: Vec<String> = names.iter().map(|name| plain(name)).collect();
    let marks = |marks: &[&str]| marks.iter().filter(|mark| plain.iter().any(|name| name == *mark)).count();
    let marked = MARKS.iter().find(|(_, of)| marks(of) >= 2).map(|(format, _)| *format);
    let known = |table| columns::of(&names, table);
    let likely = || {
        let known = known(INTIGRITI);
        let sure = known.contains(&Some(Column::Id)) && known.contains(&Some(Column::Title));
        (sure && known.iter().flatten().count() >= 4).then_some(Format::Intigriti)
    };
    // Our own lines are no table, nor are the findings of tools.
    let wanted = wanted.filter(|format| !matches!(format, Format::JsonLines | Format::Sarif));
    let shown = || names.iter().map(|name| super::fields::clip(name)).take(12).collect::<Vec<_>>().join(", ");
    let format = wanted.or(marked).or_else(likely).ok_or_else(|| SniffError::Unknown { columns: shown() })?;
    if !known(format.table()).contains(&Some(Column::Id)) {
        return Err(SniffError::NoIdColumn { columns: shown() });
    }
    Ok((format, Layout::Csv(by)))
}

/// What a spreadsheet says in a first line of its own, `sep=;`: by what cells are parted; and what follows
/// that line.
pub(super) fn named_separator(text: &[u8]) -> Option<(u8, &[u8])> {
    let begin = text.get(..4).filter(|begin| begin.eq_ignore_ascii_case(b"sep="))?;
    let (by, rest) = text.get(begin.len()..)?.split_first()?;
    let fits = by.is_ascii() && !matches!(by, b'\r' | b'\n' | b'"') && !by.is_ascii_alphanumeric();
    let rest = rest.strip_prefix(b"\r").unwrap_or(rest).strip_prefix(b"\n")?;
    fits.then_some((*by, rest))
}

/// The names in the first row.
fn header(text: &[u8], by: u8) -> Vec<String> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(by).from_reader(text);
    let mut row = csv::ByteRecord::new();
    match reader.read_byte_record(&mut row) {
        Ok(true) => row.iter().map(|name| String::from_utf8_lossy(name).into_owned()).collect(),
        _ => Vec::new(),
    }
}
