//! Forms of text that several standards share. A form is a recogniser, written by hand, and the words for a message.

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

/// RFC 3986: a scheme, a colon, and characters of URIs only, with whole percent escapes.
pub fn is_uri(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else { return false };
    let mut letters = scheme.bytes();
    letters.next().is_some_and(|b| b.is_ascii_alphabetic())
        && letters.all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b))
        && !rest.is_empty()
        && !(rest.starts_with("//") && rest.len() == 2)
        && uri_characters(rest)
}

fn uri_characters(text: &str) -> bool {
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        let good = match byte {
            b'%' => (0..2).all(|_| bytes.next().is_some_and(|b| b.is_ascii_hexdigit())),
            _ => byte.is_ascii_alphanumeric() || b"-._~:/?#[]@!$&'()*+,;=".contains(&byte),
        };
        if !good {
            return false;
        }
    }
    text.matches('#').count() <= 1
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
