//! Periods, and their weeks or months. Days begin at midnight UTC: a figure must not depend on who looks.

use crate::Ts;
use crate::calendar::{Date, TimeOfDay, Zone};
use crate::words::words;

/// Most weeks or months of a period: a line each.
const BUCKETS_MAX: usize = 160;

/// From one instant up to, but without, another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// The first instant of it.
    pub from: Ts,
    /// The first after it.
    pub until: Ts,
}

words! {
    "step"
    /// What a period is cut into.
    pub enum Step {
        /// Weeks that begin on Monday.
        Week = "week",
        /// Months of the calendar.
        Month = "month",
    }
}

/// A week or month, or the part of it that lies in the period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bucket {
    /// Its first day, or that of the period.
    pub first: Date,
    /// The instant at which that begins.
    pub from: Ts,
}

impl Period {
    /// From the beginning of one day to the end of another, UTC; empty when that is earlier.
    pub fn of_days(first: Date, last: Date) -> Self {
        Self { from: midnight(first), until: midnight(last.plus_days(1)) }
    }

    /// Whether an instant lies in it.
    pub fn has(&self, at: Ts) -> bool {
        self.from <= at && at < self.until
    }

    /// Its weeks or months in order: at most 160, the last of which then takes what is left.
    pub fn buckets(&self, step: Step) -> Vec<Bucket> {
        let mut buckets = Vec::new();
        let (mut day, _) = Zone::utc().wall(self.from);
        while midnight(day) < self.until && buckets.len() < BUCKETS_MAX {
            buckets.push(Bucket { first: day, from: midnight(day) });
            day = next(day, step);
        }
        buckets
    }
}

/// The day on which the week or month after this day begins.
fn next(day: Date, step: Step) -> Date {
    let begins = |day: &Date| match step {
        Step::Week => day.weekday().from_monday() == 0,
        Step::Month => day.to_string().ends_with("-01"),
    };
    (1..=31).map(|days| day.plus_days(days)).find(begins).unwrap_or_else(|| day.plus_days(31))
}

fn midnight(day: Date) -> Ts {
    Zone::utc().instant(day, TimeOfDay::MIDNIGHT)
}
