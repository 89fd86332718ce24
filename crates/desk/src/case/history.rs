//! What each fact of a case was before: who changed it, when, from what to what. Read from the events, so it says no
//! more than they do.

use crate::engine::Loaded;
use crate::people::Names;
use crate::words;
use db::event::Record;
use domain::{PersonId, Severity, Ts};
use web::layout::{Moment, SeverityBars};

/// Kinds of event that change a fact.
pub(super) const KINDS: &[&str] = &[
    "triaged",
    "accepted",
    "fix_claimed",
    "retest_started",
    "retest_failed",
    "retest_passed",
    "closed",
    "reopened",
    "close_taken_back",
    "severity_decided",
    "exploited",
    "not_exploited",
    "assigned",
    "restricted",
    "opened_up",
    "shares_set",
    "hold_set",
    "hold_lifted",
    "locked",
    "unlocked",
    "reward_settled",
    "management_stepped",
    "linked_issue_added",
    "linked_issue_removed",
];

/// What a fact is called in the API.
pub(super) const FIELDS: &[&str] = &[
    "state",
    "outcome",
    "severity",
    "owner",
    "exploited",
    "access",
    "shares",
    "hold",
    "lock",
    "reward",
    "linked_issue",
];

/// What a fact was or became.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    /// In words of ours, or those of the event.
    Words(String),
    /// Somebody of the house.
    Person(PersonId),
    /// Nothing.
    Nothing,
}

/// One change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Change {
    /// One of [`FIELDS`].
    pub(super) field: &'static str,
    /// Place of the event in the case.
    pub(super) seq: i64,
    pub(super) at: Ts,
    /// `team`, `reporter` or `system`.
    pub(super) party: String,
    pub(super) by: Option<PersonId>,
    pub(super) from: Value,
    pub(super) to: Value,
}

/// Every change, oldest first. `facts` are the events of [`KINDS`], in order.
pub(super) fn changes(case: &Loaded, facts: &[Record]) -> Vec<Change> {
    let claimed = case.summary().severity_claimed.map(severity_words);
    let mut now: Vec<(&'static str, Value)> = vec![
        ("state", words("New")),
        ("severity", claimed.map_or(Value::Nothing, |claimed| words(&format!("{claimed}, as claimed")))),
        ("access", words("whoever has the right")),
        ("shares", words("the reporter alone")),
    ];
    let mut changes = Vec::new();
    for record in facts {
        for (field, to) in of(record, &changes) {
            let known = now.iter().position(|(name, _)| *name == field);
            let from = known.map_or(Value::Nothing, |at| now.swap_remove(at).1);
            now.push((field, to.clone()));
            if from != to {
                let by = record.actor.map(PersonId::from_uuid);
                let (seq, at, party) = (record.seq, record.at, record.party.clone());
                changes.push(Change { field, seq, at, party, by, from, to });
            }
        }
    }
    changes
}

fn words(text: &str) -> Value {
    Value::Words(text.to_owned())
}

fn severity_words(severity: Severity) -> &'static str {
    SeverityBars::from(Some(severity)).word
}

/// What an event makes of which fact, after these changes.
fn of(record: &Record, before: &[Change]) -> Vec<(&'static str, Value)> {
    let data = &record.data;
    let text = |name: &str| data[name].as_str().unwrap_or_default();
    let state = |word: &str| vec![("state", words(word))];
    match record.kind.as_str() {
        "triaged" => state("Valid"),
        "accepted" | "retest_failed" => state("Accepted"),
        "fix_claimed" | "retest_passed" => state("Fixed"),
        "retest_started" => state("Retest"),
        "closed" => {
            let outcome = words::outcome_words(words::outcome_of(data));
            vec![("state", words("Closed")), ("outcome", words(outcome))]
        }
        "reopened" => vec![("state", words("Open again")), ("outcome", Value::Nothing)],
        "close_taken_back" => {
            let state = before.iter().rfind(|change| change.field == "state").map(|close| close.from.clone());
            vec![("state", state.unwrap_or(Value::Nothing)), ("outcome", Value::Nothing)]
        }
        "severity_decided" => {
            let decided = text("severity").parse().ok().map(severity_words);
            vec![("severity", words(decided.unwrap_or_default()))]
        }
        "exploited" => vec![("exploited", words("yes"))],
        "not_exploited" => vec![("exploited", words("no"))],
        "assigned" => vec![("owner", text("person").parse().map_or(Value::Nothing, Value::Person))],
        "restricted" => {
            let people = data["people"].as_array().map_or(0, Vec::len);
            let people = if people == 1 { "1 named person".to_owned() } else { format!("{people} named people") };
            vec![("access", Value::Words(people))]
        }
        "opened_up" => vec![("access", words("whoever has the right"))],
        "shares_set" => vec![("shares", Value::Words(words::shares(data).in_words("the reporter")))],
        "hold_set" => vec![("hold", words("on hold"))],
        "hold_lifted" => vec![("hold", Value::Nothing)],
        "locked" => vec![("lock", words("locked"))],
        "unlocked" => vec![("lock", Value::Nothing)],
        "reward_settled" => vec![("reward", words(if text("reward") == "paid" { "paid" } else { "none" }))],
        "linked_issue_added" => vec![("linked_issue", words(text("url")))],
        "linked_issue_removed" => vec![("linked_issue", Value::Nothing)],
        _ => Vec::new(),
    }
}

/// One change in words.
pub(super) struct Line {
    field: &'static str,
    pub(super) seq: i64,
    pub(super) at: Moment,
    pub(super) who: String,
    pub(super) from: String,
    pub(super) to: String,
}

/// The changes as the page shows them.
pub(super) struct History(Vec<Line>);

/// Changes of one fact that its list shows.
const SHOWN: usize = 8;

impl History {
    pub(super) fn new(changes: Vec<Change>, names: &Names) -> Self {
        let said = |value: Value| match value {
            Value::Words(text) => text,
            Value::Person(id) => names.known(id).to_owned(),
            Value::Nothing => "nothing".to_owned(),
        };
        let line = |change: Change| Line {
            field: change.field,
            seq: change.seq,
            at: change.at.into(),
            who: match (change.by, change.party.as_str()) {
                (Some(id), _) => names.known(id).to_owned(),
                (None, "reporter") => "the reporter".to_owned(),
                (None, _) => "the house".to_owned(),
            },
            from: said(change.from),
            to: said(change.to),
        };
        Self(changes.into_iter().map(line).collect())
    }

    /// The newest changes of one fact, the newest first.
    pub(super) fn of(&self, field: &str) -> Vec<&Line> {
        self.0.iter().rev().filter(|line| line.field == field).take(SHOWN).collect()
    }

    /// What a fact is after its last change.
    pub(super) fn now(&self, field: &str) -> &str {
        self.0.iter().rev().find(|line| line.field == field).map_or("", |line| line.to.as_str())
    }

    /// `changed 2 times`, or nothing.
    pub(super) fn count(&self, field: &str) -> String {
        match self.0.iter().filter(|line| line.field == field).count() {
            0 => String::new(),
            1 => "changed once".to_owned(),
            n => format!("changed {n} times"),
        }
    }
}
