//! An appeal by example, and what must hold whatever people do.

use super::{ALONE_AFTER, APPEAL_WITHIN, ActionName, Appeal, Ended, State};
use crate::case::vulnerability::Vulnerability;
use crate::case::{Ending, ErasedCaseType, NewEvent, Party, Refused, Terms};
use crate::testing::START;
use crate::{CaseId, PersonId, Span, Ts, Uuid};
use proptest::prelude::*;
use serde_json::{Value, json};

const fn person(n: u128) -> PersonId {
    PersonId::from_uuid(Uuid::from_u128(n))
}

const CASE: CaseId = CaseId::from_uuid(Uuid::from_u128(12));

fn input(by: Party) -> Value {
    let outcome = "not_applicable".to_owned();
    let ending = Ending { number: 1, at: START, by, outcome, first_answer_days: Some(5) };
    json!({ "about": CASE, "ending": ending, "text": "It is one: look again." })
}

/// An appeal and all that happened to it.
struct Case {
    state: Value,
    events: Vec<NewEvent>,
}

impl Case {
    /// Against a close by person 1, or by the house.
    fn new(by: Party) -> Self {
        let opened = Appeal.open(input(by), START.plus(Span::from_hours(1))).unwrap();
        Self { state: opened.state, events: opened.events }
    }

    fn act(&mut self, action: &str, input: Value, (by, now): (Party, Ts)) -> Result<(), Refused> {
        let acted = Appeal.act(&self.state, action, input, &by, now)?;
        self.state = acted.state;
        self.events.extend(acted.events);
        Ok(())
    }

    fn names(&self, by: &Party) -> Vec<&'static str> {
        Appeal.legal(&self.state, by).iter().map(|doc| doc.name).collect()
    }
}

fn why() -> Value {
    json!({ "reason": "Because." })
}

#[test]
fn who_closed_it_leaves_it_to_somebody_else() {
    let mut case = Case::new(Party::Team(person(1)));
    let (own, other) = (Party::Team(person(1)), Party::Team(person(2)));
    assert!(case.names(&own).is_empty());
    assert_eq!(case.names(&other), ["uphold", "grant"]);
    for action in ["uphold", "grant"] {
        let refused = case.act(action, why(), (own, START.plus(Span::from_days(30)))).unwrap_err();
        assert_eq!(refused, Refused::OtherHands { action: action.to_owned() });
    }
    case.act("grant", why(), (other, START.plus(Span::from_hours(2)))).unwrap();
    let follows = Appeal.follows(&case.events, &case.state).unwrap();
    let [follow] = follows.as_slice() else { panic!("{follows:?}") };
    assert_eq!((follow.case, follow.action, &follow.input), (CASE, "reopen", &why()));
    assert_eq!(Appeal.summary(&case.state, &Terms::default()).close, Some("granted"));
}

#[test]
fn alone_in_the_house_one_decides_a_day_later_and_it_is_said() {
    let mut case = Case::new(Party::Team(person(1)));
    let alone = Party::Alone(person(1));
    let received = START.plus(Span::from_hours(1));
    let refused = case.act("uphold", why(), (alone, received.plus(Span::from_hours(23)))).unwrap_err();
    assert_eq!(refused, Refused::TooEarly { action: "uphold", from: received.plus(ALONE_AFTER) });
    case.act("uphold", why(), (alone, received.plus(ALONE_AFTER))).unwrap();
    assert_eq!(case.events.last().unwrap().data["alone"], true);
    assert!(Appeal.follows(&case.events, &case.state).unwrap().is_empty());
    // Of somebody who did not close it, "alone" says nothing.
    let mut other = Case::new(Party::System);
    other.act("uphold", why(), (alone, received)).unwrap();
    assert_eq!(other.events.last().unwrap().data["alone"], false);
}

#[test]
fn there_are_ninety_days() {
    let last = START.plus(APPEAL_WITHIN);
    assert!(Appeal.open(input(Party::System), last).is_ok());
    let late = Appeal.open(input(Party::System), last.plus(Span::from_micros(1))).unwrap_err();
    assert_eq!(late, Refused::TooLate { action: "appeal", until: last });
    assert!(Appeal.open(json!({ "about": CASE, "text": "x" }), START).is_err());
    let mut silent = input(Party::System);
    silent["text"] = json!(" ");
    assert!(matches!(Appeal.open(silent, START), Err(Refused::Invalid { field, .. }) if field == "text"));
}

