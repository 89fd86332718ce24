//! Times on the wall and stretches between two of them.

use super::{CalendarError, shown};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

/// Minutes since midnight on the wall, 0 to 1440; the last is midnight at the end of the day, `24:00`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TimeOfDay(u16);

const MINUTES_A_DAY: u16 = 1_440;

impl TimeOfDay {
    /// Midnight at the beginning of a day.
    pub const MIDNIGHT: Self = Self(0);
    /// Midnight at the end of a day.
    pub const END: Self = Self(MINUTES_A_DAY);

    /// Minutes since midnight.
    pub const fn minutes(self) -> u16 {
        self.0
    }

    pub(super) const fn micros(self) -> i64 {
        self.0 as i64 * 60_000_000
    }
}

impl fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

impl FromStr for TimeOfDay {
    type Err = CalendarError;

    /// `9:00`, `09:00`, up to `24:00`.
    fn from_str(text: &str) -> Result<Self, CalendarError> {
        let wrong =
            || CalendarError::new(format!("{} is no time of day. Write hours and minutes: 09:30.", shown(text)));
        let (hours, minutes) = text.trim().split_once(':').ok_or_else(wrong)?;
        let digits = |part: &str, most: usize| {
            let plain = (1..=most).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
            part.parse::<u16>().ok().filter(|_| plain)
        };
        let (hours, minutes) =
            digits(hours, 2).zip(digits(minutes, 2).filter(|_| minutes.len() == 2)).ok_or_else(wrong)?;
        let all = hours * 60 + minutes;
        if minutes > 59 || all > MINUTES_A_DAY {
            return Err(wrong());
        }
        Ok(Self(all))
    }
}

impl Serialize for TimeOfDay {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for TimeOfDay {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from)?.parse().map_err(serde::de::Error::custom)
    }
}

/// A stretch of one day, the first minute in it, the last not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Stretch {
    /// Start.
    pub from: TimeOfDay,
    /// End, later on the same day.
    pub until: TimeOfDay,
}

impl FromStr for Stretch {
    type Err = CalendarError;

    /// `09:00-12:30`. A dash of any length will do.
    fn from_str(text: &str) -> Result<Self, CalendarError> {
        let (from, until) = text
            .split_once(['-', '\u{2013}', '\u{2014}'])
            .ok_or_else(|| CalendarError::new(format!("{} has no end. Write 09:00-17:00.", shown(text))))?;
        let (from, until): (TimeOfDay, TimeOfDay) = (from.parse()?, until.parse()?);
        if from < until {
            return Ok(Self { from, until });
        }
        if until == TimeOfDay::MIDNIGHT {
            return Err(CalendarError::new(format!("Write midnight at the end of the day as 24:00: {from}-24:00.")));
        }
        Err(CalendarError::new(format!(
            "{from}-{until} ends before it begins. Hours past midnight belong to the next day: write {from}-24:00 here \
             and 00:00-{until} on the day after."
        )))
    }
}

impl fmt::Display for Stretch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.from, self.until)
    }
}
