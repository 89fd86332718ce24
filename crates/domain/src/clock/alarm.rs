//! When somebody must be told of a case without having looked: a clock that runs out, or news that cannot
//! wait.

use super::{Clock, ClockName};
use crate::Ts;
use crate::words::words;

/// Hundredths of a clock's time after which somebody is told.
const SOON: i64 = 80;

words! {
    "alarm"
    /// Why somebody is told.
    pub enum AlarmKind {
        /// It is exploited by somebody.
        Exploited = "exploited",
        /// It is critical.
        Critical = "critical",
        /// A clock has run out.
        Late = "late",
        /// Four fifths of a clock's time are used up.
        Soon = "soon",
    }
}

impl AlarmKind {
    /// Whether it reaches people in their quiet hours.
    pub const fn is_urgent(self) -> bool {
        matches!(self, Self::Exploited | Self::Critical)
    }
}

/// Something of which somebody is told, from the instant on at which it comes about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Alarm {
    /// From when.
    pub at: Ts,
    /// Why.
    pub kind: AlarmKind,
    /// Which clock, where it is about one.
    pub clock: Option<ClockName>,
    /// Of which round of the case, or the how-manieth time; from 1.
    pub round: u32,
}

/// The alarms of a running clock. A late one needs no warning that came with it.
pub(crate) fn of_clock(clock: &Clock) -> impl Iterator<Item = Alarm> {
    let alarm = |kind, at| Alarm { at, kind, clock: Some(clock.name), round: clock.round };
    let running = clock.ended.is_none();
    let soon = clock.reached(SOON).filter(|_| running).map(|at| alarm(AlarmKind::Soon, at));
    let late = clock.due().filter(|_| running).map(|at| alarm(AlarmKind::Late, at));
    soon.into_iter().chain(late)
}
