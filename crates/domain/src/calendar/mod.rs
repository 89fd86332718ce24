//! Business calendars, duty rosters and quiet hours: when people work, as pure computation.
//!
//! A calendar is a week of working hours in a time zone, less its holidays. Whether an instant counts
//! follows from the time on the wall there, so that a stretch that crosses a change of the clocks is as
//! long as it really was. The time zone database is built in: a due date does not depend on the machine.

mod business;
mod date;
mod duty;
mod quiet;
mod stretch;
mod table;
#[cfg(test)]
pub(crate) mod tests;
mod week;
mod zone;

pub use date::Date;
pub use duty::{Absence, Duty, Rotation, Shift};
pub use quiet::Quiet;
pub use stretch::{Stretch, TimeOfDay};
pub use week::{Week, Weekday};
pub use zone::Zone;

use crate::Span;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;
use table::Table;

/// Most holidays a calendar may have: forty years of ten.
pub const HOLIDAYS_MAX: usize = 400;
/// Longest name of a calendar or a holiday, in characters.
pub const NAME_MAX: usize = 100;

/// What cannot be read or cannot be; the words are for whoever typed it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct CalendarError(pub String);

/// What was typed, as a message repeats it: cut to what fits on a line.
fn shown(typed: &str) -> String {
    const MOST: usize = 40;
    let typed = typed.trim();
    let cut: String = typed.chars().take(MOST).collect();
    if cut.len() < typed.len() { format!("“{cut}…”") } else { format!("“{cut}”") }
}

impl CalendarError {
    pub(crate) fn new(words: impl Into<String>) -> Self {
        Self(words.into())
    }
}

/// Working hours of a week in a time zone, less holidays. Always has working hours in some week to come.
/// Cheap to clone.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(try_from = "Plan", into = "Plan")]
pub struct Calendar {
    plan: Arc<Plan>,
    table: Arc<Table>,
}

/// A calendar as it is written down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// Where the hours are on the wall.
    pub zone: Zone,
    /// The hours.
    pub week: Week,
    /// Days on which nobody works, with what they are called; the name may be empty.
    #[serde(default)]
    pub holidays: BTreeMap<Date, String>,
}

impl Plan {
    /// Refuses too many holidays and names that are too long.
    pub fn check_holidays(&self) -> Result<(), CalendarError> {
        if self.holidays.len() > HOLIDAYS_MAX {
            return Err(CalendarError::new(format!("Use at most {HOLIDAYS_MAX} holidays: leave out those long past.")));
        }
        if self.holidays.values().any(|name| name.chars().count() > NAME_MAX) {
            return Err(CalendarError::new(format!("Name a holiday in at most {NAME_MAX} characters.")));
        }
        Ok(())
    }
}

impl TryFrom<Plan> for Calendar {
    type Error = CalendarError;

    fn try_from(plan: Plan) -> Result<Self, CalendarError> {
        if plan.week.open_days() == 0 {
            return Err(CalendarError::new("Give at least one day working hours."));
        }
        plan.check_holidays()?;
        let table = Table::of(&plan);
        Ok(Self { plan: Arc::new(plan), table: Arc::new(table) })
    }
}

impl From<Calendar> for Plan {
    fn from(calendar: Calendar) -> Self {
        Arc::unwrap_or_clone(calendar.plan)
    }
}

impl PartialEq for Calendar {
    fn eq(&self, other: &Self) -> bool {
        self.plan == other.plan
    }
}

impl Eq for Calendar {}

impl Calendar {
    /// What it was made from.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Its time zone.
    pub fn zone(&self) -> &Zone {
        &self.plan.zone
    }

    /// Working time of a week without holidays.
    pub fn weekly(&self) -> Span {
        Span::from_micros(self.table.week_total())
    }

    /// A working day: the mean of the days that have working hours.
    pub fn working_day(&self) -> Span {
        let days = i64::try_from(self.plan.week.open_days()).unwrap_or(7).max(1);
        Span::from_micros(self.table.week_total() / days)
    }
}
