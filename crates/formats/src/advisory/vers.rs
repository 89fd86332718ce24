//! Version ranges in the `vers` notation: `vers:npm/>=1.0.0|<1.2.3`, as far as one interval goes.

use super::Versions;
use crate::csaf::vers::ALL;

/// Writes an interval; `None` for an exact version or for what is in words.
pub fn write(versions: &Versions, scheme: &str) -> Option<String> {
    if versions.exact.is_some() {
        return None;
    }
    let from = versions.from.as_deref().filter(|from| !matches!(*from, "0" | "*" | "unspecified"));
    let parts = [(">=", from), ("<", versions.below.as_deref()), ("<=", versions.through.as_deref())];
    let parts: Vec<_> = parts.iter().filter_map(|(sign, v)| v.map(|v| format!("{sign}{}", escaped(v)))).collect();
    // The star goes with no scheme (CSAF 2.1, section 3.1.2.3.2).
    Some(if parts.is_empty() { ALL.to_owned() } else { format!("vers:{scheme}/{}", parts.join("|")) })
}

/// Reads what [`write`] writes; `None` for lists and other notations.
pub fn read(text: &str) -> Option<Versions> {
    let (scheme, range) = text.strip_prefix("vers:")?.split_once('/')?;
    let mut versions = Versions { scheme: Some(scheme.to_owned()), ..Versions::default() };
    for part in range.split('|').map(str::trim).filter(|part| *part != "*") {
        let (place, version) = if let Some(version) = part.strip_prefix(">=") {
            (&mut versions.from, version)
        } else if let Some(version) = part.strip_prefix("<=") {
            (&mut versions.through, version)
        } else if let Some(version) = part.strip_prefix('<') {
            (&mut versions.below, version)
        } else {
            return None;
        };
        if place.replace(unescaped(version)).is_some() {
            return None;
        }
    }
    Some(versions)
}

/// The scheme of an ecosystem of OSV.
pub fn scheme(ecosystem: Option<&str>, order: Option<&str>) -> &'static str {
    match ecosystem.map(|name| name.split(':').next().unwrap_or(name)) {
        Some("Go") => "golang",
        Some("npm") => "npm",
        Some("PyPI") => "pypi",
        Some("Maven") => "maven",
        Some("crates.io") => "cargo",
        Some("RubyGems") => "gem",
        Some("NuGet") => "nuget",
        Some("Packagist") => "composer",
        Some("Debian" | "Ubuntu") => "deb",
        Some("Red Hat" | "SUSE" | "openSUSE" | "Rocky Linux" | "AlmaLinux") => "rpm",
        _ if order == Some("semver") => "semver",
        _ => "generic",
    }
}

/// Signs of the notation inside a version are escaped.
fn escaped(version: &str) -> String {
    let mut out = String::new();
    for c in version.chars() {
        match c {
            '<' | '>' | '=' | '!' | '*' | '|' | '%' | ',' | '/' | ' ' => {
                out.extend(['%', hex(u32::from(c) >> 4), hex(u32::from(c))]);
            }
            _ => out.push(c),
        }
    }
    out
}

/// A version as it is, of one in the notation. What is no whole escape, or no text once it is read, stays.
pub(crate) fn unescaped(text: &str) -> String {
    let (mut out, mut rest) = (Vec::with_capacity(text.len()), text.as_bytes());
    while let Some((byte, after)) = rest.split_first() {
        let digits = after.get(..2).filter(|digits| *byte == b'%' && digits.iter().all(u8::is_ascii_hexdigit));
        let read = digits.and_then(|digits| u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok());
        out.push(read.unwrap_or(*byte));
        rest = if read.is_some() { after.get(2..).unwrap_or_default() } else { after };
    }
    String::from_utf8(out).unwrap_or_else(|_| text.to_owned())
}

/// The last four bits as a digit.
fn hex(number: u32) -> char {
    char::from_digit(number & 15, 16).unwrap_or('0').to_ascii_uppercase()
}
