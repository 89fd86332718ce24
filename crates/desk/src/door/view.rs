//! What a reporter reads: the state in plain words, what happens next and by when, and the conversation.

use super::reader::{ANOTHER, Reader};
use crate::daybook::{Day, days};
use crate::words::{outcome_of, outcome_words, shared, tries};
use db::event::Record;
use domain::case::{Audience, ClockName, Summary};
use domain::{ReporterText, Span, Ts};
use serde_json::Value;
use web::layout::{Entry, day};

/// A case waits this long for an answer before it closes by itself.
const WAITS: Span = Span::from_days(30);

/// State and outlook.
pub struct Conversation {
    /// Where it stands, in a sentence.
    pub state: String,
    /// What happens next, each with its date when it has one.
    pub next: Vec<Next>,
    /// What was said and done, oldest first.
    pub days: Vec<Day>,
}

/// Something that will happen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Next {
    /// `25 Nov 2026`, or nothing.
    pub by: String,
    /// Whether that day has passed.
    pub late: bool,
    /// Who does what.
    pub words: String,
}

/// The reporter's side of a case, which may be a part of their report, for one of those who sent or found it. `house` is
/// what we call ourselves.
pub(super) fn conversation(
    summary: &Summary,
    records: &[Record],
    (house, part, reader): (&str, bool, &Reader),
    now: Ts,
) -> Conversation {
    let outside = records.iter().filter(|r| is_outside(r) && !reader.keeps_from(r));
    Conversation {
        state: state(summary, reader.sent()),
        next: next(summary, now),
        days: days(outside.flat_map(|record| entries(record, (house, part), reader)).collect()),
    }
}

/// Whether the reporter may read the event. What is not known to be for them is not.
pub(crate) fn is_outside(record: &Record) -> bool {
    matches!(record.audience.parse::<Audience>(), Ok(Audience::Reporter | Audience::Public))
}

/// Where it stands, for whoever sent it, or for somebody who found it too.
pub(crate) fn state(summary: &Summary, sent: bool) -> String {
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
        ("closed", Some("duplicate")) => {
            "It is about something that we have already. You will read why below.".to_owned()
        }
        ("closed", Some("withdrawn")) if sent => "You took this report back.".to_owned(),
        ("closed", Some("withdrawn")) => "Whoever sent this report took it back.".to_owned(),
        ("closed", Some(outcome)) => {
            format!("We closed it: {}. You will read why below.", outcome_words(outcome).to_lowercase())
        }
        ("closed", None) => "It is closed.".to_owned(),
        _ => "We are working on it.".to_owned(),
    }
}

/// The steps that are still to come, by date.
pub(crate) fn next(summary: &Summary, now: Ts) -> Vec<Next> {
    let undated = |words: &str| vec![Next { by: String::new(), late: false, words: words.to_owned() }];
    if let Some(since) = summary.waiting_since {
        let by = day(since.plus(WAITS));
        let words = "Answer until then, below. Without an answer it closes by itself.".to_owned();
        return vec![Next { by, late: false, words }];
    }
    if !summary.open {
        return undated("Nothing more happens by itself. You can still write to us here.");
    }
    let steps = dated(summary, now, |name, late| match (name, late) {
        (ClockName::FirstResponse, false) => "A person answers you.",
        (ClockName::FirstResponse, true) => "A person should have answered you. We are late.",
        (ClockName::Triage, false) => "We tell you whether it is valid.",
        (ClockName::Triage, true) => "We wanted to tell you whether it is valid. We are late.",
        (ClockName::Bounty, false) => "We aim to have paid your reward.",
        (ClockName::Bounty, true) => "We wanted to have paid your reward. We are late.",
        (ClockName::Resolution, false) => "We aim to be done.",
        (ClockName::Resolution, true) => "We wanted to be done. We are late.",
    });
    if steps.is_empty() { undated("We go on working on it and write to you here.") } else { steps }
}

/// What the clocks that run promise, by date, in these words.
pub(super) fn dated(summary: &Summary, now: Ts, words: impl Fn(ClockName, bool) -> &'static str) -> Vec<Next> {
    let running = summary.clocks.iter().filter(|c| c.ended.is_none());
    let mut due: Vec<(Ts, ClockName)> = running.filter_map(|c| Some((c.due()?, c.name))).collect();
    due.sort_unstable();
    let step = |(due, name): (Ts, ClockName)| {
        let late = due < now;
        Next { by: day(due), late, words: words(name, late).to_owned() }
    };
    due.into_iter().map(step).collect()
}

/// What somebody wrote in an event.
pub(crate) fn words_of(record: &Record) -> Option<&str> {
    ["text", "reason", "note", "despite"].iter().find_map(|name| record.data[*name].as_str())
}

fn entries(record: &Record, (house, part): (&str, bool), reader: &Reader) -> Vec<Entry> {
    let mut entries = Vec::new();
    let line = if part && record.kind == "reported" {
        Some("We opened this as a part of your report.".to_owned())
    } else {
        fact(record, reader)
    };
    if let Some(line) = line {
        entries.push(Entry::fact(record.at, line));
    }
    let words = words_of(record);
    // What a part of the report is about is said by us; of their own report they know.
    let about = record.data.pointer("/report/summary").and_then(|words| words.as_str());
    let words = words.or(about.filter(|_| part));
    if let Some(text) = words.and_then(|text| ReporterText::new(text.to_owned()).ok()) {
        let yours = record.party == "reporter";
        let other = if yours { reader.other(record) } else { None };
        let who = if yours { other.unwrap_or("You") } else { house };
        let mut entry = Entry::to_reporter(record.at, who, &text);
        entry.how = "wrote";
        entry.who_claimed = other.is_some_and(|name| name != ANOTHER);
        entries.push(entry);
    }
    entries
}

