//! What each fact of a case was before: who changed it, when, from what to what. Read from the events, so it says no
//! more than they do.

use crate::engine::Loaded;
use crate::people::Names;
use crate::words;
use db::event::{OF_KINDS_MAX, Record};
use domain::{PersonId, Severity, Ts};
use std::collections::BTreeSet;
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
    "upheld",
    "granted",
    "taken_back",
    "overtaken",
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
    /// What it was is older than the events that are read.
    Unread,
}

/// What an event does to a fact.
enum Became {
    /// It is this now.
    Is(Value),
    /// Only these people may know of the case now.
    Named(BTreeSet<String>),
    /// One of several things it has came to it.
    Added(String),
    /// One of them left it.
    Removed(String),
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

/// Whether there may be older events of these kinds than those that were read.
pub(super) fn is_cut(facts: &[Record]) -> bool {
    i64::try_from(facts.len()).is_ok_and(|count| count >= OF_KINDS_MAX)
}

/// Every change, oldest first. `facts` are the events of [`KINDS`], in order.
pub(super) fn changes(case: &Loaded, facts: &[Record]) -> Vec<Change> {
    changes_from(case.summary().severity_claimed, facts)
}

fn changes_from(claimed: Option<Severity>, facts: &[Record]) -> Vec<Change> {
    let mut known = if is_cut(facts) { Known::unread() } else { Known::at_first(claimed) };
    let mut changes = Vec::new();
    for record in facts {
        for (field, became) in of(record, &changes) {
            if let Some((from, to)) = known.take(field, became) {
                let by = record.actor.map(PersonId::from_uuid);
                let (seq, at, party) = (record.seq, record.at, record.party.clone());
                changes.push(Change { field, seq, at, party, by, from, to });
            }
        }
    }
    changes
}

/// What the facts are after some events.
struct Known {
    facts: Vec<(&'static str, Value)>,
    /// What a fact is of which nothing was read yet.
    before: Value,
    /// Who may know of a restricted case.
    named: BTreeSet<String>,
}

impl Known {
    /// Of a case that just came.
    fn at_first(claimed: Option<Severity>) -> Self {
        let claimed = claimed.map(severity_words);
        let facts = vec![
            ("state", words("New")),
            ("severity", claimed.map_or(Value::Nothing, |claimed| words(&format!("{claimed}, as claimed")))),
            ("access", words("whoever has the right")),
            ("shares", words("the reporter alone")),
        ];
        Self { facts, before: Value::Nothing, named: BTreeSet::new() }
    }

    /// Of a case whose first events are not read.
    fn unread() -> Self {
        Self { facts: Vec::new(), before: Value::Unread, named: BTreeSet::new() }
    }

    /// Takes over what became of a fact; gives what it was and is, if that is a change.
    fn take(&mut self, field: &'static str, became: Became) -> Option<(Value, Value)> {
        match became {
            Became::Added(one) => Some((Value::Nothing, Value::Words(one))),
            Became::Removed(one) => Some((Value::Words(one), Value::Nothing)),
            Became::Is(to) => {
                if field == "access" {
                    self.named.clear();
                }
                let from = self.put(field, to.clone());
                (from != to).then_some((from, to))
            }
            Became::Named(people) => {
                let to = named_words(people.len());
                let same = self.named == people;
                self.named = people;
                let from = self.put(field, words(&to));
                if from != words(&to) {
                    Some((from, Value::Words(to)))
                } else if same {
                    None
                } else {
                    Some((from, Value::Words(format!("{to}, others than before"))))
                }
            }
        }
    }

