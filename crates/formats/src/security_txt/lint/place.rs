//! How a file was served (RFC 9116 section 3), where whoever fetched it tells.

use super::{Report, shown};
use crate::security_txt::finding::Code;

const PATH: &str = "/.well-known/security.txt";

/// What is known of the Content-Type of the answer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ContentType<'a> {
    /// Nobody looked.
    #[default]
    NotKnown,
    /// The answer had none.
    Absent,
    /// Its value.
    Is(&'a str),
}

/// Where a file came from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Served<'a> {
    /// The address that was asked, and the one that answered where there was a redirect. Empty: not known.
    pub urls: Vec<&'a str>,
    /// The type that it was served with.
    pub content_type: ContentType<'a>,
}

pub(super) fn check(report: &mut Report, served: &Served, canonical: &[&str]) {
    if let Some(url) = served.urls.iter().find(|url| scheme(url).eq_ignore_ascii_case("http")) {
        report.add(Code::InsecureScheme, 0, || format!("The file must be served by https, not as {}.", shown(url)));
    }
    let there = |url: &str| path(url).is_some_and(|path| path == PATH);
    if !served.urls.is_empty() && !served.urls.iter().any(|url| there(url)) {
        report.add(Code::Location, 0, || format!("Serve the file at {PATH}; elsewhere it does not count."));
    }
    let listed = |url: &str| canonical.iter().any(|known| same(known, url));
    if !served.urls.is_empty() && !canonical.is_empty() && !served.urls.iter().any(|url| listed(url)) {
        report.add(Code::NoCanonicalMatch, 0, || {
            let url = served.urls.last().copied().unwrap_or_default();
            format!("No Canonical field names {}, so readers should not trust the file there; add one.", shown(url))
        });
    }
    match served.content_type {
        ContentType::NotKnown => {}
        ContentType::Absent => report.add(Code::NoContentType, 0, || {
            "The answer has no Content-Type; serve the file as text/plain; charset=utf-8.".into()
        }),
        ContentType::Is(value) => media(report, value),
    }
}

fn media(report: &mut Report, value: &str) {
    let mut parts = value.split(';').map(str::trim);
    if !parts.next().is_some_and(|kind| kind.eq_ignore_ascii_case("text/plain")) {
        report.add(Code::InvalidMedia, 0, || {
            format!("The answer is of type {}; serve the file as text/plain; charset=utf-8.", shown(value))
        });
    }
    let charset =
        parts.filter_map(|part| part.split_once('=')).find(|(key, _)| key.trim().eq_ignore_ascii_case("charset"));
    if let Some((_, charset)) = charset
        && !charset.trim().trim_matches('"').eq_ignore_ascii_case("utf-8")
    {
        report.add(Code::InvalidCharset, 0, || {
            format!("The answer has charset {}; the file must be served with charset=utf-8.", shown(charset))
        });
    }
}

fn scheme(url: &str) -> &str {
    url.split_once(':').map_or("", |(scheme, _)| scheme)
}

/// What follows scheme and host, without query and fragment.
fn path(url: &str) -> Option<&str> {
    let rest = url.split_once("://")?.1;
    let path = rest.get(rest.find('/')?..)?;
    path.split(['?', '#']).next()
}

/// Whether two addresses are one: case does not matter in scheme and host, and 443 is the port of https
/// (RFC 3986 section 6.2).
fn same(one: &str, other: &str) -> bool {
    let parts = |url: &str| {
        let (scheme, rest) = url.split_once("://")?;
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (host, path) = rest.split_at_checked(end)?;
        let (scheme, host) = (scheme.to_ascii_lowercase(), host.to_ascii_lowercase());
        let host = host.strip_suffix(":443").filter(|_| scheme == "https").map(str::to_owned).unwrap_or(host);
        Some((scheme, host, if path.is_empty() { "/" } else { path }.to_owned()))
    };
    one == other || parts(one).is_some_and(|one| parts(other) == Some(one))
}
