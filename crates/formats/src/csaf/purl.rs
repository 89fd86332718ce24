//! Package URLs: <https://github.com/package-url/purl-spec>, as far as a validator needs them.

use std::collections::HashSet;

/// A package URL taken apart; escapes stay as they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Purl<'a> {
    /// Such as `npm`, as written.
    pub kind: &'a str,
    /// What stands between type and name.
    pub namespace: Option<&'a str>,
    /// The package.
    pub name: &'a str,
    /// Its version.
    pub version: Option<&'a str>,
    /// Key and value, in the order written.
    pub qualifiers: Vec<(&'a str, &'a str)>,
    /// A file inside.
    pub subpath: Option<&'a str>,
}

/// Why a text is no package URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PurlError {
    /// Another scheme.
    #[error("it does not begin with pkg:")]
    Scheme,
    /// No type, or characters that a type has not.
    #[error("the type (after pkg:) is missing, or has other characters than letters, digits, dot, plus and hyphen")]
    Kind,
    /// No name.
    #[error("the name is missing")]
    Name,
    /// An escape without two digits.
    #[error("a percent sign is not followed by two hexadecimal digits")]
    Escape,
    /// A qualifier without key or value, or a key twice.
    #[error("a qualifier is not of the form key=value, or a key is there twice")]
    Qualifier,
    /// `pkg://`, which is not the canonical form.
    #[error("a slash follows pkg:; write pkg:type/name")]
    Slashes,
    /// The type has no namespaces.
    #[error("packages of this type have no namespace; remove what stands before the name")]
    NoNamespace,
    /// The type needs one.
    #[error("packages of this type have a namespace; add it before the name")]
    Namespace,
    /// A blank or control character.
    #[error("it contains blanks; escape them as %20")]
    Blank,
}

impl<'a> Purl<'a> {
    /// Reads one, by the "how to parse" steps of the specification.
    pub fn parse(text: &'a str) -> Result<Self, PurlError> {
        let rest = text.get(..4).filter(|s| s.eq_ignore_ascii_case("pkg:")).and_then(|_| text.get(4..));
        let rest = rest.ok_or(PurlError::Scheme)?;
        if text.contains(|c: char| c.is_whitespace() || c.is_control()) {
            return Err(PurlError::Blank);
        }
        if !escapes(rest) {
            return Err(PurlError::Escape);
        }
        let (rest, subpath) = cut(rest.trim_start_matches('/'), '#');
        let (rest, qualifiers) = cut(rest, '?');
        let (kind, rest) = rest.split_once('/').ok_or(PurlError::Name)?;
        let good = |b: u8| b.is_ascii_alphanumeric() || b".+-".contains(&b);
        if kind.is_empty() || kind.starts_with(|c: char| c.is_ascii_digit()) || !kind.bytes().all(good) {
            return Err(PurlError::Kind);
        }
        let rest = rest.trim_matches('/');
        // An @ before the last slash belongs to the namespace (npm scopes are often not escaped).
        let slash = rest.rfind('/').map_or(0, |at| at + 1);
        let (path, version) = match rest.get(slash..).and_then(|tail| tail.rfind('@')) {
            Some(at) => (rest.get(..slash + at).unwrap_or_default(), rest.get(slash + at + 1..)),
            None => (rest, None),
        };
        let (namespace, name) = path.rsplit_once('/').map_or((None, path), |(space, name)| (Some(space), name));
        if name.is_empty() {
            return Err(PurlError::Name);
        }
        let namespace = namespace.map(|space| space.trim_matches('/')).filter(|space| !space.is_empty());
        Ok(Self { kind, namespace, name, version, qualifiers: qualifiers.map_or(Ok(Vec::new()), pairs)?, subpath })
    }
}

/// Types of the registry (ECMA-427) whose packages have no namespace.
const BARE: &[&str] = &[
    "bitnami",
    "cargo",
    "cocoapods",
    "conda",
    "cran",
    "gem",
    "hackage",
    "mlflow",
    "nuget",
    "oci",
    "opam",
    "pub",
    "pypi",
];
/// Types whose packages always have one.
const SPACED: &[&str] = &["bitbucket", "composer", "github", "maven", "swift"];

impl Purl<'_> {
    /// What the definition of its type asks of the namespace. Types that are not listed may or may not have one.
    pub fn suits_its_type(&self) -> Result<(), PurlError> {
        let kind = self.kind.to_ascii_lowercase();
        match self.namespace {
            Some(_) if BARE.contains(&kind.as_str()) => Err(PurlError::NoNamespace),
            None if SPACED.contains(&kind.as_str()) => Err(PurlError::Namespace),
            _ => Ok(()),
        }
    }
}

fn cut(text: &str, at: char) -> (&str, Option<&str>) {
    text.rsplit_once(at).map_or((text, None), |(left, right)| (left, Some(right)))
}

fn escapes(text: &str) -> bool {
    text.split('%').skip(1).all(|part| {
        let mut digits = part.bytes();
        (0..2).all(|_| digits.next().is_some_and(|b| b.is_ascii_hexdigit()))
    })
}

fn pairs(text: &str) -> Result<Vec<(&str, &str)>, PurlError> {
    let mut list: Vec<(&str, &str)> = Vec::new();
    let mut seen = HashSet::new();
    for pair in text.split('&') {
        let (key, value) = pair.split_once('=').ok_or(PurlError::Qualifier)?;
        let good = |b: u8| b.is_ascii_alphanumeric() || b".-_".contains(&b);
        let twice = !seen.insert(key.to_ascii_lowercase());
        if key.is_empty() || key.starts_with(|c: char| c.is_ascii_digit()) || !key.bytes().all(good) || twice {
            return Err(PurlError::Qualifier);
        }
        list.push((key, value));
    }
    Ok(list)
}
