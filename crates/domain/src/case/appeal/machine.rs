//! Actions to events, and events to state.

use super::action::{Action, ActionName};
use super::event::{Event, What};
use super::state::{Ended, Stage, State};
use crate::case::{ActionDoc, Clock, ClockName, Ending, Field, FieldKind, Inputs, Party, Refused, Side, Target, Terms};
use crate::{CaseId, Span, Ts};

/// How long after a close one can appeal against it.
pub const APPEAL_WITHIN: Span = Span::from_days(90);
/// How long whoever closed the case waits before they decide themselves, where nobody else could.
pub const ALONE_AFTER: Span = Span::from_days(1);
/// Target of the first answer where no programme promised another.
pub const FIRST_ANSWER: Span = Span::from_days(1);
/// Target of the decision where no programme set another: this much after the first answer at the latest.
pub const DECISION: Span = Span::from_days(6);

/// The first events. What the house says of the close comes as `about` and `ending`, the reporter's words as `text`.
pub(super) fn open(mut input: Inputs, now: Ts) -> Result<Vec<Event>, Refused> {
    let about: CaseId = input.ours("about")?;
    let Ending { number, at: closed_at, by, outcome, first_answer_days } = input.ours("ending")?;
    let text = input.needed_text("text", "Say why you see it differently.")?;
    input.finish()?;
    let until = closed_at.plus(APPEAL_WITHIN);
    if now > until {
        return Err(Refused::TooLate { action: "appeal", until });
    }
    let appealed = What::Appealed { about, number, closed_at, outcome, text, first_answer_days };
    // A close is never later than an appeal against it, even where the clock was set back between.
    Ok(stamp(now.max(closed_at), vec![appealed, What::Barred { by }]))
}

fn stamp(at: Ts, happened: Vec<What>) -> Vec<Event> {
    happened.into_iter().map(|what| Event { at, what }).collect()
}

const fn rule(name: ActionName) -> (Side, &'static str) {
    match name {
        ActionName::Uphold => (Side::Team, "Uphold the close"),
        ActionName::Grant => (Side::Team, "Grant the appeal: reopen"),
        ActionName::Withdraw => (Side::Reporter, "Withdraw appeal"),
        ActionName::FirstResponse => (Side::System, "Record first response"),
        ActionName::Overtake => (Side::System, "End: the case is open again"),
    }
}

fn possible(state: &State, name: ActionName) -> bool {
    state.is_open() && (name != ActionName::FirstResponse || state.responded.is_none())
}

/// Whether this party is whoever closed the case, and not alone in the house.
fn must_leave_it(state: &State, name: ActionName, by: &Party) -> bool {
    let decides = matches!(name, ActionName::Uphold | ActionName::Grant);
    decides && own_deed(state, by) && !matches!(by, Party::Alone(_))
}

/// Whether this party closed the case themselves.
fn own_deed(state: &State, by: &Party) -> bool {
    by.person().is_some() && by.person() == state.closer()
}

pub(super) fn permit(state: &State, name: ActionName, by: &Party) -> Result<(), Refused> {
    if rule(name).0 != by.side() {
        return Err(Refused::Forbidden { action: name.as_str().to_owned() });
    }
    if !possible(state, name) {
        return Err(Refused::Illegal {
            state: state.word(),
            action: name.as_str().to_owned(),
            legal: allowed(state, by).map(ActionName::as_str).collect(),
        });
    }
    if must_leave_it(state, name, by) {
        return Err(Refused::OtherHands { action: name.as_str().to_owned() });
    }
    Ok(())
}

fn allowed(state: &State, by: &Party) -> impl Iterator<Item = ActionName> {
    let fits = move |n: &ActionName| rule(*n).0 == by.side() && possible(state, *n) && !must_leave_it(state, *n, by);
    ActionName::ALL.iter().copied().filter(fits)
}

