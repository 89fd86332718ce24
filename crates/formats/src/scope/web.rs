//! Addresses on the web: host, port, path and query, as they are compared.

use std::borrow::Cow;

/// The parts of an address, before anything is normal.
pub(super) struct Address<'a> {
    /// Lower case or not, `None` where there is none.
    pub(super) scheme: Option<&'a str>,
    /// Without user, port or brackets.
    pub(super) host: &'a str,
    /// As written; `None` where there is none or it is a default port.
    pub(super) port: Option<u16>,
    /// From the slash on; may be empty.
    pub(super) path: &'a str,
    /// Without the question mark.
    pub(super) query: Option<&'a str>,
}

impl<'a> Address<'a> {
    /// Cuts an address as a browser does: a backslash is a slash, what stands before the last `@` is a user.
    /// `None` where the port is no port or a character could not be part of an address.
    pub(super) fn cut(text: &'a str) -> Option<Self> {
        let plain = text.bytes().all(|b| b.is_ascii_graphic());
        if !plain && text.chars().any(|c| c.is_whitespace() || c.is_control()) {
            return None;
        }
        let (scheme, rest) = match text.split_once("://") {
            Some((scheme, rest)) if is_scheme(scheme) => (Some(scheme), rest),
            Some(_) => return None,
            None => (None, text.strip_prefix("//").unwrap_or(text)),
        };
        let rest = rest.split('#').next().unwrap_or(rest);
        let (before, query) = rest.split_once('?').map_or((rest, None), |(before, query)| (before, Some(query)));
        let (authority, path) = before.split_at(before.find(['/', '\\']).unwrap_or(before.len()));
        let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
        // The colons of a bare IPv6 address are no port.
        let colon = host.rfind(':').filter(|at| host[*at..].find(']').is_none() && !host[..*at].contains(':'));
        let bracket = host.rfind("]:").map(|at| at + 1);
        let (host, port) = match colon.or(bracket) {
            None => (host, None),
            Some(at) if host[at + 1..].is_empty() => (&host[..at], None),
            Some(at) => (&host[..at], Some(host[at + 1..].parse::<u16>().ok()?)),
        };
        let port = port.filter(|port| !matches!(port, 80 | 443));
        Some(Self { scheme, host, port, path, query })
    }
}

fn is_scheme(text: &str) -> bool {
    text == "*"
        || text.bytes().next().is_some_and(|b| b.is_ascii_alphabetic())
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.*".contains(&b))
}

/// A path as it is compared: plain characters not encoded, escapes in capitals, `.` and `..` resolved, no slash at the
/// end, backslashes as slashes. The root is the empty text.
pub(super) fn normal_path(path: &str) -> String {
    let mut segments: Vec<Cow<'_, str>> = Vec::new();
    for segment in path.split(['/', '\\']).skip(1) {
        let segment = plain(segment);
        match &*segment {
            "." => {}
            ".." => {
                segments.pop();
            }
            _ => segments.push(segment),
        }
    }
    while segments.last().is_some_and(|segment| segment.is_empty()) {
        segments.pop();
    }
    segments.iter().flat_map(|segment| ["/", &**segment]).collect()
}

/// [`normal_path`], borrowed where the path is so already.
pub(super) fn normal(path: &str) -> Cow<'_, str> {
    let dots = || path.as_bytes().windows(2).any(|pair| pair == b"/.");
    if is_plain(path) && !path.ends_with('/') && !path.contains('\\') && !dots() {
        path.into()
    } else {
        normal_path(path).into()
    }
}

fn is_plain(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_graphic() && b != b'%')
}

/// Percent-encoded unreserved characters (RFC 3986, 2.3) decoded, other escapes in capitals, what has to be encoded
/// encoded.
pub(super) fn plain(text: &str) -> Cow<'_, str> {
    if is_plain(text) { text.into() } else { encoded(text).into() }
}

fn encoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while at < bytes.len() {
        let escaped = (bytes[at] == b'%').then(|| text.get(at + 1..at + 3)).flatten();
        let escaped = escaped.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        let byte = escaped.unwrap_or(bytes[at]);
        at += if escaped.is_some() { 3 } else { 1 };
        let unreserved = byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
        if unreserved || (escaped.is_none() && byte.is_ascii_graphic()) {
            out.push(char::from(byte));
        } else {
            out.push('%');
            for digit in [byte >> 4, byte & 15] {
                out.push(char::from(b"0123456789ABCDEF"[usize::from(digit)]));
            }
        }
    }
    out
}

/// Hosts of source code, whose paths have no letter case.
pub(super) fn is_forge(host: &str) -> bool {
    matches!(host, "github.com" | "gitlab.com" | "bitbucket.org" | "codeberg.org")
}

/// A path at a forge: no case, no `.git`.
pub(super) fn forge_path(path: &str) -> String {
    let path = path.to_ascii_lowercase();
    path.strip_suffix(".git").map_or_else(|| path.clone(), str::to_owned)
}

/// A host with its escapes resolved; `None` where they are no UTF-8.
pub(super) fn decoded(host: &str) -> Option<Cow<'_, str>> {
    if !host.contains('%') {
        return Some(host.into());
    }
    let (mut bytes, mut at) = (Vec::with_capacity(host.len()), 0);
    while at < host.len() {
        let escaped = (host.as_bytes()[at] == b'%').then(|| host.get(at + 1..at + 3)).flatten();
        let escaped = escaped.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        bytes.push(escaped.unwrap_or(host.as_bytes()[at]));
        at += if escaped.is_some() { 3 } else { 1 };
    }
    String::from_utf8(bytes).ok().map(Into::into)
}
