//! The words of a case as the desk says them: states, doors, facts of the timeline.

use domain::Severity;
use domain::case::{ClockName, Shares, Summary};
use serde_json::Value;
use web::layout::StateChip;

/// Glyph and word of a state; waiting for the reporter goes before it.
pub fn chip(state: &str, waiting: bool, outcome: Option<&str>) -> StateChip {
    match (state, outcome) {
        ("closed", Some("duplicate")) => StateChip::DUPLICATE,
        ("closed", outcome) => StateChip::CLOSED.said(outcome.map_or("Closed", outcome_words)),
        _ if waiting => StateChip::WAITING,
        ("new", _) => StateChip::NEW,
        ("triaged", _) => StateChip::CHECKING.said("Valid"),
        ("accepted", _) => StateChip::ACCEPTED,
        ("fixed", _) => StateChip::FIXED,
        ("retest", _) => StateChip::FIXED.said("Retest"),
        _ => StateChip::CHECKING,
    }
}

/// The state as its reporter reads it: "them" is who reads.
pub(crate) fn chip_for_reporter(summary: &Summary) -> StateChip {
    match chip(summary.state, summary.waiting_since.is_some(), summary.close) {
        StateChip::WAITING => StateChip::WAITING.said("Waiting for you"),
        other => other,
    }
}

/// The name of a case from its columns: REP-12.
pub(crate) fn case_name(kind: &str, number: i64) -> String {
    format!("{}-{number}", domain::case::find(kind).map_or("CASE", |machine| machine.prefix()))
}

/// How a case ended, as on a chip.
pub fn outcome_words(outcome: &str) -> &'static str {
    match outcome {
        "resolved" => "Resolved",
        "duplicate" => "Duplicate",
        "informative" => "Informative",
        "accepted_risk" => "Accepted risk",
        "not_reproducible" => "Not reproducible",
        "out_of_scope" => "Out of scope",
        "not_applicable" => "Not applicable",
        "spam" => "Spam",
        "withdrawn" => "Withdrawn",
        "rerouted" => "Rerouted",
        "upheld" => "Close upheld",
        "granted" => "Appeal granted",
        "overtaken" => "Overtaken",
        _ => "Closed",
    }
}

/// The word of an outcome in an event: a string, or an object with one member.
pub fn outcome_of(data: &Value) -> &str {
    let outcome = &data["outcome"];
    let inner = || outcome.as_object().and_then(|o| o.keys().next()).map_or("", String::as_str);
    outcome.as_str().unwrap_or_else(inner)
}

/// A severity from its stored rank.
pub fn severity(rank: Option<i64>) -> Option<Severity> {
    Severity::ALL.iter().copied().find(|s| Some(s.rank()) == rank)
}

/// Names of clocks.
pub fn clock(name: ClockName) -> &'static str {
    match name {
        ClockName::FirstResponse => "First answer",
        ClockName::Triage => "Decision",
        ClockName::Bounty => "Reward",
        ClockName::Resolution => "Resolution",
    }
}

/// The door by which a report came.
pub fn source(word: &str) -> &'static str {
    match word {
        "form" => "by the public form",
        "api" => "by the API",
        "email" => "by mail",
        "import" => "by import",
        "internal" => "from inside the house",
        "pentest" => "from a penetration test",
        _ => "",
    }
}

