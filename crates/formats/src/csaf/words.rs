//! Forms of text that only CSAF uses: versions, languages, CPE, purl, hashes.
//!
//! CSAF gives them as regular expressions in its schema (version 2.0, section 3.1). Two of those are looser than meant,
//! because `^(a)|(b)$` anchors each half on one side only (CPE, version); the recognisers here hold both ends.

use crate::shape::Form;

/// `^[^\s\-_\.](.*[^\s\-_\.])?$`
pub static CATEGORY: Form = Form { what: "a category that begins and ends with a letter or digit", fits: is_category };
/// `^[\S](.*[\S])?$`
pub static TRIMMED: Form = Form { what: "a text without blanks at its ends", fits: is_trimmed };
/// Section 3.1.11.
pub static VERSION: Form = Form { what: "a version: a whole number, or semantic such as 1.0.2", fits: is_version };
/// Section 3.1.5.
pub static LANGUAGE: Form =
    Form { what: "a language tag such as en or de-AT", fits: super::dictionary::language::well_formed };
/// Section 3.1.3.3.1.
pub static CPE: Form = Form { what: "a CPE name, 2.2 or 2.3", fits: is_cpe };
/// Section 3.1.3.3.4, the form only; test 6.1.13 looks closer.
pub static PURL: Form = Form { what: "a package URL such as pkg:npm/name@1.0.0", fits: is_purl_like };
/// At least 32 hexadecimal digits.
pub static HASH: Form = Form { what: "a hash of 32 or more hexadecimal digits", fits: is_hash };

fn edge(c: char) -> bool {
    !c.is_whitespace() && !matches!(c, '-' | '_' | '.')
}

fn is_category(text: &str) -> bool {
    text.starts_with(edge) && text.ends_with(edge) && !text.contains(['\n', '\r'])
}

fn is_trimmed(text: &str) -> bool {
    !text.is_empty() && text.trim() == text && !text.contains(['\n', '\r'])
}

fn is_version(text: &str) -> bool {
    super::version::Version::parse(text).is_some()
}

fn is_hash(text: &str) -> bool {
    text.len() >= 32 && text.bytes().all(|b| b.is_ascii_hexdigit())
}

fn is_purl_like(text: &str) -> bool {
    let Some((kind, rest)) = text.strip_prefix("pkg:").and_then(|rest| rest.split_once('/')) else { return false };
    !kind.is_empty()
        && !kind.starts_with(|c: char| c.is_ascii_digit())
        && kind.bytes().all(|b| b.is_ascii_alphanumeric() || b".-+".contains(&b))
        && !rest.is_empty()
}

fn is_cpe(text: &str) -> bool {
    text.strip_prefix("cpe:2.3:").map_or_else(|| is_cpe_22(text), is_cpe_23)
}

/// `cpe:/` part, then up to six components of unreserved characters.
fn is_cpe_22(text: &str) -> bool {
    let Some(head) = text.get(..5) else { return false };
    let mut parts = text.get(5..).unwrap_or_default().split(':');
    let part = parts.next().unwrap_or_default();
    head.starts_with('c')
        && head.eq_ignore_ascii_case("cpe:/")
        && (part.is_empty() || (part.len() == 1 && part.contains(['a', 'h', 'o', 'A', 'H', 'O'])))
        && parts.clone().count() <= 6
        && parts.all(|p| p.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-~%".contains(&b)))
}

/// Words that make a range of a version (test 6.1.31). They stand alone: `after-eight` is a name, and a case of the suite.
const RANGES: &[&str] = &["after", "all", "before", "earlier", "later", "prior", "versions"];

/// Whether the name of a version is a range in words.
pub fn is_range(name: &str) -> bool {
    let lower = name.to_lowercase();
    lower.contains(['<', '>']) || lower.split_whitespace().any(|word| RANGES.contains(&word))
}

/// The part and ten components after `cpe:2.3:`.
fn is_cpe_23(text: &str) -> bool {
    let parts = cpe_parts(text);
    let [part, rest @ ..] = parts.as_slice() else { return false };
    rest.len() == 10
        && matches!(*part, "a" | "h" | "o" | "*" | "-")
        && rest.iter().enumerate().all(|(index, p)| if index == 5 { is_cpe_language(p) } else { is_cpe_component(p) })
}

/// Splits at colons that no backslash quotes.
fn cpe_parts(text: &str) -> Vec<&str> {
    let (mut parts, mut from, mut quoted) = (Vec::new(), 0, false);
    for (index, byte) in text.bytes().enumerate() {
        if byte == b':' && !quoted {
            parts.push(text.get(from..index).unwrap_or_default());
            from = index + 1;
        }
        quoted = byte == b'\\' && !quoted;
    }
    parts.push(text.get(from..).unwrap_or_default());
    parts
}

fn is_cpe_language(text: &str) -> bool {
    let letters = |t: &str, least: usize, most: usize| {
        (least..=most).contains(&t.len()) && t.bytes().all(|b| b.is_ascii_alphabetic())
    };
    match text.split_once('-') {
        _ if text == "*" || text == "-" => true,
        None => letters(text, 2, 3),
        Some((language, region)) => {
            letters(language, 2, 3)
                && (letters(region, 2, 2) || (region.len() == 3 && region.bytes().all(|b| b.is_ascii_digit())))
        }
    }
}

/// `*`, `-`, or letters with quoted punctuation and wildcards at both ends.
fn is_cpe_component(text: &str) -> bool {
    if text == "*" || text == "-" {
        return true;
    }
    let inner = match text.strip_prefix('*') {
        Some(rest) => rest,
        None => text.trim_start_matches('?'),
    };
    let mut bytes = inner.bytes().peekable();
    let mut letters = 0;
    while let Some(byte) = bytes.next_if(|b| !matches!(b, b'*' | b'?')) {
        let good = match byte {
            b'\\' => bytes.next().is_some_and(|b| b.is_ascii_punctuation() && !matches!(b, b'-' | b'.' | b'_')),
            _ => byte.is_ascii_alphanumeric() || b"-._".contains(&byte),
        };
        if !good {
            return false;
        }
        letters += 1;
    }
    let tail: Vec<u8> = bytes.collect();
    letters > 0 && (tail == b"*" || tail.iter().all(|b| *b == b'?'))
}
