//! Forms of text that several standards share. A form is a recogniser, written by hand, and the words for a message.

use core::net::Ipv6Addr;

/// A set of texts.
pub struct Form {
    /// "a URI", "a date and time …": completes the sentence "… is not".
    pub what: &'static str,
    /// Whether a text belongs.
    pub fits: fn(&str) -> bool,
}

/// Any text.
pub static ANY: Form = Form { what: "a text", fits: |_| true };
/// A text of one character or more.
pub static FILLED: Form = Form { what: "a text that is not empty", fits: |text| !text.is_empty() };
/// RFC 3986 section 3, with a scheme.
pub static URI: Form = Form { what: "a URI such as https://example.com/", fits: is_uri };
/// RFC 3339 section 5.6.
pub static DATE_TIME: Form = Form {
    what: "a date and time such as 2026-11-22T00:41:07Z",
    fits: |text| crate::instant::Instant::parse(text).is_some(),
};
/// The form of a CVE id.
pub static CVE: Form = Form { what: "a CVE id such as CVE-2026-12345", fits: is_cve };
/// The form of a CWE id.
pub static CWE: Form = Form { what: "a CWE id such as CWE-79", fits: is_cwe };

/// RFC 3986: a scheme, a colon, and characters of URIs only, with whole percent escapes; behind `//` an authority.
pub fn is_uri(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else { return false };
    let mut letters = scheme.bytes();
    let named = letters.next().is_some_and(|b| b.is_ascii_alphabetic())
        && letters.all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b));
    if !named || rest.is_empty() || rest == "//" || rest.matches('#').count() > 1 {
        return false;
    }
    let Some(rest) = rest.strip_prefix("//") else { return spelt(rest, b":/?#@") };
    let (authority, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    // An address of the web without a host leads nowhere (RFC 9110, section 4.2.1).
    let hostless = !["http", "https"].iter().any(|web| scheme.eq_ignore_ascii_case(web));
    is_authority(authority, hostless) && spelt(path, b":/?#@")
}

/// RFC 3986 section 3.2: perhaps a user, a host, perhaps a port. Brackets stand around an address of IP alone.
fn is_authority(text: &str, hostless: bool) -> bool {
    let (user, host) = text.rsplit_once('@').unwrap_or(("", text));
    let (good, port) = if let Some(literal) = host.strip_prefix('[') {
        let Some((address, port)) = literal.split_once(']') else { return false };
        let Some(port) = port.strip_prefix(':').or(port.is_empty().then_some("")) else { return false };
        (is_literal(address), port)
    } else {
        let (name, port) = host.split_once(':').unwrap_or((host, ""));
        (spelt(name, b"") && (hostless || !name.is_empty()), port)
    };
    good && spelt(user, b":") && port.bytes().all(|b| b.is_ascii_digit())
}

/// What may stand in brackets: an address of IPv6, or of a version to come.
fn is_literal(text: &str) -> bool {
    let later = text.strip_prefix(['v', 'V']).and_then(|rest| rest.split_once('.'));
    later.map_or_else(
        || text.parse::<Ipv6Addr>().is_ok(),
        |(version, address)| {
            let hex = !version.is_empty() && version.bytes().all(|b| b.is_ascii_hexdigit());
            hex && !address.is_empty() && !address.contains('%') && spelt(address, b":")
        },
    )
}

/// Whether a text has only whole percent escapes, the signs that may stand anywhere, and these.
fn spelt(text: &str, more: &[u8]) -> bool {
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        let good = match byte {
            b'%' => (0..2).all(|_| bytes.next().is_some_and(|b| b.is_ascii_hexdigit())),
            _ => byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=".contains(&byte) || more.contains(&byte),
        };
        if !good {
            return false;
        }
    }
    true
}

/// `CVE-` year `-` four digits or more.
pub fn is_cve(text: &str) -> bool {
    text.strip_prefix("CVE-").and_then(|rest| rest.split_once('-')).is_some_and(|(year, number)| {
        year.len() == 4 && number.len() >= 4 && year.bytes().chain(number.bytes()).all(|b| b.is_ascii_digit())
    })
}

/// `CWE-` and a number of one to six digits that does not begin with 0.
pub fn is_cwe(text: &str) -> bool {
    text.strip_prefix("CWE-").is_some_and(|number| {
        (1..=6).contains(&number.len()) && !number.starts_with('0') && number.bytes().all(|b| b.is_ascii_digit())
    })
}
