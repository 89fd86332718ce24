//! One model of an advisory, and the formats it is read from and written as.
//!
//! A format has a reader, which takes from a document what the model can say, and a writer. What the model cannot say is
//! kept beside it ([`Kept`]): read and written in the same format, a document comes out as it went in. Written in another
//! format, [`convert`] lists what could not be said there, by reading the result again and comparing what both state.

mod entry;
mod facts;
mod html;
mod judge;
mod kept;
mod losses;
mod markdown;
mod model;
mod names;
mod scopes;
mod size;
pub mod vers;

pub use entry::{Untold, entry};
pub(crate) use facts::called as spoken;
pub use judge::faults;
pub use kept::Kept;
pub use model::*;

use self::names::Names;
use crate::csaf::{Edition, Turn};
use crate::json::Tree;
use crate::shape::form::is_uri;
use crate::{csaf, cve, openvex, osv};
use serde_json::Value;
use std::borrow::Cow;

/// A format of advisories.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// CSAF 2.0.
    Csaf,
    /// CSAF 2.1.
    Csaf21,
    /// CVE JSON 5, a record with the container of a CNA.
    Cve,
    /// OSV, Open Source Vulnerability format.
    Osv,
    /// OpenVEX 0.2.
    OpenVex,
    /// Markdown, for people; written only.
    Markdown,
    /// HTML, for people; written only.
    Html,
}

/// What a writer needs beside the advisory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// The present, RFC 3339: dates a document whose source has no date.
    pub now: String,
    /// The profile of CSAF to write; by itself the one of the source, or what fits the content.
    pub profile: Option<Kind>,
}

/// Why a document is no advisory.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AdvisoryError {
    /// It has the marks of none of the formats.
    #[error(
        "not a CSAF, CVE, OSV or OpenVEX document; CSAF has /document/csaf_version, CVE /dataType, OSV /modified, OpenVEX /@context"
    )]
    Unknown,
    /// The format is for people.
    #[error("Markdown and HTML are written only")]
    WrittenOnly,
    /// It says long names once for very many products.
    #[error("the names above its products come to more than {} MB with each product; shorten them, or cut the document", size::MOST / 1_000_000)]
    Repeated,
    /// A record of CVE is about one CVE id.
    #[error(
        "the advisory names no CVE id, and a CVE record is about one; add it to the source, or write another format"
    )]
    NoCve,
    /// The format has no word for it, and would say that the advisory holds.
    #[error("the advisory was withdrawn, and {0} cannot say so; write CSAF, OSV, Markdown or HTML")]
    Withdrawn(&'static str),
}

/// A document written in a format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Converted {
    /// The document.
    pub text: String,
    /// What the source says and the document does not, one line each.
    pub dropped: Vec<String>,
    /// What it says in other words than the source, one line each; told between the versions of CSAF. Into CSAF 2.1 from any
    /// format also what it says and the source does not, because 2.1 wants it: that everybody may read it (TLP:CLEAR).
    pub changed: Vec<String>,
}

/// The format of a document, by properties that only it must have.
pub fn detect(value: &Value) -> Option<Format> {
    let has = |pointer: &str| value.pointer(pointer).is_some();
    match () {
        () if value.pointer("/document/csaf_version").is_some_and(|version| version == "2.1") => Some(Format::Csaf21),
        () if has("/document/csaf_version") => Some(Format::Csaf),
        () if has("/dataType") || has("/containers/cna") => Some(Format::Cve),
        () if has("/@context") && has("/statements") => Some(Format::OpenVex),
        () if has("/id") && has("/modified") => Some(Format::Osv),
        () => None,
    }
}

/// Reads a document of any of the formats that can be read.
pub fn read(value: &Value) -> Result<Advisory, AdvisoryError> {
    read_as(detect(value).ok_or(AdvisoryError::Unknown)?, value)
}

/// Reads a document as a format; properties that are missing or of another type are passed over.
pub fn read_as(format: Format, value: &Value) -> Result<Advisory, AdvisoryError> {
    if size::copied(format, value) > size::MOST {
        return Err(AdvisoryError::Repeated);
    }
    let mut advisory = match format {
        Format::Csaf | Format::Csaf21 => csaf::read(Tree::from(value)),
        Format::Cve => cve::read(&Tree::from(value)),
        Format::Osv => osv::read(&Tree::from(value)),
        Format::OpenVex => openvex::read(&Tree::from(value)),
        Format::Markdown | Format::Html => return Err(AdvisoryError::WrittenOnly),
    };
    let plain = Options { now: kept::NO_DATE.to_owned(), profile: None };
    if let Some(written) = write_plain(&advisory, format, &plain) {
        advisory.kept = Some(Kept::between(format, &written.value, value));
    }
    Ok(advisory)
}

/// Writes a document; in the format it was read from, with what was kept. `None` for formats that are no JSON.
pub fn write(advisory: &Advisory, format: Format, options: &Options) -> Option<Value> {
    written(advisory, format, options).map(|turn| turn.value)
}

fn written(advisory: &Advisory, format: Format, options: &Options) -> Option<Turn> {
    let Some(kept) = advisory.kept.as_ref().filter(|kept| kept.format() == format && options.profile.is_none()) else {
        return write_plain(advisory, format, options);
    };
    let plain = Options { now: kept::NO_DATE.to_owned(), profile: None };
    let mut value = write_plain(advisory, format, &plain)?.value;
    kept.put_back(&mut value);
    // What the writer added is in the source, or was taken out again.
    Some(Turn { value, ..Turn::default() })
}

