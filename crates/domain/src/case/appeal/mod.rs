//! An appeal of the reporter against the close of a case, decided by somebody who did not close it.
//!
//! ```text
//! new -> closed: upheld      the close stands
//!             -> granted     the case is opened again, in the same write
//!             -> withdrawn   taken back by whoever appealed
//!             -> overtaken   the case was opened again without it
//! ```
//! There is one for each close, within 90 days of it. Who closed the case decides only where nobody else could,
//! and then not before a day has passed ([`Party::Alone`]). That the appeal is about a case of ours, and which
//! close it is about, the engine says; the reporter brings words.

mod action;
mod event;
mod machine;
mod state;

pub use action::{Action, ActionName};
pub use event::{Event, What};
pub use machine::{ALONE_AFTER, APPEAL_WITHIN, DECISION, FIRST_ANSWER};
pub use state::{Ended, Stage, State};

use super::{ActionDoc, Audience, CaseType, Clock, Follow, Inputs, Party, Refused, Summary, Terms};
use crate::clock::of_clock;
use crate::{CaseId, Desk, PersonId, Ts};
use serde_json::json;

/// The case type of an appeal.
#[derive(Debug, Clone, Copy)]
pub struct Appeal;

fn named(action: &str) -> Result<ActionName, Refused> {
    action.parse().map_err(|_| Refused::UnknownAction)
}

impl CaseType for Appeal {
    const NAME: &'static str = "appeal";
    const PREFIX: &'static str = "APL";
    const DESK: Desk = Desk::Bounty;
    const COUNTED: bool = false;
    type State = State;
    type Action = Action;
    type Event = Event;

    fn open(input: Inputs, now: Ts) -> Result<Vec<Event>, Refused> {
        machine::open(input, now)
    }

    fn permit(state: &State, action: &str, by: &Party) -> Result<(), Refused> {
        machine::permit(state, named(action)?, by)
    }

    fn parse(action: &str, input: Inputs) -> Result<Action, Refused> {
        Action::parse(named(action)?, input)
    }

    fn act(state: &State, action: Action, by: &Party, now: Ts) -> Result<Vec<Event>, Refused> {
        machine::act(state, action, by, now)
    }

    fn apply(state: Option<State>, event: &Event) -> Result<State, Refused> {
        machine::apply(state, event)
    }

    fn envelope(event: &Event) -> (&'static str, Audience, Ts) {
        (event.what.kind(), event.what.audience(), event.at)
    }

    fn legal(state: &State, by: &Party) -> Vec<ActionDoc> {
        machine::legal(state, by)
    }

    fn clocks(state: &State, terms: &Terms) -> Vec<Clock> {
        machine::clocks(state, terms)
    }

    fn view(state: &State, terms: &Terms) -> Summary {
        let clocks = machine::clocks(state, terms);
        let mut alarms: Vec<_> = clocks.iter().flat_map(of_clock).collect();
        alarms.sort_unstable();
        Summary {
            state: state.word(),
            open: state.is_open(),
            locked: false,
            waiting_since: None,
            severity_claimed: None,
            severity_decided: None,
            close: state.ended().map(Ended::as_str),
            exploited_since: None,
            clocks,
            alarms,
            next: None,
        }
    }

    fn about(state: &State) -> Option<CaseId> {
        Some(state.about)
    }

    fn barred(state: &State) -> Option<PersonId> {
        state.closer()
    }

    fn follows(event: &Event, state: &State) -> Option<Follow> {
        let What::Granted { reason, .. } = &event.what else { return None };
        Some(Follow { case: state.about, action: "reopen", input: json!({ "reason": reason }) })
    }
}

#[cfg(test)]
mod tests;
