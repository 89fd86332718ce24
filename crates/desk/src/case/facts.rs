//! The facts beside a case: state, severity, owner, due, product and who has read it, in that order.

use crate::clock::words::{ClockLine, line};
use crate::engine::Loaded;
use crate::people::Colleague;
use crate::words;
use domain::case::{Clock, Summary};
use domain::{Permission, PersonId, Ts};
use std::collections::BTreeSet;
use web::layout::{Moment, SeverityBars, StateChip};

/// What follows from the machine's summary.
pub(super) struct Facts {
    pub(super) chip: StateChip,
    pub(super) severity: SeverityBars,
    /// What the reporter said, when we see it differently.
    pub(super) said: &'static str,
    /// The clock that is due first.
    pub(super) due: Option<ClockLine>,
    /// Every clock of the present round.
    pub(super) clocks: Vec<ClockLine>,
    /// Those of rounds before.
    pub(super) earlier: Vec<ClockLine>,
    /// Since when we know that somebody exploits it.
    pub(super) exploited: Option<Moment>,
}

impl Facts {
    pub(super) fn of(summary: &Summary, now: Ts) -> Self {
        let round = summary.clocks.iter().map(|c| c.round).max().unwrap_or(1);
        let present = || summary.clocks.iter().filter(|c| c.round == round);
        let first =
            present().filter(|c| c.ended.is_none()).min_by_key(|c| c.due().unwrap_or(Ts::from_micros(i64::MAX)));
        Self {
            chip: words::chip(summary.state, summary.waiting_since.is_some(), summary.close),
            severity: SeverityBars::from(summary.severity_decided.or(summary.severity_claimed)),
            said: said(summary),
            due: first.map(|clock| line(clock, now)),
            clocks: present().map(|clock| line(clock, now)).collect(),
            earlier: summary
                .clocks
                .iter()
                .filter(|clock| clock.round != round)
                .map(|clock| earlier(clock, now))
                .collect(),
            exploited: summary.exploited_since.map(Moment::from),
        }
    }
}

fn said(summary: &Summary) -> &'static str {
    match (summary.severity_decided, summary.severity_claimed) {
        (Some(ours), Some(theirs)) if ours != theirs => SeverityBars::from(Some(theirs)).word,
        _ => "",
    }
}

fn earlier(clock: &Clock, now: Ts) -> ClockLine {
    let shown = line(clock, now);
    ClockLine { name: format!("{}, round {}", shown.name, clock.round), ..shown }
}

/// How many of those who can see the case have opened it, the one who looks now among them: their read
/// is written down within a second, and they have it before their eyes.
pub(super) fn read_by(
    case: &Loaded,
    colleagues: &[Colleague],
    (mut readers, viewer): (BTreeSet<PersonId>, PersonId),
) -> String {
    readers.insert(viewer);
    let people: Vec<PersonId> =
        colleagues.iter().filter(|c| c.may(Permission::ReadCases, &case.facts)).map(|c| c.id).collect();
    let read = people.iter().filter(|id| readers.contains(id)).count();
    if people.len() <= 1 { "you, the only one who can".to_owned() } else { format!("{read} of {}", people.len()) }
}
