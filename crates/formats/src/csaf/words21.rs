//! Forms of text that version 2.1 of the schema has and 2.0 has not, or has otherwise.

use super::dictionary::language;
use super::version::Version;
use crate::shape::{Form, form};

/// A sharing group: a random UUID (version 4), or all zeros, or all f; lower case.
pub static UUID: Form = Form { what: "a UUID of version 4 in lower case, or one of all zeros or all f", fits: is_uuid };
/// `^pkg:[a-z][a-z0-9\.\-]*\/.+`, and a URI.
pub static PURL: Form = Form { what: "a package URL such as pkg:npm/name@1.0.0", fits: is_purl_like };
/// `^[0-9a-z][0-9a-z-]*$`
pub static ALGORITHM: Form = Form { what: "the name of a hash algorithm such as sha256", fits: is_algorithm };
/// `^[0-9a-f]{32,}$`
pub static HASH: Form = Form { what: "a hash of 32 or more hexadecimal digits in lower case", fits: is_hash };
/// `^[1-9]\d*\.([0-9]|([1-9]\d+))(\.\d+)?$`
pub static CWE_VERSION: Form = Form { what: "a release of the CWE such as 4.14", fits: is_cwe_version };
/// `^(([0]\.([0-9])+)|([1]\.[0]+))$`
pub static SHARE: Form = Form { what: "a number from 0.0 to 1.0 as a text, such as \"0.97\"", fits: is_share };
/// `^(([a-zA-Z0-9])|([a-zA-Z0-9][a-zA-Z0-9_]*[a-zA-Z0-9])|(T\*))$`
pub static SSVC_KEY: Form = Form { what: "an SSVC key of letters, digits and low lines", fits: is_ssvc_key };
/// The namespace of a decision point.
pub static SSVC_NAMESPACE: Form =
    Form { what: "an SSVC namespace such as ssvc or x_example.org#team", fits: is_ssvc_namespace };
/// Semantic versioning 2.0.0.
pub static SEMANTIC: Form = Form {
    what: "a semantic version such as 1.0.0",
    fits: |text| Version::parse(text).is_some_and(|version| version.is_semantic()),
};

/// `https://…/name_1.0.0.json`
pub static EXTENSION: Form =
    Form { what: "the https URL of an extension's schema, ending in _1.0.0.json or the like", fits: is_extension };

/// The UUID of all ones: everybody.
pub const MAX_UUID: &str = "ffffffff-ffff-ffff-ffff-ffffffffffff";
/// The UUID of all zeros: nobody.
pub const NIL_UUID: &str = "00000000-0000-0000-0000-000000000000";

fn is_uuid(text: &str) -> bool {
    let lengths = [8, 4, 4, 4, 12];
    let parts: Vec<_> = text.split('-').collect();
    text == MAX_UUID
        || text == NIL_UUID
        || (parts.len() == 5
            && parts.iter().zip(lengths).all(|(part, length)| part.len() == length && is_hex(part))
            && parts.get(2).is_some_and(|part| part.starts_with('4')))
}

fn is_extension(text: &str) -> bool {
    let Some((domain, path)) = text.strip_prefix("https://").and_then(|rest| rest.split_once('/')) else {
        return false;
    };
    let name = path.rsplit('/').next().unwrap_or_default();
    let version = name.strip_suffix(".json").and_then(|stem| stem.rsplit_once('_'));
    is_domain(domain)
        && form::is_uri(text)
        && version.is_some_and(|(stem, version)| !stem.is_empty() && (SEMANTIC.fits)(version))
}

fn is_hex(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}

fn is_hash(text: &str) -> bool {
    text.len() >= 32 && is_hex(text)
}

fn is_purl_like(text: &str) -> bool {
    let Some((kind, rest)) = text.strip_prefix("pkg:").and_then(|rest| rest.split_once('/')) else { return false };
    kind.starts_with(|c: char| c.is_ascii_lowercase())
        && kind.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b".-".contains(&b))
        && !rest.is_empty()
        && form::is_uri(text)
}

fn is_algorithm(text: &str) -> bool {
    !text.is_empty()
        && !text.starts_with('-')
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

fn digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

fn is_cwe_version(text: &str) -> bool {
    let parts: Vec<_> = text.split('.').collect();
    let [major, minor, patch @ ..] = parts.as_slice() else { return false };
    let plain = |part: &str| digits(part) && (part.len() == 1 || !part.starts_with('0'));
    plain(major) && *major != "0" && plain(minor) && patch.len() <= 1 && patch.iter().all(|part| digits(part))
}

fn is_share(text: &str) -> bool {
    match text.split_once('.') {
        Some(("0", rest)) => digits(rest),
        Some(("1", rest)) => digits(rest) && rest.bytes().all(|b| b == b'0'),
        _ => false,
    }
}

fn is_ssvc_key(text: &str) -> bool {
    let edges = |c: char| c.is_ascii_alphanumeric();
    text == "T*"
        || (text.starts_with(edges)
            && text.ends_with(edges)
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_'))
}

/// A base, and perhaps `/` a language, and then extensions by others.
fn is_ssvc_namespace(text: &str) -> bool {
    let mut parts = text.split('/');
    let base = parts.next().unwrap_or_default();
    let language = parts.next().is_none_or(|part| part.is_empty() || language::well_formed(part));
    (3..=1000).contains(&text.len()) && is_ssvc_base(base) && language && parts.all(is_ssvc_extension)
}

fn is_ssvc_base(text: &str) -> bool {
    let (name, fragment) = text.split_once('#').map_or((text, None), |(name, fragment)| (name, Some(fragment)));
    if let Some(domain) = name.strip_prefix("x_") {
        return is_domain(domain) && fragment.is_some_and(is_fragment);
    }
    name.len() >= 3
        && name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.as_bytes().get(1).is_some_and(u8::is_ascii_alphanumeric)
        && is_fragment(name)
        && fragment.is_none_or(is_fragment)
}

/// A language, or `.domain#fragment`, or `.domain$language` with or without a fragment.
fn is_ssvc_extension(text: &str) -> bool {
    let Some(rest) = text.strip_prefix('.') else { return language::well_formed(text) };
    let (rest, tag) = rest.split_once('$').map_or((rest, None), |(rest, tag)| (rest, Some(tag)));
    let (domain, fragment) = rest.split_once('#').map_or((rest, None), |(domain, part)| (domain, Some(part)));
    is_domain(domain)
        && fragment.is_none_or(is_fragment)
        && tag.is_none_or(language::well_formed)
        && (tag.is_some() || fragment.is_some())
}

/// Words of lower-case letters and digits, with single dots or hyphens between them.
fn is_fragment(text: &str) -> bool {
    text.split(['.', '-'])
        .all(|word| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()))
}

fn is_domain(text: &str) -> bool {
    let good = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    text.contains('.')
        && text.split('.').all(|label| {
            (1..=63).contains(&label.len())
                && label.bytes().all(|b| good(b) || b == b'-')
                && !label.starts_with('-')
                && !label.ends_with('-')
        })
}