#[test]
fn clocks_keep_the_promise_of_the_report() {
    let mut case = Case::new(Party::System);
    let summary = Appeal.summary(&case.state, &Terms::default());
    assert_eq!(summary.due(), Some(START.plus(Span::from_hours(1)).plus(Span::from_days(5))));
    case.act("first-response", json!({}), (Party::System, START.plus(Span::from_hours(3)))).unwrap();
    let summary = Appeal.summary(&case.state, &Terms::default());
    assert_eq!(summary.due(), Some(START.plus(Span::from_hours(1)).plus(Span::from_days(11))));
    case.act("withdraw", json!({}), (Party::Reporter, START.plus(Span::from_hours(4)))).unwrap();
    let summary = Appeal.summary(&case.state, &Terms::default());
    assert_eq!((summary.due(), summary.close, summary.alarms.len()), (None, Some("withdrawn"), 0));
}

#[test]
fn a_case_says_against_what_one_can_appeal() {
    let report = json!({"title": "T", "summary": "S", "source": "form"});
    let opened = Vulnerability.open(report, START).unwrap();
    assert_eq!(Vulnerability.ending(&opened.state), None);
    let own = Vulnerability.act(&opened.state, "withdraw", json!({}), &Party::Reporter, START).unwrap();
    assert_eq!(Vulnerability.ending(&own.state), None, "nobody appeals against their own word");
    let close = json!({"outcome": "spam", "reason": "Because."});
    let by = Party::Team(person(1));
    let closed = Vulnerability.act(&opened.state, "close", close, &by, START).unwrap();
    let ending = Vulnerability.ending(&closed.state).unwrap();
    assert_eq!((ending.number, ending.by, ending.outcome.as_str()), (1, by, "spam"));
}

const PARTIES: [Party; 7] = [
    Party::Team(person(1)),
    Party::Team(person(2)),
    Party::Alone(person(1)),
    Party::Alone(person(2)),
    Party::Reporter,
    Party::System,
    Party::Team(person(3)),
];

fn typed(case: &Case) -> State {
    serde_json::from_value(case.state.clone()).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn walks(
        closed_by in proptest::sample::select(&PARTIES[..]),
        tries in proptest::collection::vec(
            (proptest::sample::select(ActionName::ALL), proptest::sample::select(&PARTIES[..]), -5_i64..40), 1..12),
    ) {
        let mut case = Case::new(closed_by);
        let mut now = START.plus(Span::from_hours(1));
        for (action, by, hours) in tries {
            now = now.plus(Span::from_hours(hours));
            let offered = case.names(&by);
            let input = if matches!(action, ActionName::Uphold | ActionName::Grant) { why() } else { json!({}) };
            let before = (case.state.clone(), case.events.len());
            match case.act(action.as_str(), input, (by, now)) {
                Ok(()) => prop_assert!(offered.contains(&action.as_str())),
                Err(Refused::TooEarly { from, .. }) => {
                    prop_assert!(offered.contains(&action.as_str()) && now < from);
                    prop_assert!(matches!(by, Party::Alone(_)));
                }
                Err(_) => prop_assert!(!offered.contains(&action.as_str())),
            }
            if case.events.len() == before.1 {
                prop_assert_eq!(&case.state, &before.0);
            }
            let folded = case.events.iter().try_fold(Value::Null, |state, event| Appeal.apply(state, &event.data));
            prop_assert_eq!(folded.as_ref(), Ok(&case.state));
            prop_assert!(case.events.windows(2).all(|two| two[0].at <= two[1].at));
            let state = typed(&case);
            let summary = Appeal.summary(&case.state, &Terms::default());
            prop_assert_eq!(summary.open, summary.close.is_none());
            prop_assert_eq!(summary.clocks.iter().all(|clock| clock.ended.is_some()), !summary.open);
            // Never by who closed it, but alone, a day later, and said.
            if let Some(by) = state.decided_by {
                let own = by.person() == state.closer();
                prop_assert_eq!(case.events.last().unwrap().data["alone"] == json!(true), own);
                if own {
                    prop_assert!(matches!(by, Party::Alone(_)));
                    prop_assert!(state.ended_at().unwrap() >= state.received.plus(ALONE_AFTER));
                }
            }
            let granted = state.ended() == Some(Ended::Granted);
            prop_assert_eq!(Appeal.follows(&case.events, &case.state).unwrap().len(), usize::from(granted));
            for event in &case.events {
                let text = event.data.to_string();
                prop_assert!(event.audience == crate::case::Audience::Team || !text.contains("\"team\""));
            }
        }
    }

    #[test]
    fn any_json_is_refused_or_taken_without_a_panic(text in "\\PC{0,40}", number: i64, name in "[a-z_]{1,8}") {
        let mut odd = input(Party::Reporter);
        odd[&name] = json!(text);
        let _ = Appeal.open(odd, Ts::from_micros(number));
        let case = Case::new(Party::System);
        for wrong in [json!(text), json!(number), json!({ &name: text }), json!({ "reason": [text] })] {
            let _ = Appeal.act(&case.state, "uphold", wrong.clone(), &Party::Team(person(2)), Ts::from_micros(number));
            let _ = Appeal.apply(case.state.clone(), &wrong);
        }
    }
}