/// What happened, in one line for the team; nothing for an event that is all words.
pub fn fact(kind: &str, data: &Value) -> Option<String> {
    let text = |name: &str| data[name].as_str().unwrap_or("").to_owned();
    let line = match kind {
        "message_sent" | "message_received" | "note_added" | "asked" | "answered" => return None,
        "reported" => format!("Report came {}", source(data["report"]["source"].as_str().unwrap_or(""))),
        "management_stepped" => format!("Formal step: {} ({})", text("step"), text("to")),
        "triaged" => "Found valid".to_owned(),
        "accepted" => "Accepted: it will be fixed".to_owned(),
        "fix_claimed" => "Marked as fixed".to_owned(),
        "retest_started" => "Retest started".to_owned(),
        "retest_failed" => format!("Retest failed: the fix does not hold{}", tries(data)),
        "retest_passed" => format!("Retest passed: the fix holds{}", tries(data)),
        "closed" => format!("Closed: {}", outcome_words(outcome_of(data)).to_lowercase()),
        "reopened" => "Reopened".to_owned(),
        "close_taken_back" => "Close taken back: as it was before".to_owned(),
        "waiting_stopped" => "No longer waiting for the reporter".to_owned(),
        "severity_decided" => format!("Severity set to {}", text("severity")),
        "responded" => "First answer given".to_owned(),
        "reminded" => "Reporter reminded that the case will close by itself".to_owned(),
        "exploited" => "Marked as exploited".to_owned(),
        "not_exploited" => "No longer marked as exploited".to_owned(),
        "reward_settled" if text("reward") == "paid" => "Reward paid".to_owned(),
        "reward_settled" => "No reward".to_owned(),
        "locked" => "Locked".to_owned(),
        "unlocked" => "Unlocked".to_owned(),
        "attachment_added" => format!("File added: {}", text("name")),
        "restricted" => "Restricted to named people".to_owned(),
        "opened_up" => "Restriction lifted".to_owned(),
        "shares_set" => format!("Shares set: {}", shared(data, ("whoever reported", false))),
        "appealed" => format!("Appeal against the close as {}", outcome_words(&text("outcome")).to_lowercase()),
        "barred" if data["by"].is_object() => "For somebody who did not close the case".to_owned(),
        "barred" => "For anybody who may act on it: nobody here closed the case".to_owned(),
        "upheld" => format!("Upheld: the close stands{}", alone(data)),
        "granted" => format!("Granted: the case is open again{}", alone(data)),
        "taken_back" => "Appeal taken back".to_owned(),
        "overtaken" => "Over: the case was opened again before anybody decided".to_owned(),
        "split" => format!("Split: {}", go_on(&data["parts"])),
        "split_from" => format!("Part of the report {}", text("name")),
        "merged" => format!("Merged here: {}", names(&data["cases"])),
        "merged_into" => format!("Merged into {}", text("name")),
        "appeal_opened" => format!("Appeal against the close: {}", text("name")),
        "appeal_ended" => format!("{}: {}{}", text("name"), outcome_words(&text("how")).to_lowercase(), alone(data)),
        "case_watched" => "Began to watch a case".to_owned(),
        "case_unwatched" => "Stopped watching a case".to_owned(),
        "hold_set" => "Put on legal hold".to_owned(),
        "hold_lifted" => "Legal hold lifted".to_owned(),
        "came_by_mail" => came_by_mail(data),
        "letter_returned" => {
            format!("A letter came back: {} {}", text("status"), text("diagnostic")).trim_end().to_owned()
        }
        other => of_accounts(other, data),
    };
    Some(line)
}

/// The same for what researchers did, and the word itself for what has no words of its own.
fn of_accounts(kind: &str, data: &Value) -> String {
    match kind {
        "account_joined" => "Taken into the account of a researcher".to_owned(),
        "account_left" => "Taken out of the account of a researcher".to_owned(),
        "co_reporter_joined" => "A co-reporter follows it from their account".to_owned(),
        "co_reporter_left" => "A co-reporter follows it no longer".to_owned(),
        "researcher_came" => "A researcher made an account".to_owned(),
        "researcher_signed_in" => "A researcher signed in".to_owned(),
        "researcher_moved" => "A researcher changed their address".to_owned(),
        "researcher_factor_set" => "A researcher set a second factor".to_owned(),
        "researcher_codes_made" => "A researcher made new recovery codes".to_owned(),
        "researcher_factor_dropped" => "A researcher dropped their second factor".to_owned(),
        "researcher_factor_lifted" => {
            format!("Second factor of a researcher taken off: {}", data["reason"].as_str().unwrap_or_default())
        }
        "researcher_barred" => {
            format!(
                "New reports of a researcher barred until {}",
                data["until"].as_str().unwrap_or_default().split('T').next().unwrap_or_default()
            )
        }
        "many_cases_read" => format!("{} cases read within ten minutes", data["cases"]),
        "researcher_let_in" => "Bar of a researcher lifted".to_owned(),
        other => {
            let words = other.replace('_', " ");
            let mut letters = words.chars();
            letters.next().map(|c| c.to_uppercase().chain(letters).collect()).unwrap_or_default()
        }
    }
}

/// Names of cases in an event: `REP-13, REP-14`.
fn names(cases: &Value) -> String {
    let names = cases.as_array().into_iter().flatten().filter_map(|case| case["name"].as_str());
    names.collect::<Vec<_>>().join(", ")
}

/// That parts of a report are cases of their own.
fn go_on(parts: &Value) -> String {
    let several = parts.as_array().is_some_and(|parts| parts.len() > 1);
    format!("{} {}", names(parts), if several { "go on by themselves" } else { "goes on by itself" })
}