fn write_plain(advisory: &Advisory, format: Format, options: &Options) -> Option<Turn> {
    let value = match format {
        Format::Csaf => return Some(csaf::write(advisory, options, Edition::V20)),
        Format::Csaf21 => return Some(csaf::write(advisory, options, Edition::V21)),
        Format::Cve => cve::write(advisory),
        Format::Osv => osv::write(advisory, options),
        Format::OpenVex => openvex::write(advisory, options),
        Format::Markdown | Format::Html => return None,
    };
    Some(Turn { value, ..Turn::default() })
}

/// Writes the document as text, and says what was dropped. An error is a document that would say what is not so.
pub fn convert(advisory: &Advisory, format: Format, options: &Options) -> Result<Converted, AdvisoryError> {
    refuse(advisory, format)?;
    Ok(converted(&timely(advisory, format), format, options))
}

/// Without dates that stand for none, where they are not to come out as they went in.
fn timely(advisory: &Advisory, format: Format) -> Cow<'_, Advisory> {
    let same = advisory.kept.as_ref().is_some_and(|kept| kept.format() == format);
    if same || [&advisory.published, &advisory.updated].into_iter().flatten().all(|date| is_known(date)) {
        return Cow::Borrowed(advisory);
    }
    let mut advisory = advisory.clone();
    advisory.published = advisory.published.filter(|date| is_known(date));
    advisory.updated = advisory.updated.filter(|date| is_known(date));
    Cow::Owned(advisory)
}

/// Some feeds write the first instant of the year 1 where they know none.
fn is_known(date: &str) -> bool {
    !date.starts_with("0001-01-01T00:00:00")
}

/// Without the references that the format has no place for, as it asks for addresses.
fn fitting(advisory: &Advisory, format: Format) -> Cow<'_, Advisory> {
    let fits = |reference: &Reference| match format {
        Format::Csaf | Format::Csaf21 | Format::Osv => is_uri(&reference.url),
        Format::Cve => is_uri(&reference.url) && WEB.iter().any(|scheme| reference.url.starts_with(scheme)),
        _ => true,
    };
    let own = advisory.vulnerabilities.iter().flat_map(|v| &v.references);
    let same = advisory.kept.as_ref().is_some_and(|kept| kept.format() == format);
    if same || advisory.references.iter().chain(own).all(fits) {
        return Cow::Borrowed(advisory);
    }
    let mut advisory = advisory.clone();
    advisory.references.retain(fits);
    advisory.vulnerabilities.iter_mut().for_each(|v| v.references.retain(fits));
    Cow::Owned(advisory)
}

/// Addresses that CVE takes.
const WEB: [&str; 4] = ["https://", "http://", "ftp://", "ftps://"];

fn refuse(advisory: &Advisory, format: Format) -> Result<(), AdvisoryError> {
    if advisory.kept.as_ref().is_some_and(|kept| kept.format() == format) {
        return Ok(());
    }
    let withdrawn = advisory.withdrawn.is_some();
    match format {
        // That a CVE id is rejected is for those to say who assigned it.
        Format::Cve if withdrawn => Err(AdvisoryError::Withdrawn("a CVE record for anybody but its CNA")),
        Format::OpenVex if withdrawn => Err(AdvisoryError::Withdrawn("OpenVEX")),
        Format::Cve if cve::id(advisory).is_none() => Err(AdvisoryError::NoCve),
        _ => Ok(()),
    }
}

fn converted(advisory: &Advisory, format: Format, options: &Options) -> Converted {
    if let Some(Turn { value, dropped, changed }) = turned(advisory, format, options) {
        return Converted { text: format!("{value:#}\n"), dropped, changed };
    }
    let (text, lost, changed) = match format {
        Format::Markdown => (markdown::write(advisory), Vec::new(), Vec::new()),
        Format::Html => (html::write(advisory), Vec::new(), Vec::new()),
        _ => {
            let fitting = fitting(advisory, format);
            let Turn { value, dropped, changed } = written(&fitting, format, options).unwrap_or_default();
            (format!("{value:#}\n"), dropped, changed)
        }
    };
    let same = advisory.kept.as_ref().is_some_and(|kept| kept.format() == format && options.profile.is_none());
    if same {
        return Converted { text, dropped: Vec::new(), changed: Vec::new() };
    }
    let names = Names::of(advisory);
    let said = facts::of(advisory, &names);
    let again = serde_json::from_str(&text).ok().and_then(|value| read_as(format, &value).ok());
    let mut dropped: Vec<String> = if let Some(again) = again {
        let there = Names::after(&again, advisory, &names);
        let mut lost = losses::missing(said, &facts::of(&again, &there));
        lost.extend(scopes::lost((advisory, &names), (&again, &there)));
        lost
    } else {
        losses::absent(said, &html::plain(&text))
    };
    dropped.extend(advisory.replaced.iter().cloned());
    dropped.extend(lost);
    dropped.extend(advisory.kept.iter().flat_map(Kept::lines));
    Converted { text, dropped, changed }
}

/// Between the versions of CSAF the document itself is turned, not the model: most of what the model does not hold is the
/// same in both.
fn turned(advisory: &Advisory, format: Format, options: &Options) -> Option<Turn> {
    let own = advisory.kept.as_ref().filter(|_| options.profile.is_none())?.format();
    match (own, format) {
        (Format::Csaf, Format::Csaf21) => Some(csaf::upgrade(write(advisory, own, options)?, &options.now)),
        (Format::Csaf21, Format::Csaf) => Some(csaf::downgrade(write(advisory, own, options)?)),
        _ => None,
    }
}
