//! Quiet hours: when somebody wants no mail that can wait.

use super::{CalendarError, TimeOfDay, Weekday, Zone};
use crate::Ts;
use serde::{Deserialize, Serialize};

/// From one time of the day to another, past midnight when the end is not after the start, and perhaps the
/// whole weekend.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quiet {
    /// Where the person is.
    pub zone: Zone,
    /// Start each day.
    pub from: TimeOfDay,
    /// End; on the next day when it is not after the start.
    pub until: TimeOfDay,
    /// Saturday and Sunday are quiet all day.
    #[serde(default)]
    pub weekend: bool,
}

/// Longest quiet time that is looked through: a weekend with its nights.
const STEPS: usize = 8;

impl Quiet {
    /// Refuses hours that would never end.
    pub fn check(&self) -> Result<(), CalendarError> {
        let all_day = self.from == TimeOfDay::MIDNIGHT && self.until == TimeOfDay::END;
        if self.from == self.until || all_day {
            return Err(CalendarError::new("Leave some time of the day that is not quiet."));
        }
        Ok(())
    }

    /// The first instant from `at` on that is not quiet.
    pub fn over(&self, at: Ts) -> Ts {
        let mut at = at;
        for _ in 0..STEPS {
            match self.end(at) {
                Some(end) if end > at => at = end,
                _ => break,
            }
        }
        at
    }

    /// The end of the stretch in which `at` lies, if it is quiet then.
    fn end(&self, at: Ts) -> Option<Ts> {
        let (day, minutes) = self.zone.wall(at);
        if self.weekend && matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) {
            return Some(self.zone.next(at, day.plus_days(1), TimeOfDay::MIDNIGHT));
        }
        let (from, until) = (self.from.minutes(), self.until.minutes());
        if from < until {
            return (from..until).contains(&minutes).then(|| self.zone.next(at, day, self.until));
        }
        if minutes >= from {
            return Some(self.zone.next(at, day.plus_days(1), self.until));
        }
        (minutes < until).then(|| self.zone.next(at, day, self.until))
    }
}