    /// Keeps what a fact is now; gives what it was.
    fn put(&mut self, field: &'static str, to: Value) -> Value {
        let there = self.facts.iter().position(|(name, _)| *name == field);
        let from = there.map_or_else(|| self.before.clone(), |at| self.facts.swap_remove(at).1);
        self.facts.push((field, to));
        from
    }
}

fn named_words(people: usize) -> String {
    if people == 1 { "1 named person".to_owned() } else { format!("{people} named people") }
}

fn words(text: &str) -> Value {
    Value::Words(text.to_owned())
}

fn severity_words(severity: Severity) -> &'static str {
    SeverityBars::from(Some(severity)).word
}

/// What an event does to which fact, after these changes.
fn of(record: &Record, before: &[Change]) -> Vec<(&'static str, Became)> {
    let data = &record.data;
    let text = |name: &str| data[name].as_str().unwrap_or_default();
    let is = |field: &'static str, value: Value| vec![(field, Became::Is(value))];
    let state = |word: &str| is("state", words(word));
    let ended = |outcome: &str| {
        vec![("state", Became::Is(words("Closed"))), ("outcome", Became::Is(words(words::outcome_words(outcome))))]
    };
    match record.kind.as_str() {
        "triaged" => state("Valid"),
        "accepted" | "retest_failed" => state("Accepted"),
        "fix_claimed" | "retest_passed" => state("Fixed"),
        "retest_started" => state("Retest"),
        "closed" => ended(words::outcome_of(data)),
        "taken_back" => ended("withdrawn"),
        how @ ("upheld" | "granted" | "overtaken") => ended(how),
        "reopened" => {
            vec![("state", Became::Is(words("Open again"))), ("outcome", Became::Is(Value::Nothing))]
        }
        "close_taken_back" => {
            let state = before.iter().rfind(|change| change.field == "state").map(|close| close.from.clone());
            vec![("state", Became::Is(state.unwrap_or(Value::Nothing))), ("outcome", Became::Is(Value::Nothing))]
        }
        "severity_decided" => {
            let decided = text("severity").parse().ok().map(severity_words);
            is("severity", words(decided.unwrap_or_default()))
        }
        "exploited" => is("exploited", words("yes")),
        "not_exploited" => is("exploited", words("no")),
        "assigned" => is("owner", text("person").parse().map_or(Value::Nothing, Value::Person)),
        "restricted" => {
            let people = data["people"].as_array().into_iter().flatten().filter_map(|id| id.as_str());
            vec![("access", Became::Named(people.map(str::to_owned).collect()))]
        }
        "opened_up" => is("access", words("whoever has the right")),
        "shares_set" => is("shares", Value::Words(words::shares(data).in_words("the reporter"))),
        "hold_set" => is("hold", words("on hold")),
        "hold_lifted" => is("hold", Value::Nothing),
        "locked" => is("lock", words("locked")),
        "unlocked" => is("lock", Value::Nothing),
        "reward_settled" => is("reward", words(if text("reward") == "paid" { "paid" } else { "none" })),
        "linked_issue_added" => vec![("linked_issue", Became::Added(text("url").to_owned()))],
        "linked_issue_removed" => vec![("linked_issue", Became::Removed(text("url").to_owned()))],
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
pub(super) struct History {
    /// The page of the case, where each event has its place.
    pub(super) href: String,
    lines: Vec<Line>,
}

/// Changes of one fact that its list shows.
const SHOWN: usize = 8;

impl History {
    pub(super) fn new(href: &str, changes: Vec<Change>, names: &Names) -> Self {
        let said = |value: Value| match value {
            Value::Words(text) => text,
            Value::Person(id) => names.known(id).to_owned(),
            Value::Nothing => "nothing".to_owned(),
            Value::Unread => "something earlier".to_owned(),
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
        Self { href: href.to_owned(), lines: changes.into_iter().map(line).collect() }
    }

    /// The newest changes of one fact, the newest first.
    pub(super) fn of(&self, field: &str) -> Vec<&Line> {
        self.lines.iter().rev().filter(|line| line.field == field).take(SHOWN).collect()
    }

    /// What a fact is after its last change.
    pub(super) fn now(&self, field: &str) -> &str {
        self.lines.iter().rev().find(|line| line.field == field).map_or("", |line| line.to.as_str())
    }

    /// `changed 2 times`, or nothing.
    pub(super) fn count(&self, field: &str) -> String {
        match self.lines.iter().filter(|line| line.field == field).count() {
            0 => String::new(),
            1 => "changed once".to_owned(),
            n => format!("changed {n} times"),
        }
    }
}

#[cfg(test)]
mod tests;
