//! What the head of a document says: its tracking, languages, and with whom it may be shared.

use super::Document;
use super::version::Version;
use crate::instant::Instant;
use crate::json::Spot;

/// An item of the revision history.
#[derive(Debug)]
pub struct Revision<'a> {
    /// The item.
    pub spot: Spot<'a>,
    /// Its date.
    pub date: Instant,
    /// Its version.
    pub number: Version<'a>,
}

impl<'a> Document<'a> {
    /// `/document/tracking`
    pub fn tracking(&self) -> Option<Spot<'a>> {
        self.root.path(&["document", "tracking"])
    }

    /// `/document/tracking/status`
    pub fn status(&self) -> Option<&'a str> {
        self.tracking()?.word("status")
    }

    /// `/document/tracking/version`, where it stands and what it says.
    pub fn version(&self) -> Option<(Spot<'a>, Version<'a>)> {
        let spot = self.tracking()?.get("version")?;
        let version = Version::parse(spot.text()?)?;
        Some((spot, version))
    }

    /// The language tags of the document.
    pub fn languages(&self) -> Vec<(Spot<'a>, &'a str)> {
        let spots = ["lang", "source_lang"].into_iter().filter_map(|key| self.root.path(&["document", key]));
        spots.filter_map(|spot| spot.text().map(|tag| (spot, tag))).collect()
    }

    /// Whether it is written in English, or in no language that it names.
    pub fn is_english(&self) -> bool {
        let lang = self.root.path(&["document", "lang"]).and_then(|lang| lang.text());
        lang.is_none_or(|tag| tag.split('-').next().is_some_and(|primary| primary.eq_ignore_ascii_case("en")))
    }

    /// Whether it is final or interim, not a draft.
    pub fn is_released(&self) -> bool {
        matches!(self.status(), Some("final" | "interim"))
    }

    /// When the newest revision was made.
    pub fn newest(&self) -> Option<Instant> {
        self.revisions.last().map(|revision| revision.date)
    }

    /// `/document/notes[]`
    pub fn notes(&self) -> impl Iterator<Item = Spot<'a>> + use<'a> {
        self.root.get("document").into_iter().flat_map(|head| head.items("notes"))
    }

    /// `/document/distribution/tlp/label`
    pub fn tlp(&self) -> Option<&'a str> {
        self.root.path(&["document", "distribution", "tlp"])?.word("label")
    }

    /// `/document/distribution/sharing_group`
    pub fn sharing_group(&self) -> Option<Spot<'a>> {
        self.root.path(&["document", "distribution", "sharing_group"])
    }
}

/// The revision history by date, then by number.
pub(super) fn revisions<'a>(root: &Spot<'a>) -> Vec<Revision<'a>> {
    let history = root.path(&["document", "tracking"]).into_iter().flat_map(|t| t.items("revision_history"));
    let mut list: Vec<_> = history
        .filter_map(|spot| {
            let date = Instant::parse(spot.word("date")?)?;
            let number = Version::parse(spot.word("number")?)?;
            Some(Revision { spot, date, number })
        })
        .collect();
    list.sort_by(|a, b| a.date.cmp(&b.date).then_with(|| a.number.order(&b.number)));
    list
}
