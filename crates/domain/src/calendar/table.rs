//! A plan made ready for computing: how much working time there was up to any moment on the wall.
//!
//! Weeks are multiplied, not walked, and holidays are sums that were made beforehand: a look-up costs the
//! same whether a year or an hour lies between.

use super::{Plan, Weekday};

const DAY: i64 = 86_400_000_000;
const WEEK: i64 = 7 * DAY;
/// 1970-01-01 was a Thursday: a week began three days before.
const TO_MONDAY: i64 = 3 * DAY;

/// All in microseconds of wall time.
#[derive(Debug, Clone)]
pub(super) struct Table {
    /// Start and end within the week, and the working time of the week before the start.
    stretches: Vec<(i64, i64, i64)>,
    total: i64,
    /// Midnight of each holiday in order, and what those before it take away.
    holidays: Vec<(i64, i64)>,
}

impl Table {
    pub(super) fn of(plan: &Plan) -> Self {
        let mut stretches = Vec::new();
        let mut total = 0;
        for (place, day) in (0_i64..).zip(Weekday::ALL) {
            for stretch in plan.week.on(*day) {
                let (from, until) = (place * DAY + stretch.from.micros(), place * DAY + stretch.until.micros());
                stretches.push((from, until, total));
                total += until - from;
            }
        }
        let mut table = Self { stretches, total, holidays: Vec::new() };
        let mut taken = 0;
        let mut holidays = Vec::with_capacity(plan.holidays.len());
        for day in plan.holidays.keys() {
            let start = day.start();
            holidays.push((start, taken));
            taken += table.planned(start + DAY) - table.planned(start);
        }
        table.holidays = holidays;
        table
    }

    /// Working time of a week without holidays.
    pub(super) const fn week_total(&self) -> i64 {
        self.total
    }

    /// Working time from a fixed moment long ago to `wall`. Only differences mean something.
    pub(super) fn worked(&self, wall: i64) -> i64 {
        self.planned(wall) - self.free(wall)
    }

    /// The same without regard to holidays.
    fn planned(&self, wall: i64) -> i64 {
        let since = wall + TO_MONDAY;
        let (weeks, within) = (since.div_euclid(WEEK), since.rem_euclid(WEEK));
        let begun = self.stretches.partition_point(|(from, ..)| *from <= within);
        let part = match begun.checked_sub(1).and_then(|last| self.stretches.get(last)) {
            Some((from, until, before)) => before + within.min(*until) - from,
            None => 0,
        };
        weeks * self.total + part
    }

    /// What holidays take away up to `wall`.
    fn free(&self, wall: i64) -> i64 {
        let begun = self.holidays.partition_point(|(start, _)| *start <= wall);
        match begun.checked_sub(1).and_then(|last| self.holidays.get(last)) {
            Some((start, before)) => before + self.planned(wall.min(start + DAY)) - self.planned(*start),
            None => 0,
        }
    }
}
