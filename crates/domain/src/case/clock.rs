//! Clocks: promises with a time on them, as data.
//!
//! A clock holds when it started, how long it has, and when it stood still. When it is due follows
//! from that; nothing ticks.

use crate::{Span, Ts};
use serde::{Deserialize, Serialize};

/// A stretch in which clocks stand still.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pause {
    /// Start, inclusive.
    pub from: Ts,
    /// End, exclusive; none while it lasts.
    pub until: Option<Ts>,
}

/// One promise about one case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Clock {
    /// `first-response`, `triage` or `resolution` for a vulnerability.
    pub name: &'static str,
    /// Which round of the case, from 1; every reopening begins another.
    pub round: u32,
    /// When it began to run.
    pub started: Ts,
    /// How long it has, pauses not counted.
    pub target: Span,
    /// When it stood still, in order and apart from each other, within its own running time.
    pub paused: Vec<Pause>,
    /// When it ended, whether in time or not.
    pub ended: Option<Ts>,
    /// Whether it ended by what it was waiting for, and not because the case went away.
    pub met: bool,
}

impl Clock {
    /// When time is up. None while it is paused with time left.
    pub fn due(&self) -> Option<Ts> {
        let mut due = self.started.plus(self.target);
        for pause in &self.paused {
            // A pause that begins in the very moment the time is up still comes in time.
            if pause.from > due {
                break;
            }
            due = due.plus(pause.until?.since(pause.from));
        }
        Some(due)
    }

    /// Time used until `now` or its end, pauses not counted.
    pub fn used(&self, now: Ts) -> Span {
        let end = self.ended.unwrap_or(now);
        let paused = self.paused.iter().fold(Span::ZERO, |sum, p| {
            let until = p.until.unwrap_or(end).min(end);
            sum.plus(until.since(p.from).max(Span::ZERO))
        });
        end.since(self.started).minus(paused)
    }

    /// Whether it took, or has taken, longer than its target.
    pub fn is_late(&self, now: Ts) -> bool {
        self.used(now) > self.target
    }

    /// Whether it stands still at present.
    pub fn is_paused(&self) -> bool {
        self.ended.is_none() && self.paused.last().is_some_and(|p| p.until.is_none())
    }
}

#[cfg(test)]
mod tests {
    use super::{Clock, Pause};
    use crate::{Span, Ts};

    fn at(day: i64) -> Ts {
        Ts::from_micros(0).plus(Span::from_days(day))
    }

    fn clock(paused: Vec<Pause>) -> Clock {
        let (name, target) = ("triage", Span::from_days(2));
        Clock { name, round: 1, started: at(0), target, paused, ended: None, met: false }
    }

    #[test]
    fn pauses_push_the_due_time() {
        assert_eq!(clock(vec![]).due(), Some(at(2)));
        let once = clock(vec![Pause { from: at(1), until: Some(at(5)) }]);
        assert_eq!(once.due(), Some(at(6)));
        assert_eq!(once.used(at(6)), Span::from_days(2));
        assert!(!once.is_late(at(6)) && once.is_late(at(7)));
    }

    #[test]
    fn a_pause_that_begins_when_the_time_is_up_still_counts() {
        let just = clock(vec![Pause { from: at(2), until: Some(at(3)) }]);
        assert_eq!(just.due(), Some(at(3)));
        assert!(!just.is_late(at(3)) && just.is_late(at(4)));
        assert_eq!(clock(vec![Pause { from: at(2), until: None }]).due(), None);
    }

    #[test]
    fn a_pause_that_lasts_leaves_no_due_time_unless_it_was_late_before() {
        let waiting = clock(vec![Pause { from: at(1), until: None }]);
        assert_eq!(waiting.due(), None);
        assert!(waiting.is_paused() && !waiting.is_late(at(99)));
        let late = clock(vec![Pause { from: at(3), until: None }]);
        assert_eq!(late.due(), Some(at(2)));
        assert!(late.is_late(at(4)));
    }

    #[test]
    fn an_ended_clock_stands() {
        let mut done = clock(vec![]);
        done.ended = Some(at(1));
        assert_eq!(done.used(at(50)), Span::from_days(1));
        assert!(!done.is_late(at(50)));
    }
}
