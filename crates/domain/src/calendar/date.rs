//! A day of a calendar, written `2026-12-25`.

use super::{CalendarError, shown};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

/// A day between 1900 and 2199.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(jiff::civil::Date);

const MICROS_A_DAY: i64 = 86_400_000_000;

impl Date {
    /// Microseconds of wall time from 1970-01-01 to its midnight.
    pub(super) fn start(self) -> i64 {
        let epoch = jiff::civil::Date::constant(1970, 1, 1);
        i64::from(epoch.until(self.0).map_or(0, |span| span.get_days())) * MICROS_A_DAY
    }

    /// The day in which this many microseconds of wall time since 1970 lie.
    pub(super) fn of_wall(wall: i64) -> Self {
        let days = wall.div_euclid(MICROS_A_DAY);
        let epoch = jiff::civil::Date::constant(1970, 1, 1);
        let day = jiff::Span::new().try_days(days).ok().and_then(|span| epoch.checked_add(span).ok());
        Self(day.unwrap_or(epoch))
    }

    /// The day so many days later, or earlier when negative.
    #[must_use]
    pub fn plus_days(self, days: i64) -> Self {
        Self::of_wall(self.start().saturating_add(days.saturating_mul(MICROS_A_DAY)))
    }

    /// Whole days from `earlier` to this one; negative when it is before.
    pub fn days_since(self, earlier: Self) -> i64 {
        (self.start() - earlier.start()) / MICROS_A_DAY
    }

    /// `Friday`.
    pub fn weekday(self) -> super::Weekday {
        let from_monday = usize::try_from(self.0.weekday().to_monday_zero_offset()).unwrap_or(0);
        super::Weekday::ALL[from_monday]
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl FromStr for Date {
    type Err = CalendarError;

    fn from_str(text: &str) -> Result<Self, CalendarError> {
        let wrong = || CalendarError::new(format!("{} is no day. Write year, month and day: 2026-12-25.", shown(text)));
        let plain = text.len() == 10 && text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
        let day: jiff::civil::Date = text.parse().ok().filter(|_| plain).ok_or_else(wrong)?;
        if !(1900..2200).contains(&day.year()) {
            return Err(CalendarError::new("Use a day between 1900 and 2199."));
        }
        Ok(Self(day))
    }
}

impl Serialize for Date {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from)?.parse().map_err(serde::de::Error::custom)
    }
}
