//! Time zones by their names in the IANA database, which is built in.

use super::{CalendarError, Date, TimeOfDay, shown};
use crate::Ts;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

/// A time zone such as `Europe/Berlin`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Zone(TimeZone);

/// Instants outside are taken as the nearest end: 1900-01-01 and 2200-01-01 UTC.
const FIRST: i64 = -2_208_988_800_000_000;
const LAST: i64 = 7_258_118_400_000_000;

/// A time without a change of the clocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Segment {
    /// Start, inclusive, in microseconds since 1970 UTC.
    pub(super) from: i64,
    /// End, exclusive.
    pub(super) until: i64,
    /// What the wall shows is this much later than UTC.
    pub(super) offset: i64,
}

impl Zone {
    /// Coordinated universal time.
    pub fn utc() -> Self {
        Self(TimeZone::UTC)
    }

    /// Its name: `Europe/Berlin`.
    pub fn name(&self) -> &str {
        self.0.iana_name().unwrap_or("UTC")
    }

    /// Every name, in order.
    pub fn names() -> Vec<String> {
        jiff::tz::db().available().map(|name| name.to_string()).collect()
    }

    /// Day and time on the wall, cut to minutes.
    pub fn wall(&self, at: Ts) -> (Date, u16) {
        let wall = self.wall_micros(at);
        let minutes = wall.rem_euclid(86_400_000_000) / 60_000_000;
        (Date::of_wall(wall), u16::try_from(minutes).unwrap_or(0))
    }

    /// The instant at which the wall shows this. What the clocks skip is taken as late as they skip, and of
    /// what they show twice the first is taken.
    pub fn instant(&self, day: Date, time: TimeOfDay) -> Ts {
        self.shown(day, time, i64::MIN)
    }

    /// The same after an instant: of what the clocks show twice the second is taken when the first has passed.
    pub(super) fn next(&self, after: Ts, day: Date, time: TimeOfDay) -> Ts {
        self.shown(day, time, after.micros())
    }

    fn shown(&self, day: Date, time: TimeOfDay, after: i64) -> Ts {
        let wall = day.start() + time.micros();
        let around = self.segments(wall - 2 * 86_400_000_000, wall + 2 * 86_400_000_000);
        let mut last = wall;
        for segment in around {
            let at = wall - segment.offset;
            if at < segment.from {
                // Skipped: between the segment before and this one.
                return Ts::from_micros(last);
            }
            if at < segment.until && at > after {
                return Ts::from_micros(at);
            }
            last = at;
        }
        Ts::from_micros(last)
    }

    pub(super) fn wall_micros(&self, at: Ts) -> i64 {
        let at = clamp(at.micros());
        at + self.offset(at)
    }

    fn offset(&self, at: i64) -> i64 {
        i64::from(self.0.to_offset(stamp(at)).seconds()) * 1_000_000
    }

    /// The time from `from` to `until` in parts without a change of the clocks, in order.
    pub(super) fn segments(&self, from: i64, until: i64) -> impl Iterator<Item = Segment> {
        let (mut at, until) = (clamp(from), clamp(until));
        let mut changes = self.0.following(stamp(at));
        std::iter::from_fn(move || {
            if at >= until {
                return None;
            }
            let offset = self.offset(at);
            let next = changes.next().map_or(until, |change| change.timestamp().as_microsecond());
            let segment = Segment { from: at, until: next.min(until), offset };
            at = segment.until;
            Some(segment)
        })
    }
}

pub(super) fn clamp(at: i64) -> i64 {
    at.clamp(FIRST, LAST)
}

/// The end of what is computed with.
pub(super) const fn last() -> i64 {
    LAST
}

fn stamp(at: i64) -> Timestamp {
    Timestamp::from_microsecond(clamp(at)).unwrap_or(Timestamp::UNIX_EPOCH)
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Zone {
    type Err = CalendarError;

    fn from_str(text: &str) -> Result<Self, CalendarError> {
        let text = text.trim();
        if let Ok(zone) = TimeZone::get(text)
            && zone.iana_name().is_some()
        {
            return Ok(Self(zone));
        }
        let typed = text.to_lowercase().replace(' ', "_");
        let near = Self::names().into_iter().find(|name| {
            let name = name.to_lowercase();
            !typed.is_empty() && name.rsplit('/').next().is_some_and(|city| city == typed)
        });
        let hint =
            near.map_or("Write continent and city: Europe/Berlin.".to_owned(), |name| format!("Did you mean {name}?"));
        Err(CalendarError::new(format!("{} is no time zone that we know. {hint}", shown(text))))
    }
}

impl Serialize for Zone {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for Zone {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from)?.parse().map_err(serde::de::Error::custom)
    }
}
