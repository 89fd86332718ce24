//! Working hours by weekday.

use super::{CalendarError, Stretch};
use crate::words::words;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

words! {
    "weekday"
    /// A day of the week.
    pub enum Weekday {
        /// First of the week.
        Monday = "monday",
        /// Second.
        Tuesday = "tuesday",
        /// Third.
        Wednesday = "wednesday",
        /// Fourth.
        Thursday = "thursday",
        /// Fifth.
        Friday = "friday",
        /// Sixth.
        Saturday = "saturday",
        /// Seventh.
        Sunday = "sunday",
    }
}

impl Weekday {
    /// `Monday`.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Monday => "Monday",
            Self::Tuesday => "Tuesday",
            Self::Wednesday => "Wednesday",
            Self::Thursday => "Thursday",
            Self::Friday => "Friday",
            Self::Saturday => "Saturday",
            Self::Sunday => "Sunday",
        }
    }

    /// 0 for Monday to 6.
    pub const fn from_monday(self) -> usize {
        self as usize
    }
}

/// Most stretches of one day.
const STRETCHES_MAX: usize = 8;

/// The stretches of each weekday, in order and apart. JSON: `{"monday": "09:00-12:30, 13:30-17:00"}`;
/// days that are left out have none.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(try_from = "BTreeMap<Weekday, String>", into = "BTreeMap<Weekday, String>")]
pub struct Week([Vec<Stretch>; 7]);

impl Week {
    /// The stretches of a day.
    pub fn on(&self, day: Weekday) -> &[Stretch] {
        &self.0[day.from_monday()]
    }

    /// Reads the hours of a day as they are typed: `09:00-12:30, 13:30-17:00`, or nothing.
    pub fn set(&mut self, day: Weekday, typed: &str) -> Result<(), CalendarError> {
        let parts = typed.split([',', ';', '\n']).map(str::trim).filter(|part| !part.is_empty());
        let mut stretches = parts.map(str::parse::<Stretch>).collect::<Result<Vec<_>, _>>()?;
        stretches.sort_unstable();
        if stretches.len() > STRETCHES_MAX {
            return Err(CalendarError::new(format!("Use at most {STRETCHES_MAX} stretches a day.")));
        }
        let mut pairs = stretches.iter().zip(stretches.iter().skip(1));
        if let Some((first, second)) = pairs.find(|(first, second)| first.until > second.from) {
            return Err(CalendarError::new(format!("{first} and {second} overlap.")));
        }
        self.0[day.from_monday()] = stretches;
        Ok(())
    }

    /// The hours of a day as they are typed.
    pub fn typed(&self, day: Weekday) -> String {
        self.on(day).iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
    }

    /// Days that have any.
    pub fn open_days(&self) -> usize {
        self.0.iter().filter(|day| !day.is_empty()).count()
    }
}

impl TryFrom<BTreeMap<Weekday, String>> for Week {
    type Error = CalendarError;

    fn try_from(days: BTreeMap<Weekday, String>) -> Result<Self, CalendarError> {
        let mut week = Self::default();
        for (day, typed) in days {
            let named = |error: CalendarError| CalendarError::new(format!("{}: {error}", day.label()));
            week.set(day, &typed).map_err(named)?;
        }
        Ok(week)
    }
}

impl From<Week> for BTreeMap<Weekday, String> {
    fn from(week: Week) -> Self {
        let days = Weekday::ALL.iter().filter(|day| !week.on(**day).is_empty());
        days.map(|day| (*day, week.typed(*day))).collect()
    }
}
