//! What a row of events says of the facts.

use super::{Value, changes_from};
use db::event::{OF_KINDS_MAX, Record};
use domain::testing::START;
use domain::{Ambient, Severity};
use serde_json::{Value as Json, json};

fn records(events: &[(&str, Json)]) -> Vec<Record> {
    let ambient = Ambient::fixed(1);
    let record = |(at, (kind, data)): (usize, &(&str, Json))| Record {
        id: ambient.id(),
        seq: i64::try_from(at).unwrap() + 1,
        kind: (*kind).to_owned(),
        audience: "team".to_owned(),
        party: "team".to_owned(),
        actor: None,
        at: START,
        data: data.clone(),
        index: None,
    };
    events.iter().enumerate().map(record).collect()
}

/// `field: from -> to` of each change.
fn said(events: &[(&str, Json)]) -> Vec<String> {
    let word = |value: Value| match value {
        Value::Words(text) => text,
        other => format!("{other:?}"),
    };
    let changes = changes_from(Some(Severity::High), &records(events));
    changes.into_iter().map(|c| format!("{}: {} -> {}", c.field, word(c.from), word(c.to))).collect()
}

#[test]
fn each_linked_issue_comes_and_goes_by_itself() {
    let (a, b) = (json!({ "url": "https://a.example/1" }), json!({ "url": "https://b.example/2" }));
    let events = [
        ("linked_issue_added", a.clone()),
        ("linked_issue_added", b.clone()),
        ("linked_issue_removed", a),
        ("linked_issue_removed", b),
    ];
    let expected = [
        "linked_issue: Nothing -> https://a.example/1",
        "linked_issue: Nothing -> https://b.example/2",
        "linked_issue: https://a.example/1 -> Nothing",
        "linked_issue: https://b.example/2 -> Nothing",
    ];
    assert_eq!(said(&events), expected);
}

#[test]
fn other_names_on_a_restricted_case_are_a_change_and_the_same_names_are_none() {
    let named = |people: &[&str]| ("restricted", json!({ "people": people }));
    let events = [
        named(&["ines", "tomas"]),
        named(&["ines", "mallory"]),
        named(&["mallory", "ines"]),
        named(&["ines"]),
        ("opened_up", json!({ "people": [] })),
        named(&["ines"]),
    ];
    let expected = [
        "access: whoever has the right -> 2 named people",
        "access: 2 named people -> 2 named people, others than before",
        "access: 2 named people -> 1 named person",
        "access: 1 named person -> whoever has the right",
        "access: whoever has the right -> 1 named person",
    ];
    assert_eq!(said(&events), expected);
}

#[test]
fn an_appeal_ends_as_it_was_decided() {
    for (kind, outcome) in [
        ("upheld", "Close upheld"),
        ("granted", "Appeal granted"),
        ("taken_back", "Withdrawn"),
        ("overtaken", "Overtaken"),
    ] {
        let expected = ["state: New -> Closed".to_owned(), format!("outcome: Nothing -> {outcome}")];
        assert_eq!(said(&[(kind, json!({}))]), expected);
    }
}

#[test]
fn behind_older_events_nothing_is_said_of_what_was_before() {
    let most = usize::try_from(OF_KINDS_MAX).unwrap();
    let mut events = vec![("hold_set", json!({})); most - 1];
    events.push(("triaged", json!({})));
    assert_eq!(said(&events), ["hold: Unread -> on hold", "state: Unread -> Valid"]);
    assert_eq!(said(&events[1..]), ["hold: Nothing -> on hold", "state: New -> Valid"]);
}
