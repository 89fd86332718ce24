//! What of the record is wanted, and where a page of it begins.

use domain::{CaseId, PersonId, Ts};
use std::fmt;
use std::str::FromStr;
use uuid::Uuid;

const DAY: i64 = 86_400_000_000;
/// Ids are made within seconds of the instant beside them; this is far more.
const SLACK: i64 = 3_600_000_000;

/// Every filter; all that are set must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Whose act.
    pub person: Option<PersonId>,
    /// About which case.
    pub case: Option<CaseId>,
    /// Which kind: a word of reads or of events.
    pub kind: Option<String>,
    /// Not before this day, in UTC.
    pub from: Option<Day>,
    /// Not after this day.
    pub until: Option<Day>,
    /// The batches of reads too, among the events of the house.
    pub batches: bool,
}

/// A day in UTC, by its first microsecond.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Day(i64);

impl Day {
    /// From `2026-11-22`, as a date field sends it.
    pub fn parse(text: &str) -> Option<Self> {
        let digits =
            text.bytes().enumerate().all(|(n, b)| if n == 4 || n == 7 { b == b'-' } else { b.is_ascii_digit() });
        let mut parts = text.splitn(3, '-').map(str::parse::<i64>);
        let (Some(Ok(year)), Some(Ok(month)), Some(Ok(day))) = (parts.next(), parts.next(), parts.next()) else {
            return None;
        };
        let fits = (1970..=9999).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day);
        (text.len() == 10 && digits && fits).then(|| Self(days_since_1970(year, month, day) * DAY))
    }

    /// First microsecond, and the first of the day after.
    fn bounds(self) -> (i64, i64) {
        (self.0, self.0 + DAY)
    }
}

impl Filter {
    /// The first instant that is wanted, and the first that is not any more.
    pub(super) fn instants(&self) -> (Option<i64>, Option<i64>) {
        (self.from.map(|day| day.bounds().0), self.until.map(|day| day.bounds().1))
    }

    /// Ids between which those instants lie.
    pub(super) fn ids(&self) -> (Option<Uuid>, Option<Uuid>) {
        let (from, until) = self.instants();
        (from.map(|at| id_at(at.saturating_sub(SLACK))), until.map(|at| id_at(at + SLACK)))
    }
}

/// Days from 1970-01-01 in the Gregorian calendar; March begins the year, so that the leap day ends it.
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let month = (month + 9) % 12;
    let before = 365 * year + year / 4 - year / 100 + year / 400;
    before + (153 * month + 2) / 5 + day - 1 - 719_468
}

/// The least id of this instant: version 7 ids begin with their time in milliseconds.
fn id_at(micros: i64) -> Uuid {
    let millis = u128::try_from(micros / 1000).unwrap_or(0);
    Uuid::from_u128(millis << 80)
}

/// The place a page begins after: an instant and an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Before {
    /// When.
    pub at: Ts,
    /// Which row.
    pub id: Uuid,
}

impl fmt::Display for Before {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.at.micros(), self.id.simple())
    }
}

/// A text that is no place of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a place of this record")]
pub struct PlaceError;

impl FromStr for Before {
    type Err = PlaceError;

    fn from_str(text: &str) -> Result<Self, PlaceError> {
        let (at, id) = text.split_once('.').ok_or(PlaceError)?;
        let at = at.parse::<i64>().map_err(|_| PlaceError)?;
        Ok(Self { at: Ts::from_micros(at), id: Uuid::try_parse(id).map_err(|_| PlaceError)? })
    }
}

#[cfg(test)]
mod tests {
    use super::{Before, Day};
    use domain::Ts;
    use uuid::Uuid;

    #[test]
    fn days_are_those_of_the_calendar() {
        for (text, first) in [
            ("1970-01-01", "1970-01-01T00:00:00.000000Z"),
            ("2024-02-29", "2024-02-29T00:00:00.000000Z"),
            ("2026-11-22", "2026-11-22T00:00:00.000000Z"),
            ("2100-03-01", "2100-03-01T00:00:00.000000Z"),
        ] {
            let (from, to) = Day::parse(text).unwrap().bounds();
            assert_eq!(Ts::from_micros(from).to_string(), first);
            assert_eq!(to - from, 86_400_000_000);
        }
        for odd in ["", "2026-13-01", "2026-11-32", "22.11.2026", "2026-1-1", "+026-11-22", "2026-11-22T"] {
            assert_eq!(Day::parse(odd), None, "{odd}");
        }
    }

    #[test]
    fn places_come_back() {
        let place = Before { at: Ts::from_micros(17), id: Uuid::from_u128(9) };
        assert_eq!(place.to_string().parse(), Ok(place));
        assert!("17".parse::<Before>().is_err());
    }
}
