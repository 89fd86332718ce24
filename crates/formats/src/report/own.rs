//! Our own line: a [`Report`] as it serialises, and the short forms that people write by hand or by a small script.
//!
//! ```json
//! {"id": "17", "title": "Open redirect", "body": "…", "severity": "low", "state": "resolved", "weakness": "CWE-601",
//!  "reporter": "ada", "asset": "www.example.com", "program": "example", "bounty": 150, "reported_at": "2026-01-02"}
//! ```
//! `state` takes an outcome too. Other names for a field: `program`, `program_handle`; `reported_at`, `created_at`;
//! `description`, `vulnerability_information`; `original_id`. Unknown fields are kept.

use super::fields::{Fields, clip, note};
use super::model::{Person, Report, Reward, Severity, Target, Weakness};
use super::reader::Fault;
use crate::money::Money;
use serde_json::Value;

/// Reads one line.
pub(super) fn report(value: Value) -> Result<Report, Fault> {
    if !value.is_object() {
        return Err(Fault::NoObject);
    }
    let mut from = Fields::of(value);
    let Some(id) = from.text("id") else { return Err(Fault::NoId) };
    let mut report = Report { id, notes: from.read("notes").unwrap_or_default(), ..Report::default() };
    report.kept = from.read("kept").unwrap_or_default();
    texts(&mut from, &mut report);
    times(&mut from, &mut report);
    standing(&mut from, &mut report);
    who_and_what(&mut from, &mut report);
    severity(&mut from, &mut report);
    rewards(&mut from, &mut report);
    lists(&mut from, &mut report);
    for (name, value) in from.rest() {
        report.kept.insert(name, value);
    }
    Ok(report)
}

fn first(from: &mut Fields, names: &[&str]) -> Option<String> {
    names.iter().find_map(|name| from.text(name))
}

fn texts(from: &mut Fields, report: &mut Report) {
    report.platform = from.text("platform").unwrap_or_default();
    report.url = from.text("url");
    report.title = from.text("title").unwrap_or_default();
    report.summary = from.text("summary");
    report.body = first(from, &["body", "description", "vulnerability_information"]).unwrap_or_default();
    report.impact = from.text("impact");
    report.remedy = from.text("remedy");
    report.programme = first(from, &["programme", "program", "program_handle"]);
    report.duplicate_of = first(from, &["duplicate_of", "original_id"]);
}

fn times(from: &mut Fields, report: &mut Report) {
    let notes = &mut report.notes;
    let submitted = ["submitted_at", "reported_at", "created_at"].iter().find_map(|name| from.stamp(name, notes));
    report.times.submitted_at = submitted;
    report.times.first_answer_at = from.stamp("first_answer_at", notes);
    report.times.triaged_at = from.stamp("triaged_at", notes);
    report.times.awarded_at = from.stamp("awarded_at", notes);
    report.times.closed_at = from.stamp("closed_at", notes);
    report.times.disclosed_at = from.stamp("disclosed_at", notes);
    report.times.updated_at = from.stamp("updated_at", notes);
}

fn standing(from: &mut Fields, report: &mut Report) {
    let said = from.text("said");
    if let (Some(state), outcome) = (from.read("state"), from.read("outcome")) {
        (report.state, report.outcome, report.said) = (state, outcome, said);
    } else {
        let words = [from.text("state"), from.text("outcome")];
        report.stand(&words);
        report.said = said.or(report.said.take());
    }
    if let Some(waiting) = from.flag("waiting") {
        report.waiting = waiting;
    }
}

fn who_and_what(from: &mut Fields, report: &mut Report) {
    report.reporter =
        from.text("reporter").and_then(|handle| Person::of(Some(handle), None)).or_else(|| from.read("reporter"));
    report.collaborators = from.read("collaborators").unwrap_or_default();
    let named = from.text("asset").map(|identifier| Target { identifier, ..Target::default() });
    report.asset = named.or_else(|| from.read("asset"));
    if let Some(url) = from.text("target") {
        report.asset.get_or_insert_default().url = Some(url);
    }
    report.weakness = from.text("weakness").map(named_weakness).or_else(|| from.read("weakness"));
}

/// A weakness by its name, or its CWE, or both: `CWE-79`, `Cross-site scripting (CWE-79)`.
pub(super) fn named_weakness(name: String) -> Weakness {
    let near = name.find("CWE-").and_then(|at| name.get(at + 4..)).unwrap_or_default();
    let digits = near.split(|c: char| !c.is_ascii_digit()).next().unwrap_or_default();
    Weakness { cwe: digits.parse().ok(), vrt: None, name }
}

fn severity(from: &mut Fields, report: &mut Report) {
    if let Some(whole) = from.object("severity") {
        // Each part on its own: one that does not read takes no other with it.
        let (mut parts, notes) = (whole, &mut report.notes);
        report.severity.say(parts.text("word"), notes);
        report.severity.rank(parts.text("priority"), notes);
        report.severity.points(parts.text("score"), notes);
        report.severity.vector(parts.text("vector"), notes);
        parts.leave("severity", &mut report.kept);
    } else if let Some(text) = from.text("severity") {
        short_severity(&mut report.severity, &text, &mut report.notes);
    }
    report.severity.points(from.text("severity_score"), &mut report.notes);
    report.severity.vector(from.text("cvss"), &mut report.notes);
}

/// `high`, `P2`, `8.1` or a vector.
pub(super) fn short_severity(severity: &mut Severity, text: &str, notes: &mut Vec<String>) {
    let own = || Some(text.to_owned());
    let text = text.trim();
    if text.starts_with("CVSS:") {
        severity.vector(own(), notes);
    } else if text.starts_with(['P', 'p']) && text.len() == 2 {
        severity.rank(own(), notes);
    } else if text.starts_with(|c: char| c.is_ascii_digit()) {
        severity.points(own(), notes);
    } else {
        severity.say(own(), notes);
    }
}

fn rewards(from: &mut Fields, report: &mut Report) {
    report.rewards = from.read("rewards").unwrap_or_default();
    let currency = from.text("currency");
    for kind in ["bounty", "bonus"] {
        let Some(text) = from.text(kind) else { continue };
        match Money::parse(&text, currency.as_deref()) {
            Some(sum) if sum.minor == 0 => {}
            Some(sum) => report.rewards.push(Reward { sum, kind: kind.to_owned(), at: None }),
            None => {
                note(&mut report.notes, format!("the {kind} \"{}\" is no sum of money", clip(&text)));
                from.put(kind, text.into());
            }
        }
    }
}

fn lists(from: &mut Fields, report: &mut Report) {
    report.activities = from.read("activities").unwrap_or_default();
    report.attachments = from.read("attachments").unwrap_or_default();
    report.cves = from.read("cves").unwrap_or_default();
    report.references = from.read("references").unwrap_or_default();
    report.custom = from.read("custom").unwrap_or_default();
}