/// How often it happened in a retest, where somebody counted: `, it happened in 1 of 200 tries`.
pub(crate) fn tries(data: &Value) -> String {
    match (data["seen"]["k"].as_u64(), data["seen"]["n"].as_u64()) {
        (Some(k), Some(n)) => format!(", it happened in {k} of {n} tries"),
        _ => String::new(),
    }
}

/// That somebody decided about their own deed, where they did.
fn alone(data: &Value) -> &'static str {
    if data["alone"] == true {
        ". Decided by the person who closed it, a day later, because nobody else is here"
    } else {
        ""
    }
}

/// Shares in an event.
pub(crate) fn shares(data: &Value) -> Shares {
    crate::engine::shares_of(data).unwrap_or_else(Shares::alone)
}

/// The same as a line: `60 % you, 40 % Ana`, where whoever reported goes by the name given. Whose name was withheld is
/// another reporter, and so is, `outside` of the team, whoever is called by the number of their report.
pub(crate) fn shared(data: &Value, (own, outside): (&str, bool)) -> String {
    let shares = &data["shares"];
    let others = shares["others"].as_array().into_iter().flatten().map(|other| {
        let name = other["name"].as_str().filter(|name| !(outside && crate::engine::is_called_by_case(name)));
        format!("{} % {}", other["percent"].as_u64().unwrap_or_default(), name.unwrap_or("another reporter"))
    });
    let own = std::iter::once(format!("{} % {own}", shares["reporter"].as_u64().unwrap_or(100)));
    own.chain(others).collect::<Vec<_>>().join(", ")
}

/// The headers of a mail in one line; names and dates are what the mail says.
fn came_by_mail(data: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap_or("").to_owned();
    let from = &data["from"];
    let who = match (text(&from["name"]), text(&from["address"])) {
        (name, address) if name.is_empty() => address,
        (name, address) if address.is_empty() => name,
        (name, address) => format!("{name} <{address}>"),
    };
    let who = if who.is_empty() { "nobody named".to_owned() } else { who };
    let dated = data["date"].as_str().map(|date| format!(", dated {date}")).unwrap_or_default();
    let notes = data["notes"].as_array().map(Vec::as_slice).unwrap_or_default();
    let notes: Vec<&str> = notes.iter().filter_map(Value::as_str).collect();
    let notes = if notes.is_empty() { String::new() } else { format!(". {}", notes.join(" ")) };
    format!("By mail from {who}{dated}, as the mail says{notes}")
}

#[cfg(test)]
mod tests {
    use super::{chip, fact, outcome_of, shared};
    use serde_json::json;

    #[test]
    fn waiting_goes_before_an_open_state_only() {
        assert_eq!(chip("triaged", true, None).word, "Waiting for them");
        assert_eq!(chip("closed", true, Some("spam")).word, "Spam");
        assert_eq!(chip("closed", false, Some("duplicate")).word, "Duplicate");
    }

    #[test]
    fn outcomes_have_two_shapes() {
        assert_eq!(outcome_of(&json!({"outcome": "resolved"})), "resolved");
        assert_eq!(outcome_of(&json!({"outcome": {"duplicate": {"known_since": "2026-11-03"}}})), "duplicate");
    }

    #[test]
    fn parts_go_on_in_the_right_number() {
        let said = |names: &[&str]| {
            let parts: Vec<_> = names.iter().map(|name| json!({"name": name})).collect();
            fact("split", &json!({ "parts": parts })).unwrap()
        };
        assert_eq!(said(&["REP-2"]), "Split: REP-2 goes on by itself");
        assert_eq!(said(&["REP-2", "REP-3"]), "Split: REP-2, REP-3 go on by themselves");
    }

    #[test]
    fn nobody_outside_reads_the_number_of_the_report_of_somebody_else() {
        let set = json!({"shares": {"reporter": 34, "others": [
            {"name": "Ana", "percent": 33}, {"name": "Reporter of REP-2", "percent": 33}]}});
        assert_eq!(shared(&set, ("you", true)), "34 % you, 33 % Ana, 33 % another reporter");
        assert_eq!(shared(&set, ("you", false)), "34 % you, 33 % Ana, 33 % Reporter of REP-2");
        // As an export shows them whose names were withheld.
        let withheld = json!({"shares": {"reporter": 50, "others": [{"percent": 50}]}});
        let line = fact("shares_set", &withheld).unwrap();
        assert_eq!(line, "Shares set: 50 % whoever reported, 50 % another reporter");
    }

    #[test]
    fn unknown_kinds_are_still_readable() {
        assert_eq!(fact("identity_checked", &json!({})).as_deref(), Some("Identity checked"));
        assert_eq!(fact("note_added", &json!({})), None);
    }
}
