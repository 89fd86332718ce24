//! One report that tells of several vulnerabilities: a case for each beside it, with its time, its reporter and its
//! people.

use super::act;
use super::hold::{self, Hold};
use super::links;
use super::own::{self, Own};
use super::people::{give, name_members};
use super::{EngineError, Loaded, NewCase, Opened, as_seen, load_for_change, open_at};
use db::{Db, Tx, event};
use domain::case::{Audience, LinkKind, Party, Refused};
use domain::{CaseId, PersonId, ReporterText, TeamText, Ts};
use serde_json::{Value, json};

/// Most parts that are made at once.
pub const PARTS_MAX: usize = 20;
/// Most parts of one report.
const PARTS_IN_ALL: usize = 100;
/// What of the report is true of each part as well.
const SAME: &[&str] =
    &["target", "weakness", "version", "severity", "credit", "disclosure_wish", "ai_assistance", "source"];

/// Events by which a report was answered, and those of them that found it valid.
const ANSWERED: &[&str] = &["responded", "asked", "severity_decided", "triaged", "accepted"];
const JUDGED: &[&str] = &["triaged", "accepted"];

/// A part about to be made.
#[derive(Debug, Clone)]
pub struct NewPart {
    /// One line.
    pub title: String,
    /// What it is, for the team and the reporter.
    pub text: ReporterText,
}

/// A report about to be split.
#[derive(Debug, Clone)]
pub struct Splitting {
    /// Which.
    pub case: CaseId,
    /// The version the caller saw; `None` to go by what is there.
    pub seen: Option<i64>,
    /// Who splits it.
    pub by: PersonId,
    /// Into what beside itself.
    pub parts: Vec<NewPart>,
}

/// Makes a case for each part. A part of a part belongs to the report that came: its reporter comes by that door.
pub async fn split(tx: &mut Tx, db: &Db, splitting: Splitting) -> Result<Vec<Opened>, EngineError> {
    let Splitting { case, seen, by, parts } = splitting;
    let origin = links::home(tx, case).await?;
    links::lock(tx, &[case, origin].into()).await?;
    let case = load_for_change(tx, db, case).await?;
    as_seen(tx, &case, (seen, Some(by))).await?;
    let summary = case.summary();
    if !case.machine.is_counted() || !summary.open {
        return Err(Refused::Illegal { state: summary.state, action: "split".to_owned(), legal: Vec::new() }.into());
    }
    let there = links::of_kind(tx, origin, LinkKind::Part).await?.len();
    if parts.is_empty() || parts.len() > PARTS_MAX || there + parts.len() > PARTS_IN_ALL {
        return Err(Refused::invalid("parts", "Split a report into 1 to 20 parts at once, and 100 in all.").into());
    }
    let report = report(tx, &case).await?;
    let reached = reached(tx, &case).await?;
    let (splitter, by) = (by, Party::Team(by));
    let mut made = Vec::with_capacity(parts.len());
    for part in parts {
        made.push(one(tx, db, (&case, origin), (&report, &reached, part), &by).await?);
    }
    if case.held_since.is_some() {
        hold(tx, db, (&case, &made), splitter).await?;
    }
    let names: Vec<Value> = made.iter().map(|part| json!({ "case": part.id.to_string(), "name": part.name })).collect();
    let told = Own { kind: "split", audience: Audience::Reporter, data: json!({ "parts": names }) };
    own::record(tx, db, &case, told, &by).await?;
    Ok(made)
}

/// What is kept for a court is kept in each of its parts: they hold the words of the report that matter.
async fn hold(tx: &mut Tx, db: &Db, (case, parts): (&Loaded, &[Opened]), by: PersonId) -> Result<(), EngineError> {
    for part in parts {
        let reason = format!("It is a part of {}, which is on legal hold.", case.name());
        let reason = TeamText::new(reason).map_err(EngineError::corrupt)?;
        hold::hold(tx, db, Hold { case: part.id, seen: None, by, reason }).await?;
    }
    Ok(())
}

async fn report(tx: &mut Tx, case: &Loaded) -> Result<Value, EngineError> {
    let records = event::between(tx, &case.key, case.id, (1, 1)).await?;
    let report = records.into_iter().map(|record| record.data["report"].clone()).find(Value::is_object);
    report.ok_or_else(|| EngineError::corrupt("a case without a report"))
}

/// An action that was taken on the report, by whom and when.
struct Reached {
    action: &'static str,
    by: Option<PersonId>,
    at: Ts,
}

/// How far the report came: answered, and found valid.
async fn reached(tx: &mut Tx, case: &Loaded) -> Result<Vec<Reached>, EngineError> {
    let records = event::of_kinds(tx, &case.key, case.id, (ANSWERED, true)).await?;
    let first = |kinds: &[&str], action| {
        let record = records.iter().find(|record| kinds.contains(&record.kind.as_str()))?;
        Some(Reached { action, by: record.actor.map(PersonId::from_uuid), at: record.at })
    };
    Ok([first(ANSWERED, "first-response"), first(JUDGED, "triage")].into_iter().flatten().collect())
}

/// Takes a part as far as its report had come when it was split: whoever answered that and found it valid did so for all
/// that it tells of. Else a part would be late on the day it is made. Gives what is due next.
async fn catch_up(
    tx: &mut Tx,
    db: &Db,
    part: CaseId,
    (reached, by): (&[Reached], &Party),
) -> Result<Option<Ts>, EngineError> {
    for step in reached {
        let case = load_for_change(tx, db, part).await?;
        let by = match step.action {
            "triage" => step.by.map_or(*by, Party::Team),
            _ => Party::System,
        };
        let acted = case.machine.act(&case.state, step.action, json!({}), &by, step.at)?;
        act::keep(tx, db, &case, &acted, &by).await?;
    }
    Ok(load_for_change(tx, db, part).await?.summary().due())
}

async fn one(
    tx: &mut Tx,
    db: &Db,
    (case, origin): (&Loaded, CaseId),
    (report, reached, part): (&Value, &[Reached], NewPart),
    by: &Party,
) -> Result<Opened, EngineError> {
    let mut input = json!({ "title": part.title, "summary": part.text });
    for name in SAME.iter().filter(|name| !report[**name].is_null()) {
        input[*name] = report[*name].clone();
    }
    let new = NewCase {
        machine: case.machine,
        programme: case.facts.programme,
        draft: None,
        input,
        title: part.title,
        code: None,
        by: *by,
    };
    let mut opened = open_at(tx, db, new, case.received_at).await?;
    opened.due = catch_up(tx, db, opened.id, (reached, by)).await?;
    links::link(tx, db, (opened.id, origin), (LinkKind::Part, 0)).await?;
    let loaded = load_for_change(tx, db, opened.id).await?;
    let data = json!({ "case": case.id.to_string(), "name": case.name() });
    own::record(tx, db, &loaded, Own { kind: "split_from", audience: Audience::Reporter, data }, by).await?;
    if case.facts.restricted {
        name_members(tx, db, opened.id, (by, case.facts.members.clone())).await?;
    }
    match give(tx, db, opened.id, (by, case.assignee)).await {
        // Whoever works on the report cannot sign in any more: the part is nobody's yet.
        Ok(_) | Err(EngineError::Refused(_)) => Ok(opened),
        Err(error) => Err(error),
    }
}
