//! Points in time of an export, as RFC 3339 writes them.

use crate::instant::Instant;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A point in time, RFC 3339 section 5.6.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Stamp(String);

impl Stamp {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// To be compared.
    pub fn instant(&self) -> Option<Instant> {
        Instant::parse(&self.0)
    }

    /// Reads RFC 3339, `2026-11-22 00:41:07 UTC`, `2026-11-22 00:41:07.5 +0100`, `2026-11-22 00:41` and `2026-11-22`.
    /// A time without a zone is one of UTC, a day is its first instant; the flag says that this was assumed. Forms
    /// in which day and month can be mistaken for each other are refused.
    pub fn parse(text: &str) -> Option<(Self, bool)> {
        let text = text.trim();
        if Instant::parse(text).is_some() {
            return Some((Self(text.to_owned()), false));
        }
        let day = text.get(..10)?;
        let rest = text.get(10..)?;
        let rest = rest.strip_prefix(['T', 't']).unwrap_or(rest).trim();
        let end = rest.find(|c: char| !(c.is_ascii_digit() || c == ':' || c == '.')).unwrap_or(rest.len());
        let (clock, zone) = rest.split_at(end);
        let clock = match clock.len() {
            0 if zone.is_empty() => "00:00:00".to_owned(),
            5 => format!("{clock}:00"),
            _ => clock.to_owned(),
        };
        let (zone, assumed) = offset(zone.trim())?;
        let whole = format!("{day}T{clock}{zone}");
        Instant::parse(&whole).map(|_| (Self(whole), assumed))
    }
}

/// A zone in the form of RFC 3339, and whether it was assumed.
fn offset(zone: &str) -> Option<(String, bool)> {
    let zone = zone.strip_suffix("UTC").filter(|before| !before.is_empty()).unwrap_or(zone).trim();
    match zone {
        "" => Some(("Z".to_owned(), true)),
        "Z" | "z" | "UTC" | "GMT" => Some(("Z".to_owned(), false)),
        _ if zone.len() == 5 && zone.is_ascii() && !zone.contains(':') => {
            Some((format!("{}:{}", zone.get(..3)?, zone.get(3..)?), false))
        }
        _ => Some((zone.to_owned(), false)),
    }
}

impl fmt::Display for Stamp {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl From<Stamp> for String {
    fn from(stamp: Stamp) -> Self {
        stamp.0
    }
}

impl TryFrom<String> for Stamp {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        match Self::parse(&text) {
            Some((stamp, _)) => Ok(stamp),
            None => Err(format!("\"{text}\" is no date and time such as 2026-11-22T00:41:07Z")),
        }
    }
}
