//! Points in time as RFC 3339 writes them, read from the forms that exports have, written for feeds.

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

impl Stamp {
    /// As RFC 822 (with four digits of the year, as RSS 2.0 asks) writes it: `Sun, 22 Nov 2026 00:41:07 +0000`.
    pub fn rfc822(&self) -> String {
        const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
        const DAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
        // Sakamoto: how far each month moves the day of the week, in a year that begins in March.
        const MOVES: [usize; 12] = [0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4];
        let number = |from: usize, to: usize| self.0.get(from..to).and_then(|n| n.parse::<usize>().ok()).unwrap_or(1);
        let (year, month, day) = (number(0, 4), number(5, 7).clamp(1, 12), number(8, 10));
        let shifted = if month < 3 { year + 399 } else { year + 400 };
        let week = (shifted + shifted / 4 - shifted / 100 + shifted / 400 + MOVES[month - 1] + day) % 7;
        let zone = self.0.rfind(['+', '-']).filter(|at| *at > 10).and_then(|at| self.0.get(at..));
        let zone = zone.map_or_else(|| "+0000".to_owned(), |zone| zone.replace(':', ""));
        let clock = self.0.get(11..19).unwrap_or("00:00:00");
        format!("{}, {day:02} {} {year:04} {clock} {zone}", DAYS[week], MONTHS[month - 1])
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
