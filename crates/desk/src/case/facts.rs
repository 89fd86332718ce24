//! The facts beside a case: state, severity, owner, due, product and who has read it, in that order.

use crate::engine::Loaded;
use crate::inbox::pages::due_words;
use crate::people::Colleague;
use crate::words;
use domain::case::{Clock, Summary};
use domain::{Permission, PersonId, Ts};
use std::collections::BTreeSet;
use web::layout::{SeverityBars, StateChip, span_words};

/// A clock in words.
pub(super) struct ClockLine {
    pub(super) name: &'static str,
    pub(super) words: String,
    pub(super) late: bool,
}

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
        }
    }
}

fn said(summary: &Summary) -> &'static str {
    match (summary.severity_decided, summary.severity_claimed) {
        (Some(ours), Some(theirs)) if ours != theirs => SeverityBars::from(Some(theirs)).word,
        _ => "",
    }
}

fn line(clock: &Clock, now: Ts) -> ClockLine {
    let late = clock.is_late(now);
    let words = match (clock.ended, clock.is_paused()) {
        (Some(_), _) if !clock.met => "no longer needed".to_owned(),
        (Some(_), _) => format!("done in {}{}", span_words(clock.used(now)), if late { ", late" } else { "" }),
        (None, true) => "stands still".to_owned(),
        (None, false) => due_words(clock.due(), now),
    };
    ClockLine { name: words::clock(clock.name), words, late }
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
