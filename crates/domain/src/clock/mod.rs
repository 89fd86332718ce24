//! Clocks: promises with a time on them, as data.
//!
//! A clock holds when it started, how long it has, in which kind of time, and when it stood still. When it
//! is due follows from that; nothing ticks.

mod alarm;
mod terms;
#[cfg(test)]
mod tests;

pub(crate) use alarm::of_clock;
pub use alarm::{Alarm, AlarmKind};
pub use terms::{AMOUNT_MAX, Allowance, Terms, Unit};

use crate::calendar::Calendar;
use crate::words::words;
use crate::{Severity, Span, Ts};
use serde::{Deserialize, Serialize};

words! {
    "clock"
    /// The clocks of a case. Definitions are those that platforms publish for their response targets.
    pub enum ClockName {
        /// From the report to the first thing that somebody of the team says or does to the reporter's eyes.
        FirstResponse = "first-response",
        /// From the report to the judgement whether it is valid.
        Triage = "triage",
        /// From that judgement to the payment of the reward.
        Bounty = "bounty",
        /// From the report to its close.
        Resolution = "resolution",
    }
}

/// A stretch in which clocks stand still.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pause {
    /// Start, inclusive.
    pub from: Ts,
    /// End, exclusive; none while it lasts.
    pub until: Option<Ts>,
}

/// Which time a clock counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Measure {
    /// All of it.
    Elapsed,
    /// The working time of a calendar.
    Working(Calendar),
}

/// How long something may take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// So much time.
    pub span: Span,
    /// Of this kind.
    pub measure: Measure,
}

/// A target that came into force while the clock ran, because the severity changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// When.
    pub at: Ts,
    /// The severity from then on.
    pub severity: Severity,
    /// The target that it brought, from the start of the clock.
    pub target: Target,
}

/// One promise about one case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clock {
    /// What it is about.
    pub name: ClockName,
    /// Which round of the case, from 1; every reopening begins another.
    pub round: u32,
    /// When it began to run.
    pub started: Ts,
    /// How long it has, pauses not counted: the target of the severity it ended with, or has now.
    pub target: Target,
    /// What the reporter was told, in elapsed time: it is due no later, whatever the target says.
    pub promised: Option<Span>,
    /// Targets that came into force after its start, in order.
    pub changes: Vec<Change>,
    /// When it stood still, in order and apart from each other, within its own running time.
    pub paused: Vec<Pause>,
    /// When it ended, whether in time or not.
    pub ended: Option<Ts>,
    /// Whether it ended by what it was waiting for, and not because the case went away.
    pub met: bool,
}

impl Measure {
    /// Time of this kind between two instants; none when the second is earlier.
    pub fn between(&self, from: Ts, until: Ts) -> Span {
        match self {
            Self::Elapsed => until.since(from).max(Span::ZERO),
            Self::Working(calendar) => calendar.between(from, until),
        }
    }

    /// The first instant by which so much of it has passed; none beyond the years that are computed with.
    fn after(&self, from: Ts, span: Span) -> Option<Ts> {
        match self {
            Self::Elapsed => Some(from.plus(span)),
            Self::Working(calendar) => calendar.after(from, span),
        }
    }
}

impl Target {
    /// So much elapsed time.
    pub const fn elapsed(span: Span) -> Self {
        Self { span, measure: Measure::Elapsed }
    }
}

impl Clock {
    /// When time is up. None while it is paused with time left.
    pub fn due(&self) -> Option<Ts> {
        self.reached(100)
    }

    /// When so many hundredths of its time are used up. None while it is paused before that.
    pub fn reached(&self, percent: i64) -> Option<Ts> {
        let (by_target, by_promise) = self.both(percent);
        by_target.into_iter().chain(by_promise).min()
    }

    fn both(&self, percent: i64) -> (Option<Ts>, Option<Ts>) {
        let part = |span: Span| Span::from_micros(span.micros().saturating_mul(percent) / 100);
        let by_target = self.after(part(self.target.span), &self.target.measure);
        let by_promise = self.promised.and_then(|span| self.after(part(span), &Measure::Elapsed));
        (by_target, by_promise)
    }

    /// The kind of time in which it is due: elapsed time where what the reporter was told comes before the target.
    pub fn binding(&self) -> &Measure {
        static ELAPSED: Measure = Measure::Elapsed;
        match self.both(100) {
            (by_target, Some(by_promise)) if by_target.is_none_or(|at| by_promise < at) => &ELAPSED,
            _ => &self.target.measure,
        }
    }

    /// The first instant by which the clock ran for so long.
    fn after(&self, span: Span, measure: &Measure) -> Option<Ts> {
        let (mut from, mut left) = (self.started, span);
        for pause in &self.paused {
            let there = measure.between(from, pause.from);
            // A pause that begins in the very moment the time is up still comes in time.
            if there >= left
                && let Some(at) = measure.after(from, left)
                && at < pause.from
            {
                return Some(at);
            }
            left = left.minus(there);
            from = pause.until?;
        }
        measure.after(from, left)
    }

    /// Time of its kind that was used until `now` or its end, pauses not counted.
    pub fn used(&self, now: Ts) -> Span {
        self.used_in(&self.target.measure, now)
    }

    /// The same in time of another kind: what took three working days may have taken five in all.
    pub fn used_in(&self, measure: &Measure, now: Ts) -> Span {
        let end = self.ended.unwrap_or(now);
        let mut from = self.started;
        let mut used = Span::ZERO;
        for pause in &self.paused {
            used = used.plus(measure.between(from, pause.from.min(end)));
            from = pause.until.unwrap_or(end).min(end);
        }
        used.plus(measure.between(from, end))
    }

    /// How long it stood still until `now` or its end.
    pub fn stood(&self, now: Ts) -> Span {
        let end = self.ended.unwrap_or(now);
        let stood = |pause: &Pause| pause.until.unwrap_or(end).min(end).since(pause.from).max(Span::ZERO);
        self.paused.iter().fold(Span::ZERO, |sum, pause| sum.plus(stood(pause)))
    }

    /// Time that is left at `now`, of the kind in which it is due; negative when it is late.
    pub fn left(&self, now: Ts) -> Span {
        match self.due() {
            Some(due) if due < now => Span::ZERO.minus(self.binding().between(due, now)),
            Some(due) => self.binding().between(now, due),
            None => self.target.span.minus(self.used(now)),
        }
    }

    /// Whether it was due before it ended, or before `now`.
    pub fn is_late(&self, now: Ts) -> bool {
        self.due().is_some_and(|due| due < self.ended.unwrap_or(now))
    }

    /// Whether it stands still at present.
    pub fn is_paused(&self) -> bool {
        self.ended.is_none() && self.paused.last().is_some_and(|p| p.until.is_none())
    }
}
