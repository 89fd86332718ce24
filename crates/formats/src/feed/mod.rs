//! Feeds of what is public: advisories, disclosed reports, the hall of fame, news.
//!
//! One model, written as Atom (RFC 4287) or RSS 2.0. An id is an IRI that the caller gives and never changes: readers
//! know an entry by it. Text is escaped; a character that XML 1.0 cannot hold becomes U+FFFD.

mod atom;
mod rss;
mod xml;

use crate::shape::form::is_uri;
use crate::stamp::Stamp;
use std::collections::BTreeSet;

/// A feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Feed {
    /// Its IRI for ever.
    pub id: String,
    /// One line.
    pub title: String,
    /// What it is about.
    pub subtitle: Option<String>,
    /// Who publishes it.
    pub author: String,
    /// The page that shows the same.
    pub page: String,
    /// Where the feed itself lies.
    pub own: String,
    /// When it last changed.
    pub updated: Stamp,
    /// Language of the text (BCP 47).
    pub language: Option<String>,
    /// Newest first.
    pub entries: Vec<Entry>,
}

/// One thing that is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its IRI for ever; no other entry has it.
    pub id: String,
    /// One line.
    pub title: String,
    /// The page about it.
    pub page: String,
    /// When it was first told.
    pub published: Stamp,
    /// When it last changed in what it says.
    pub updated: Stamp,
    /// Who wrote it, where it is not the publisher.
    pub author: Option<String>,
    /// A few sentences, plain text.
    pub summary: String,
    /// All of it, HTML that is safe to show. It is not looked at here.
    pub html: Option<String>,
    /// Words to sort by.
    pub categories: Vec<String>,
}

/// Why no feed was written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FeedError {
    /// An id or address is no IRI with a scheme.
    #[error("the {what} \"{found}\" is no address with a scheme, such as https://example.com/")]
    NotIri {
        /// Which one.
        what: &'static str,
        /// What it was.
        found: String,
    },
    /// Two entries have one id.
    #[error("two entries have the id {0}")]
    Repeated(String),
    /// Something has no title.
    #[error("{0} has no title")]
    NoTitle(String),
}

impl Feed {
    /// As Atom, RFC 4287; media type `application/atom+xml`.
    pub fn atom(&self) -> Result<String, FeedError> {
        self.check()?;
        Ok(atom::write(self))
    }

    /// As RSS 2.0; media type `application/rss+xml`.
    pub fn rss(&self) -> Result<String, FeedError> {
        self.check()?;
        Ok(rss::write(self))
    }

    fn check(&self) -> Result<(), FeedError> {
        let own = [("feed's id", &self.id), ("feed's page", &self.page), ("feed's address", &self.own)];
        let entries = self.entries.iter().flat_map(|entry| [("id", &entry.id), ("page", &entry.page)]);
        for (what, iri) in own.into_iter().chain(entries) {
            // An IRI is a URI but for characters outside ASCII (RFC 3987).
            let ascii: String = iri.chars().map(|c| if c.is_ascii() { c } else { 'x' }).collect();
            if !is_uri(&ascii) {
                return Err(FeedError::NotIri { what, found: iri.clone() });
            }
        }
        let mut seen = BTreeSet::new();
        for entry in &self.entries {
            if !seen.insert(&entry.id) {
                return Err(FeedError::Repeated(entry.id.clone()));
            }
        }
        let titles = std::iter::once((&self.id, &self.title));
        let mut titles = titles.chain(self.entries.iter().map(|entry| (&entry.id, &entry.title)));
        titles.find(|(_, title)| title.trim().is_empty()).map_or(Ok(()), |(id, _)| Err(FeedError::NoTitle(id.clone())))
    }
}
