//! What one round of one case comes to: when its clocks ended, how long they took, when they were due.

use crate::case::{Allowance, Clock, ClockName, ErasedCaseType, Measure, Terms, Unit};
use crate::clock::AMOUNT_MAX;
use crate::{Span, Ts};
use serde_json::Value;

/// One clock of a round.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Reading {
    /// When its time is up, under the targets in force: none without a target, and while it stands still.
    pub due: Option<Ts>,
    /// When it ended, whether by what it waited for or because the case went away.
    pub ended: Option<Ts>,
    /// Time from start to end without the pauses; only of a clock that ended by what it waited for.
    pub took: Option<Span>,
    /// The part of that which was working time of the programme's calendar; none without a calendar.
    pub worked: Option<Span>,
}

/// One round of a case. A reopening adds one, and the old ones stay as they were.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RoundFacts {
    /// From 1.
    pub round: u32,
    /// When it began.
    pub opened: Ts,
    /// When it ended.
    pub closed: Option<Ts>,
    /// When the report was found valid, other than by closing it.
    pub valid: Option<Ts>,
    /// By [`ClockName`], in the order of its values. The first response has one only in the first round.
    pub readings: [Reading; 4],
}

impl RoundFacts {
    /// The reading of this clock.
    pub const fn reading(&self, clock: ClockName) -> &Reading {
        &self.readings[clock as usize]
    }

    /// Whether it ended in a way that earns nothing, which takes back that the report was valid: it never was found
    /// so, or the clock of its reward went away with the close.
    pub(super) fn is_moot(&self) -> bool {
        let reward = self.reading(ClockName::Bounty);
        let went = reward.took.is_none() && reward.ended == self.closed;
        self.closed.is_some() && (self.valid.is_none() || went)
    }
}

/// The rounds of a case in order, under the terms of its programme.
pub fn of_case(machine: &dyn ErasedCaseType, state: &Value, terms: &Terms) -> Vec<RoundFacts> {
    let set = machine.summary(state, terms).clocks;
    let measured = machine.summary(state, &measuring(terms)).clocks;
    of_clocks(&measured, &set, terms)
}

/// The same from clocks: `measured` are those whose time counts, `set` those whose targets do.
pub fn of_clocks(measured: &[Clock], set: &[Clock], terms: &Terms) -> Vec<RoundFacts> {
    let working = terms.calendar.clone().map(Measure::Working);
    let mut rounds: Vec<RoundFacts> = Vec::new();
    for clock in measured {
        let place = rounds.iter().position(|facts| facts.round == clock.round).unwrap_or(rounds.len());
        if place == rounds.len() {
            let readings = [Reading::default(); 4];
            rounds.push(RoundFacts { round: clock.round, opened: clock.started, closed: None, valid: None, readings });
        }
        let Some(facts) = rounds.get_mut(place) else { continue };
        match clock.name {
            ClockName::Bounty => facts.valid = Some(clock.started),
            ClockName::Resolution => facts.closed = clock.ended,
            ClockName::FirstResponse | ClockName::Triage => {}
        }
        let due = set.iter().find(|own| own.name == clock.name && own.round == clock.round).and_then(Clock::due);
        facts.readings[clock.name as usize] = reading(clock, due, working.as_ref());
    }
    rounds
}

fn reading(clock: &Clock, due: Option<Ts>, working: Option<&Measure>) -> Reading {
    let met = clock.ended.filter(|_| clock.met);
    Reading {
        due,
        ended: clock.ended,
        took: met.map(|at| clock.used_in(&Measure::Elapsed, at)),
        worked: met.zip(working).map(|(at, measure)| clock.used_in(measure, at)),
    }
}

/// The same terms with a target for the reward, which has a clock only where a programme sets one: how long it
/// took is worth knowing without.
fn measuring(terms: &Terms) -> Terms {
    let mut measuring = terms.clone();
    if !measuring.any.contains_key(&ClockName::Bounty) {
        measuring.set(ClockName::Bounty, None, Allowance { amount: AMOUNT_MAX, unit: Unit::Days });
    }
    measuring
}
