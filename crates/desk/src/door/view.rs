//! What a reporter reads: the state in plain words, what happens next and by when, and the conversation.

use crate::words::{outcome_of, outcome_words};
use db::event::Record;
use domain::case::{Audience, Summary};
use domain::{ReporterText, Span, Ts};
use web::layout::{Entry, day};

/// A case waits this long for an answer before it closes by itself.
const WAITS: Span = Span::from_days(30);

/// State and outlook.
pub struct Conversation {
    /// Where it stands, in a sentence.
    pub state: String,
    /// What happens next and by when.
    pub next: String,
    /// What was said and done, oldest first.
    pub entries: Vec<Entry>,
}

/// The reporter's side of a case. `house` is what we call ourselves.
pub fn conversation(summary: &Summary, records: &[Record], house: &str, now: Ts) -> Conversation {
    let outside = records.iter().filter(|r| is_outside(r));
    Conversation {
        state: state(summary),
        next: next(summary, now),
        entries: outside.flat_map(|record| entries(record, house)).collect(),
    }
}

/// Whether the reporter may read the event. What is not known to be for them is not.
fn is_outside(record: &Record) -> bool {
    matches!(record.audience.parse::<Audience>(), Ok(Audience::Reporter | Audience::Public))
}

fn state(summary: &Summary) -> String {
    if summary.waiting_since.is_some() {
        return "We asked you something and wait for your answer.".to_owned();
    }
    match (summary.state, summary.close) {
        ("new", _) => "We have your report. Nobody has judged it yet.".to_owned(),
        ("triaged", _) => "We checked your report: it is valid.".to_owned(),
        ("accepted", _) => "We accepted your report and work on it.".to_owned(),
        ("fixed", _) => "We believe that it is fixed.".to_owned(),
        ("retest", _) => "We are trying the fix.".to_owned(),
        ("closed", Some("resolved")) => "It is resolved. Thank you.".to_owned(),
        ("closed", Some("duplicate")) => "We knew of this before. You will read why below.".to_owned(),
        ("closed", Some("withdrawn")) => "You took this report back.".to_owned(),
        ("closed", Some(outcome)) => {
            format!("We closed it: {}. You will read why below.", outcome_words(outcome).to_lowercase())
        }
        ("closed", None) => "It is closed.".to_owned(),
        _ => "We are working on it.".to_owned(),
    }
}

fn next(summary: &Summary, now: Ts) -> String {
    if let Some(since) = summary.waiting_since {
        return format!("Answer by {}. Without an answer it closes by itself then.", day(since.plus(WAITS)));
    }
    if !summary.open {
        return "Nothing more happens by itself. You can still write to us here.".to_owned();
    }
    let running = summary.clocks.iter().filter(|c| c.ended.is_none());
    let due = running.filter_map(|c| Some((c.due()?, c.name))).min();
    match due {
        None => String::new(),
        Some((due, _)) if due < now => format!("We are late: we wanted to be further by {}.", day(due)),
        Some((due, "first-response")) => format!("A person will answer by {}.", day(due)),
        Some((due, "triage")) => format!("We decide by {} whether it is valid.", day(due)),
        Some((due, _)) => format!("We aim to be done by {}.", day(due)),
    }
}

fn entries(record: &Record, house: &str) -> Vec<Entry> {
    let mut entries = Vec::new();
    if let Some(line) = fact(record) {
        entries.push(Entry::fact(record.at, line));
    }
    let words = ["text", "reason", "note"].iter().find_map(|name| record.data[*name].as_str());
    if let Some(text) = words.and_then(|text| ReporterText::new(text.to_owned()).ok()) {
        let yours = record.party == "reporter";
        let who = if yours { "You" } else { house };
        let mut entry = Entry::to_reporter(record.at, who, &text);
        entry.how = "wrote";
        entries.push(entry);
    }
    entries
}

fn fact(record: &Record) -> Option<String> {
    let data = &record.data;
    let text = |name: &str| data[name].as_str().unwrap_or("").to_owned();
    let yours = record.party == "reporter";
    let line = match record.kind.as_str() {
        "reported" => "You sent this report.".to_owned(),
        "triaged" => "We found it valid.".to_owned(),
        "accepted" => "We accepted it.".to_owned(),
        "fix_claimed" => "We marked it as fixed.".to_owned(),
        "retest_started" => "We began to try the fix.".to_owned(),
        "retest_failed" => "The fix does not hold. We go on.".to_owned(),
        "retest_passed" => "The fix holds.".to_owned(),
        "closed" if yours => "You took the report back.".to_owned(),
        "closed" => closed(record),
        "reopened" => "We opened it again.".to_owned(),
        "waiting_stopped" => "We no longer wait for your answer.".to_owned(),
        "severity_decided" => format!("We set the severity to {}.", text("severity")),
        "reminded" => "We reminded you that it will close by itself.".to_owned(),
        "attachment_added" if yours => format!("You added the file {}.", text("name")),
        "attachment_added" => format!("We added the file {}.", text("name")),
        _ => return None,
    };
    Some(line)
}

fn closed(record: &Record) -> String {
    if record.party == "system" {
        return "It closed by itself, since no answer came.".to_owned();
    }
    let known = record.data.pointer("/outcome/duplicate/known_since").and_then(|d| d.as_str());
    match (outcome_of(&record.data), known) {
        ("duplicate", Some(since)) => format!("We closed it: we have known of this since {since}."),
        ("duplicate", None) => "We closed it: somebody told us about this before you.".to_owned(),
        (outcome, _) => format!("We closed it: {}.", outcome_words(outcome).to_lowercase()),
    }
}
