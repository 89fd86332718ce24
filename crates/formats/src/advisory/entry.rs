//! An advisory as an entry of a feed: what may be told to everybody, and nothing else.

use super::facts::{ordered, titled};
use super::{Advisory, html};
use crate::feed::Entry;
use crate::shape::form::is_uri;
use crate::stamp::Stamp;
use std::fmt::Write as _;

/// Why an advisory does not go into a feed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Untold {
    /// Not for everybody.
    #[error("it is marked TLP:{0}, and a feed is for everybody; only TLP:CLEAR, or no mark, goes into one")]
    Marked(String),
    /// Not finished.
    #[error("it is a draft; publish it first")]
    Draft,
    /// A feed is in the order of time.
    #[error("it says neither when it was published nor when it was changed")]
    NoDate,
}

/// Characters of a summary.
const SUMMARY: usize = 600;

/// The entry of an advisory in a feed whose page is `page`. Its id is its own where that is an address, else made of the
/// publisher's namespace, so that it stays the same whatever feed it is in.
pub fn entry(advisory: &Advisory, page: &str) -> Result<Entry, Untold> {
    if let Some(label) = advisory.tlp.as_deref().filter(|label| !matches!(*label, "WHITE" | "CLEAR")) {
        return Err(Untold::Marked(label.to_owned()));
    }
    if advisory.status == "draft" {
        return Err(Untold::Draft);
    }
    let known = |text: &&str| super::is_known(text);
    let stamp = |text: &Option<String>| text.as_deref().filter(known).and_then(|text| Some(Stamp::parse(text)?.0));
    let (published, updated) = (stamp(&advisory.published), stamp(&advisory.updated));
    let (Some(published), Some(updated)) = (published.clone().or(updated.clone()), updated.or(published)) else {
        return Err(Untold::NoDate);
    };
    let part = escaped(&advisory.id);
    let space = advisory.publisher.namespace.as_deref().filter(|space| is_uri(space)).unwrap_or(page);
    let id = if is_uri(&advisory.id) { advisory.id.clone() } else { below(space, &part) };
    let own = advisory.references.iter().find(|reference| {
        let web = reference.url.starts_with("https://") || reference.url.starts_with("http://");
        web && is_uri(&reference.url) && reference.tags.iter().any(|tag| tag == "self")
    });
    let cves = advisory.vulnerabilities.iter().filter_map(|v| v.cve.clone());
    let mut categories: Vec<String> = advisory.severity.clone().into_iter().chain(cves).collect();
    categories.dedup();
    Ok(Entry {
        id,
        title: titled(advisory),
        page: own.map_or_else(|| below(page, &part), |own| own.url.clone()),
        published,
        updated,
        author: Some(advisory.publisher.name.clone()).filter(|name| !name.is_empty()),
        summary: summary(advisory),
        html: Some(html::inside(advisory)),
        categories,
    })
}

fn below(address: &str, part: &str) -> String {
    format!("{}#{part}", address.split('#').next().unwrap_or(address))
}

/// What may stand in a fragment (RFC 3986, section 3.5), the rest as escapes.
fn escaped(id: &str) -> String {
    let mut out = String::new();
    for byte in id.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b':' => out.push(char::from(byte)),
            // Writing into a String cannot fail.
            _ => {
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
    out
}

/// The first text that sums it up: of the whole, else of a vulnerability, else its title.
fn summary(advisory: &Advisory) -> String {
    let notes = ordered(&advisory.notes).into_iter();
    let own: Vec<_> = notes.chain(advisory.vulnerabilities.iter().flat_map(|v| ordered(&v.notes))).collect();
    let of = |category: &str| own.iter().find(|note| note.category == category && !note.text.trim().is_empty());
    let found = ["summary", "description", "general", "details"].into_iter().find_map(of);
    let text = found.map_or_else(|| titled(advisory), |note| note.text.clone());
    let end = text.char_indices().nth(SUMMARY).map(|(end, _)| end);
    end.map_or_else(|| text.clone(), |end| format!("{}…", text.get(..end).unwrap_or_default()))
}
