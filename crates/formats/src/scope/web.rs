//! Addresses on the web: scheme, host, port, path, query and route, as they are compared.

use super::port;
use std::borrow::Cow;

/// What a scheme says about the port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scheme {
    /// There is none.
    None,
    /// The web's, with its port.
    Web(u16),
    /// The web's, either: `*://`, `http*://`.
    AnyWeb,
    /// Another one, with its port.
    Other(u16),
    /// One that has no port that is known.
    Unknown,
}

impl Scheme {
    fn of(name: &str) -> Self {
        let is = |known: &str| name.eq_ignore_ascii_case(known);
        if is("https") || is("wss") {
            Self::Web(443)
        } else if is("http") || is("ws") {
            Self::Web(80)
        } else if name.contains('*') {
            Self::AnyWeb
        } else {
            port::of_scheme(name).map_or(Self::Unknown, Self::Other)
        }
    }

    /// The port of a target that names none.
    pub(super) const fn port(self) -> u16 {
        match self {
            Self::Web(port) | Self::Other(port) => port,
            Self::None | Self::AnyWeb | Self::Unknown => port::USUAL,
        }
    }
}

/// The parts of an address, before anything is normal.
pub(super) struct Address<'a> {
    pub(super) scheme: Scheme,
    /// Without user or port; with the brackets of an IPv6 address.
    pub(super) host: &'a str,
    /// As written.
    pub(super) port: Option<u16>,
    /// From the slash on; may be empty.
    pub(super) path: &'a str,
    /// Without the question mark.
    pub(super) query: Option<&'a str>,
    /// The place within a page that is an app of its own: what stands behind `#/` or `#!/`, with its slash.
    pub(super) route: Option<&'a str>,
    /// A name before an `@`, and no scheme: a mailbox, if it is no trick.
    pub(super) mailbox: bool,
}

impl<'a> Address<'a> {
    /// Cuts an address as a browser does: a backslash is a slash, what stands before the last `@` is a user.
    /// `None` where the port is no port or a character could not be part of an address.
    pub(super) fn cut(text: &'a str) -> Option<Self> {
        let plain = text.bytes().all(|b| b.is_ascii_graphic());
        if !plain && text.chars().any(|c| c.is_whitespace() || c.is_control()) {
            return None;
        }
        let (scheme, rest) = match (behind_web_scheme(text), text.split_once("://")) {
            (Some(found), _) => found,
            (None, Some((scheme, rest))) if is_scheme(scheme) => (Scheme::of(scheme), rest),
            // An address within the query of another one.
            (None, Some((front, _))) if front.contains(['/', '?', '#']) => (Scheme::None, text),
            (None, Some(_)) => return None,
            (None, None) => (Scheme::None, text.strip_prefix("//").unwrap_or(text)),
        };
        let (rest, fragment) = rest.split_once('#').map_or((rest, None), |(rest, fragment)| (rest, Some(fragment)));
        let (before, query) = rest.split_once('?').map_or((rest, None), |(before, query)| (before, Some(query)));
        let (authority, path) = before.split_at(before.find(['/', '\\']).unwrap_or(before.len()));
        let (user, host) = authority.rsplit_once('@').map_or((false, authority), |(_, host)| (true, host));
        // The colons of a bare IPv6 address are no port.
        let colon = host.rfind(':').filter(|at| host[*at..].find(']').is_none() && !host[..*at].contains(':'));
        let bracket = host.rfind("]:").map(|at| at + 1);
        let (host, port) = match colon.or(bracket) {
            None => (host, None),
            Some(at) if host[at + 1..].is_empty() => (&host[..at], None),
            Some(at) => (&host[..at], Some(port_number(&host[at + 1..])?)),
        };
        let route = fragment.map(|text| text.strip_prefix('!').unwrap_or(text)).filter(|text| text.starts_with('/'));
        let mailbox = user && scheme == Scheme::None;
        Some(Self { scheme, host, port, path, query, route, mailbox })
    }
}

/// A scheme of the web and what stands behind its slashes: a browser passes over any number of them, of either kind
/// (URL standard, "special authority ignore slashes").
fn behind_web_scheme(text: &str) -> Option<(Scheme, &str)> {
    let (scheme, rest) = text.split_once(':')?;
    let inner = rest.trim_start_matches(['/', '\\']);
    let scheme = Scheme::of(scheme);
    (matches!(scheme, Scheme::Web(_)) && inner.len() < rest.len()).then_some((scheme, inner))
}

/// Digits alone: a sign before them is no port.
fn port_number(text: &str) -> Option<u16> {
    text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse().ok())?
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

/// Whether `path` is `front` or lies below it. What stands behind a semicolon belongs to its segment (RFC 3986, 3.3).
pub(super) fn is_below(front: &str, path: &str) -> bool {
    path.strip_prefix(front).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', ';']))
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
    let mut out = String::with_capacity(text.len());
    for (byte, escaped) in unescaped(text) {
        let unreserved = byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
        // A sign of percent that escapes nothing is itself.
        if unreserved || (!escaped && byte.is_ascii_graphic() && byte != b'%') {
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

/// Bytes, escapes resolved, and whether each was one. A sign is no digit: `%+1` stands for itself.
fn unescaped(text: &str) -> impl Iterator<Item = (u8, bool)> + '_ {
    let digit = |byte: Option<&u8>| byte.and_then(|byte| char::from(*byte).to_digit(16));
    let bytes = text.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        let byte = *bytes.get(at)?;
        let escape = (byte == b'%').then(|| digit(bytes.get(at + 1)).zip(digit(bytes.get(at + 2)))).flatten();
        let escape = escape.and_then(|(high, low)| u8::try_from(high * 16 + low).ok());
        at += if escape.is_some() { 3 } else { 1 };
        Some((escape.unwrap_or(byte), escape.is_some()))
    })
}

/// Hosts of source code, whose paths have no letter case. `www.` before them is the same place.
pub(super) fn forge(host: &str) -> Option<&str> {
    let name = host.strip_prefix("www.").unwrap_or(host);
    matches!(name, "github.com" | "gitlab.com" | "bitbucket.org" | "codeberg.org").then_some(name)
}

/// A path at a forge: no case, no `.git`.
pub(super) fn forge_path(path: &str) -> String {
    let path = path.to_ascii_lowercase();
    path.strip_suffix(".git").map_or_else(|| path.clone(), str::to_owned)
}

/// `owner/name`, as people write repositories of GitHub: its address.
pub(super) fn repository(text: &str) -> Option<String> {
    let (owner, name) = text.split_once('/')?;
    let plain = |part: &str, more: &[u8]| {
        !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || more.contains(&b))
    };
    (plain(owner, b"") && plain(name, b"._*")).then(|| format!("https://github.com/{text}"))
}

/// A host with its escapes resolved; `None` where they are no UTF-8.
pub(super) fn decoded(host: &str) -> Option<Cow<'_, str>> {
    if !host.contains('%') {
        return Some(host.into());
    }
    String::from_utf8(unescaped(host).map(|(byte, _)| byte).collect()).ok().map(Into::into)
}