pub(super) fn legal(state: &State, by: &Party) -> Vec<ActionDoc> {
    let reason = || Field::required("reason", "Reason (the reporter reads it)", FieldKind::LongText);
    let fields = |name| match name {
        ActionName::Uphold | ActionName::Grant => vec![reason()],
        ActionName::Withdraw => vec![Field::optional("reason", "Why you take it back", FieldKind::LongText)],
        ActionName::FirstResponse | ActionName::Overtake => Vec::new(),
    };
    allowed(state, by).map(|n| ActionDoc { name: n.as_str(), label: rule(n).1, fields: fields(n) }).collect()
}

pub(super) fn act(state: &State, action: Action, by: &Party, now: Ts) -> Result<Vec<Event>, Refused> {
    permit(state, action.name(), by)?;
    let at = state.updated.max(now);
    let alone = own_deed(state, by);
    if alone && matches!(action, Action::Uphold { .. } | Action::Grant { .. }) {
        let from = state.received.plus(ALONE_AFTER);
        if at < from {
            return Err(Refused::TooEarly { action: action.name().as_str(), from });
        }
    }
    let happened = match action {
        Action::Uphold { reason } => {
            vec![What::Decided { how: Ended::Upheld, by: *by }, What::Upheld { reason, alone }]
        }
        Action::Grant { reason } => {
            vec![What::Decided { how: Ended::Granted, by: *by }, What::Granted { reason, alone }]
        }
        Action::Withdraw { reason } => vec![What::TakenBack { reason }],
        Action::FirstResponse => vec![What::Responded],
        Action::Overtake => vec![What::Overtaken],
    };
    Ok(stamp(at, happened))
}

/// The state after an event; `None` before the first.
pub(super) fn apply(state: Option<State>, event: &Event) -> Result<State, Refused> {
    let misfit = |before: &str| Refused::Corrupt(format!("{} after {before}", event.what.kind()));
    let Some(mut state) = state else { return begin(event).ok_or_else(|| misfit("no appeal")) };
    if event.at < state.updated {
        return Err(misfit("a later event"));
    }
    state.updated = event.at;
    let end = |how| Stage::Closed { how, at: event.at };
    match (&event.what, state.is_open()) {
        (What::Barred { by }, true) if state.closed_by.is_none() => state.closed_by = Some(*by),
        (What::Decided { by, .. }, true) if state.decided_by.is_none() => state.decided_by = Some(*by),
        (What::Upheld { .. }, true) if state.decided_by.is_some() => state.stage = end(Ended::Upheld),
        (What::Granted { .. }, true) if state.decided_by.is_some() => state.stage = end(Ended::Granted),
        (What::TakenBack { .. }, true) => state.stage = end(Ended::Withdrawn),
        (What::Overtaken, true) => state.stage = end(Ended::Overtaken),
        (What::Responded, true) => {}
        _ => return Err(misfit(state.word())),
    }
    if matches!(event.what, What::Responded | What::Upheld { .. } | What::Granted { .. }) {
        state.responded.get_or_insert(event.at);
    }
    Ok(state)
}

fn begin(event: &Event) -> Option<State> {
    let What::Appealed { about, number, closed_at, first_answer_days, .. } = &event.what else { return None };
    Some(State {
        about: *about,
        number: *number,
        closed_at: *closed_at,
        closed_by: None,
        received: event.at,
        updated: event.at,
        first_answer_days: *first_answer_days,
        responded: None,
        decided_by: None,
        stage: Stage::Open,
    })
}

/// First answer and decision, by the terms of the programme or by what was promised for the report.
pub(super) fn clocks(state: &State, terms: &Terms) -> Vec<Clock> {
    let promised = state.first_answer_days.map(|days| Span::from_days(i64::from(days)));
    let first = promised.unwrap_or(FIRST_ANSWER);
    let ended = state.ended_at();
    let clock = |name, (own, promised): (Span, Option<Span>), done: Option<Ts>| Clock {
        name,
        round: 1,
        started: state.received,
        target: terms.target(name, None).unwrap_or(Target::elapsed(own)),
        promised,
        changes: Vec::new(),
        paused: Vec::new(),
        ended: done.or(ended),
        met: done.is_some(),
    };
    let decided = ended.filter(|_| state.decided_by.is_some());
    vec![
        clock(ClockName::FirstResponse, (first, promised), state.responded),
        clock(ClockName::Triage, (first.plus(DECISION), None), decided),
    ]
}
