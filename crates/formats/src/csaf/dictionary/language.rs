//! Language tags (BCP 47, RFC 5646) against the registry of IANA, whose subtags are kept beside this file.

use std::collections::HashSet;
use std::sync::OnceLock;

static TEXT: &str = include_str!("subtags.txt");

#[derive(Default)]
struct Subtags {
    languages: HashSet<&'static str>,
    extensions: HashSet<&'static str>,
    scripts: HashSet<&'static str>,
    regions: HashSet<&'static str>,
    variants: HashSet<&'static str>,
    grandfathered: HashSet<&'static str>,
}

/// The registry, read at first use.
fn registry() -> &'static Subtags {
    static REGISTRY: OnceLock<Subtags> = OnceLock::new();
    REGISTRY.get_or_init(|| {
        let mut all = Subtags::default();
        let mut kind = "";
        for line in TEXT.lines().filter(|line| !line.starts_with('#')) {
            if let Some(name) = line.strip_prefix('@') {
                kind = name;
                continue;
            }
            let set = match kind {
                "language" => &mut all.languages,
                "extlang" => &mut all.extensions,
                "script" => &mut all.scripts,
                "region" => &mut all.regions,
                "variant" => &mut all.variants,
                _ => &mut all.grandfathered,
            };
            set.extend(line.split(' '));
        }
        all
    })
}

/// A tag taken apart; all in lower case.
struct Tag<'a> {
    language: &'a str,
    extended: Vec<&'a str>,
    script: Option<&'a str>,
    region: Option<&'a str>,
    variants: Vec<&'a str>,
    private: bool,
}

fn letters(text: &str, lengths: std::ops::RangeInclusive<usize>) -> bool {
    lengths.contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphabetic())
}

fn alphanumeric(text: &str, lengths: std::ops::RangeInclusive<usize>) -> bool {
    lengths.contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric())
}

fn is_variant(text: &str) -> bool {
    alphanumeric(text, 5..=8) || (alphanumeric(text, 4..=4) && text.starts_with(|c: char| c.is_ascii_digit()))
}

fn split(tag: &str) -> Option<Tag<'_>> {
    let mut parts = tag.split('-').peekable();
    let language = parts.next().filter(|p| letters(p, 2..=8))?;
    let mut extended = Vec::new();
    while let Some(part) = parts.next_if(|p| language.len() <= 3 && extended.len() < 3 && letters(p, 3..=3)) {
        extended.push(part);
    }
    let script = parts.next_if(|p| letters(p, 4..=4));
    let region = parts.next_if(|p| letters(p, 2..=2) || (p.len() == 3 && p.bytes().all(|b| b.is_ascii_digit())));
    let mut variants = Vec::new();
    while let Some(part) = parts.next_if(|p| is_variant(p)) {
        variants.push(part);
    }
    let mut private = false;
    while let Some(singleton) = parts.next() {
        private = singleton == "x";
        let least = if private { 1 } else { 2 };
        if !alphanumeric(singleton, 1..=1) {
            return None;
        }
        let mut count = 0;
        while parts.next_if(|p| alphanumeric(p, least..=8)).is_some() {
            count += 1;
        }
        if count == 0 || (private && parts.peek().is_some()) {
            return None;
        }
    }
    Some(Tag { language, extended, script, region, variants, private })
}

/// Whether all of a tag is for private use.
fn wholly_private(tag: &str) -> bool {
    tag.strip_prefix("x-").is_some_and(|rest| rest.split('-').all(|p| alphanumeric(p, 1..=8)))
}

/// RFC 5646 section 2.1.
pub fn well_formed(tag: &str) -> bool {
    let tag = tag.to_ascii_lowercase();
    matches!(tag.as_str(), "i-default" | "i-mingo") || wholly_private(&tag) || split(&tag).is_some()
}

/// The first subtag that the registry does not know, in lower case; `None` for a valid tag.
pub fn unknown(tag: &str) -> Option<String> {
    let tag = tag.to_ascii_lowercase();
    let known = registry();
    if known.grandfathered.contains(tag.as_str()) || wholly_private(&tag) {
        return None;
    }
    let Some(parts) = split(&tag) else { return Some(tag) };
    let bad = |set: &HashSet<&str>, part: &str, private: fn(&str) -> bool| !set.contains(part) && !private(part);
    let none = |_: &str| false;
    let language = Some(parts.language).filter(|p| bad(&known.languages, p, private_language));
    let extended = parts.extended.iter().copied().find(|p| bad(&known.extensions, p, none));
    let script = parts.script.filter(|p| bad(&known.scripts, p, private_script));
    let region = parts.region.filter(|p| bad(&known.regions, p, private_region));
    let variant = parts.variants.iter().copied().find(|p| bad(&known.variants, p, none));
    language.or(extended).or(script).or(region).or(variant).map(str::to_owned)
}

/// Whether a tag has a subtag that is reserved for private use (RFC 5646 section 2.2).
pub fn is_private(tag: &str) -> bool {
    let tag = tag.to_ascii_lowercase();
    wholly_private(&tag)
        || split(&tag).is_some_and(|parts| {
            parts.private
                || private_language(parts.language)
                || parts.script.is_some_and(private_script)
                || parts.region.is_some_and(private_region)
        })
}

/// `qaa` to `qtz`.
fn private_language(part: &str) -> bool {
    matches!(part.as_bytes(), [b'q', b'a'..=b't', b'a'..=b'z'])
}

/// `Qaaa` to `Qabx`.
fn private_script(part: &str) -> bool {
    part.len() == 4 && ("qaaa"..="qabx").contains(&part)
}

/// `AA`, `QM` to `QZ`, `XA` to `XZ`, `ZZ`.
fn private_region(part: &str) -> bool {
    matches!(part.as_bytes(), [b'a', b'a'] | [b'q', b'm'..=b'z'] | [b'x', b'a'..=b'z'] | [b'z', b'z'])
}
