//! RSS 2.0 (rssboard.org), with `atom:link` to itself as the board's profile asks, `dc:creator` for a name without an
//! address and `content:encoded` for the whole text.

use super::xml::Xml;
use super::{Entry, Feed};

pub(super) fn write(feed: &Feed) -> String {
    let mut xml = Xml::new();
    xml.open(
        "rss",
        &[
            ("version", "2.0"),
            ("xmlns:atom", "http://www.w3.org/2005/Atom"),
            ("xmlns:dc", "http://purl.org/dc/elements/1.1/"),
            ("xmlns:content", "http://purl.org/rss/1.0/modules/content/"),
        ],
    );
    xml.open("channel", &[]);
    xml.text("title", &[], &feed.title);
    xml.text("link", &[], &feed.page);
    xml.text("description", &[], feed.subtitle.as_deref().unwrap_or(&feed.title));
    if let Some(language) = &feed.language {
        xml.text("language", &[], language);
    }
    xml.text("lastBuildDate", &[], &feed.updated.rfc822());
    xml.empty("atom:link", &[("rel", "self"), ("type", "application/rss+xml"), ("href", &feed.own)]);
    for entry in &feed.entries {
        item(&mut xml, entry, &feed.author);
    }
    xml.finish()
}

fn item(xml: &mut Xml, entry: &Entry, publisher: &str) {
    xml.open("item", &[]);
    xml.text("title", &[], &entry.title);
    xml.text("link", &[], &entry.page);
    xml.text("guid", &[("isPermaLink", "false")], &entry.id);
    xml.text("pubDate", &[], &entry.published.rfc822());
    xml.text("dc:creator", &[], entry.author.as_deref().unwrap_or(publisher));
    for category in &entry.categories {
        xml.text("category", &[], category);
    }
    xml.text("description", &[], &plain_as_html(&entry.summary));
    if let Some(html) = &entry.html {
        xml.text("content:encoded", &[], html);
    }
    xml.close();
}

/// Readers of RSS take a description for HTML, so that plain text is escaped once more.
fn plain_as_html(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
