//! Atom, RFC 4287.

use super::xml::Xml;
use super::{Entry, Feed};
use crate::stamp::Stamp;

pub(super) fn write(feed: &Feed) -> String {
    let mut xml = Xml::new();
    let mut attributes = vec![("xmlns", "http://www.w3.org/2005/Atom")];
    attributes.extend(feed.language.as_deref().map(|language| ("xml:lang", language)));
    xml.open("feed", &attributes);
    xml.text("id", &[], &feed.id);
    xml.text("title", &[], &feed.title);
    if let Some(subtitle) = &feed.subtitle {
        xml.text("subtitle", &[], subtitle);
    }
    xml.text("updated", &[], &date(&feed.updated));
    xml.open("author", &[]);
    xml.text("name", &[], &feed.author);
    xml.close();
    xml.empty("link", &[("rel", "alternate"), ("type", "text/html"), ("href", &feed.page)]);
    xml.empty("link", &[("rel", "self"), ("type", "application/atom+xml"), ("href", &feed.own)]);
    feed.entries.iter().for_each(|one| entry(&mut xml, one));
    xml.finish()
}

/// RFC 4287, section 3.3: T and Z are capitals.
fn date(stamp: &Stamp) -> String {
    stamp.as_str().to_ascii_uppercase()
}

fn entry(xml: &mut Xml, entry: &Entry) {
    xml.open("entry", &[]);
    xml.text("id", &[], &entry.id);
    xml.text("title", &[], &entry.title);
    xml.text("published", &[], &date(&entry.published));
    xml.text("updated", &[], &date(&entry.updated));
    if let Some(author) = &entry.author {
        xml.open("author", &[]);
        xml.text("name", &[], author);
        xml.close();
    }
    xml.empty("link", &[("rel", "alternate"), ("type", "text/html"), ("href", &entry.page)]);
    for category in &entry.categories {
        xml.empty("category", &[("term", category)]);
    }
    xml.text("summary", &[("type", "text")], &entry.summary);
    if let Some(html) = &entry.html {
        xml.text("content", &[("type", "html")], html);
    }
    xml.close();
}
