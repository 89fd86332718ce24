//! What is wrong with a file, by RFC 9116 and what it refers to.
//!
//! The grammar of section 4 is held strictly where breaking it changes what a reader understands, and gently
//! (a recommendation) where section 2.4 asks readers to be liberal: more than one space after a colon.

mod field;
mod frame;
mod place;
mod whole;

use super::finding::{Code, Finding, Verdict};
use super::line::{File, Kind, Part};
use super::name::Name;
use crate::instant::Instant;

pub use place::{ContentType, Served};

/// More findings of one kind are not told one by one.
const MOST: usize = 50;

/// The present, and the same moment a year later.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Now {
    at: Instant,
    year_later: Instant,
}

impl Now {
    /// From an RFC 3339 date and time. `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let at = Instant::parse(text)?;
        let (year, rest) = text.split_at_checked(4)?;
        let later = format!("{:04}{rest}", year.parse::<u16>().ok()? + 1);
        // The day after 28 February that only leap years have.
        let year_later = Instant::parse(&later).or_else(|| Instant::parse(&later.replacen("-02-29", "-02-28", 1)))?;
        Some(Self { at, year_later })
    }

    /// Seconds since 1970 UTC.
    pub const fn seconds(self) -> i64 {
        self.at.seconds()
    }
}

/// What the lint knows beside the file.
#[derive(Debug, Clone)]
pub struct Context<'a> {
    /// The present.
    pub now: Now,
    /// How the file was served, where that is known.
    pub served: Option<Served<'a>>,
}

/// Judges a file.
pub fn lint(file: &File, context: &Context) -> Verdict {
    let mut report = Report::default();
    if file.bom {
        report.add(Code::Bom, 1, || {
            "Take the byte order mark off the beginning; save the file as UTF-8 without it.".into()
        });
    }
    let mut facts = whole::Facts::default();
    for (at, line) in file.lines.iter().enumerate() {
        let number = at + 1;
        let text = line.text();
        if !line.is_utf8() {
            report.add(Code::NotUtf8, number, || "Some bytes are not UTF-8; save the file as UTF-8.".into());
        } else if text.bytes().any(|byte| byte.is_ascii_control() && byte != b'\t') {
            report.add(Code::Control, number, || "Take out the control character; lines end with LF or CR LF.".into());
        } else if !text.is_ascii() && !unicode_normalization::is_nfc(&text) {
            report.add(Code::NotNormal, number, || {
                "Letters with marks are written in parts here; type them anew, or save the text in normal form C (NFC).".into()
            });
        }
        if line.part == Part::Signed && line.raw.starts_with(b"-") && !line.raw.starts_with(b"- ") {
            report.add(Code::DashNotEscaped, number, || {
                "In signed text a line that begins with a dash needs \"- \" before it; sign the file again.".into()
            });
        }
        match line.kind() {
            _ if line.part == Part::After => frame::after(&mut report, number, &text),
            Kind::Blank | Kind::Comment(_) | Kind::Frame => {}
            Kind::Other(_) if !line.is_utf8() => {}
            Kind::Other(_) => report.add(Code::InvalidLine, number, || invalid(&text)),
            Kind::Field(field) => {
                if let Some(value) = field::check(&mut report, number, &field, context) {
                    facts.note(number, &value);
                }
            }
        }
    }
    frame::check(&mut report, file);
    whole::check(&mut report, file, &facts);
    if let Some(served) = &context.served {
        place::check(&mut report, served, &facts.canonical);
    }
    report.verdict()
}

fn invalid(text: &str) -> String {
    format!("{} is neither a field (\"Name: value\") nor a comment; take it out or put # before it.", shown(text))
}

/// A value as messages quote it: in quotation marks, not too long, nothing that could steer a terminal.
fn shown(text: &str) -> String {
    let mut short: String = text.chars().take(60).map(|c| if c.is_control() { '?' } else { c }).collect();
    if text.chars().nth(60).is_some() {
        short.push('…');
    }
    format!("\"{short}\"")
}

/// A value that can be used: its field and what it says.
struct Value<'a> {
    name: Name,
    text: &'a str,
}

/// Collects findings, of one kind only so many.
#[derive(Default)]
struct Report {
    findings: Vec<Finding>,
    counts: Vec<(Code, usize)>,
}

impl Report {
    fn add(&mut self, code: Code, line: usize, message: impl FnOnce() -> String) {
        self.by(code, line, code.source(), message);
    }

    /// A finding about a field, by the field's own section.
    fn about(&mut self, code: Code, line: usize, name: Name, message: impl FnOnce() -> String) {
        self.by(code, line, name.section(), message);
    }

    fn by(&mut self, code: Code, line: usize, source: &'static str, message: impl FnOnce() -> String) {
        let place = self.counts.iter().position(|(known, _)| *known == code).unwrap_or_else(|| {
            self.counts.push((code, 0));
            self.counts.len() - 1
        });
        let Some((_, count)) = self.counts.get_mut(place) else { return };
        *count += 1;
        if *count <= MOST {
            self.findings.push(Finding { code, line, source, message: message() });
        }
    }

    fn verdict(mut self) -> Verdict {
        for (code, count) in &self.counts {
            if *count > MOST {
                let message = format!("{} more lines have the same fault.", count - MOST);
                self.findings.push(Finding { code: *code, line: 0, source: code.source(), message });
            }
        }
        self.findings.sort_by_key(|finding| if finding.line == 0 { usize::MAX } else { finding.line });
        Verdict { findings: self.findings }
    }
}