fn fact(record: &Record, reader: &Reader) -> Option<String> {
    let data = &record.data;
    let text = |name: &str| data[name].as_str().unwrap_or("").to_owned();
    if let Some(line) = of_their_side(record, reader) {
        return Some(line);
    }
    let line = match record.kind.as_str() {
        "split" => "We opened a case of its own for each part of your report. You find them above.".to_owned(),
        "merged" => merged(&data["cases"]),
        "merged_into" if data["yours"] == true => format!("It goes on as {}.", text("name")),
        "merged_into" => format!("It goes on as {}, and you share the find.", text("name")),
        "triaged" => "We found it valid.".to_owned(),
        "accepted" => "We accepted it.".to_owned(),
        "fix_claimed" => "We marked it as fixed.".to_owned(),
        "retest_started" => "We began to try the fix.".to_owned(),
        "retest_failed" => format!("The fix does not hold{}. We go on.", tries(data)),
        "retest_passed" => format!("The fix holds{}.", tries(data)),
        "closed" => closed(record),
        "reopened" => "We opened it again.".to_owned(),
        "close_taken_back" => "We took the close back.".to_owned(),
        "waiting_stopped" => "We no longer wait for your answer.".to_owned(),
        "severity_decided" => format!("We set the severity to {}.", text("severity")),
        "reward_settled" if text("reward") == "paid" && reader.sent() => "We paid your reward.".to_owned(),
        "reward_settled" if text("reward") == "paid" => "We paid the reward.".to_owned(),
        "reward_settled" => "We decided that there is no reward.".to_owned(),
        "shares_set" => format!("You share this report: {}.", shared(data, (reader.sender(), true))),
        "account_joined" if record.party == "team" => "We put this report back into the account it was in.".to_owned(),
        "account_joined" => "This report was taken into an account.".to_owned(),
        "account_left" => "We took this report out of the account it was in.".to_owned(),
        "co_reporter_joined" => "Somebody who found it too can read and write here now.".to_owned(),
        "co_reporter_left" => "Somebody who found it too no longer follows it here.".to_owned(),
        "reminded" => "We reminded you that it will close by itself.".to_owned(),
        "appealed" => "We wrote down your appeal.".to_owned(),
        "upheld" => format!("We looked at it again: the close stands.{}", alone(data)),
        "granted" => format!("We looked at it again and grant your appeal.{}", alone(data)),
        "overtaken" => "Your appeal is over, since your report is open again.".to_owned(),
        "attachment_added" => format!("We added the file {}.", text("name")),
        _ => return None,
    };
    Some(line)
}

/// What somebody of the reporter's side did: whoever reads, or another of them. The first event of a report is theirs by
/// whatever door it came.
fn of_their_side(record: &Record, reader: &Reader) -> Option<String> {
    let did = match record.kind.as_str() {
        "reported" => "sent this report",
        "taken_back" if reader.other(record).is_none() => "took your appeal back",
        "taken_back" => "took the appeal back",
        _ if record.party != "reporter" => return None,
        "closed" => "took the report back",
        "appealed" => "appealed",
        "attachment_added" => {
            let name = record.data["name"].as_str().unwrap_or("");
            return Some(format!("{} added the file {name}.", reader.other(record).unwrap_or("You")));
        }
        _ => return None,
    };
    Some(format!("{} {did}.", reader.other(record).unwrap_or("You")))
}

/// That whoever closed the report decided about the appeal, where they did.
fn alone(data: &serde_json::Value) -> &'static str {
    if data["alone"] == true {
        " The person who closed it decided, a day later, because nobody else is here."
    } else {
        ""
    }
}

/// What came into this report: reports of others, whose names are theirs, and some of the same reporter.
fn merged(cases: &Value) -> String {
    let (yours, others): (Vec<&Value>, Vec<&Value>) =
        cases.as_array().into_iter().flatten().partition(|case| case["yours"] == true);
    let yours: Vec<&str> = yours.iter().filter_map(|case| case["name"].as_str()).collect();
    let mut words = Vec::new();
    if !others.is_empty() {
        words.push("Somebody else reported the same. We go on here, and you share the find.".to_owned());
    }
    if !yours.is_empty() {
        let go = if yours.len() == 1 { "goes" } else { "go" };
        words.push(format!("Your {} {go} on here.", yours.join(", ")));
    }
    words.join(" ")
}

fn closed(record: &Record) -> String {
    if record.party == "system" {
        return "It closed by itself, since no answer came.".to_owned();
    }
    let known = record.data.pointer("/outcome/duplicate/known_since").and_then(|d| d.as_str());
    match (outcome_of(&record.data), known) {
        ("duplicate", Some(since)) => format!("We closed it: we have known of this since {since}."),
        ("duplicate", None) => "We closed it: another report is about the same.".to_owned(),
        (outcome, _) => format!("We closed it: {}.", outcome_words(outcome).to_lowercase()),
    }
}
