//! A case as JSON.

use super::reference;
use crate::attachment::{self, Attachment};
use crate::engine::{EngineError, Loaded};
use crate::links::{Linked, SHOWN, linked};
use crate::{Viewer, audit, clock};
use accounts::ReadKind;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use db::event::{self, Record};
use db::{Db, Tx};
use domain::case::Party;
use domain::{Permission, PersonId, Severity, Ts};
use serde_json::{Value, json};
use web::{App, IfMatch, Json, Path, Reply, Token};

pub(super) async fn case(State(app): State<App>, token: Token, Path(reference): Path<String>) -> Reply {
    let viewer = Viewer::from(token);
    let db = &app.store;
    let mut tx = db.read().await?;
    let case = viewer.case(&mut tx, db, (&reference, Permission::ReadCases)).await?;
    audit::note(&app, viewer.person, ReadKind::Case, Some(case.id)).await?;
    let body = document(&mut tx, db, &viewer, &case).await?;
    Ok(([(header::ETAG, IfMatch::etag(case.version))], Json(body)).into_response())
}

/// The whole case as this viewer may read it.
async fn document(tx: &mut Tx, db: &Db, viewer: &Viewer, case: &Loaded) -> Result<Value, EngineError> {
    let team = viewer.may(Permission::ReadTeamText, &case.facts);
    let (records, older) = events(tx, db, (viewer, case), i64::MAX).await?;
    let (files, _) = attachment::newest(tx, &case.key, (case.id, team), (None, FILES)).await?;
    let acts = viewer.may(Permission::ActOnCases, &case.facts);
    let actions = if acts { case.machine.legal(&case.state, &Party::Team(viewer.person)) } else { Vec::new() };
    let now = db.ambient().now();
    let mut body = head(case);
    let summary = case.summary();
    body["clocks"] = summary.clocks.iter().map(|clock| clock::json::of(clock, now)).collect();
    body["actions"] = json!(actions);
    body["events"] = records.iter().map(record).collect();
    body["older_events"] = json!(older);
    body["links"] = linked(tx, db, (viewer, case), SHOWN).await?.shown.iter().map(Linked::json).collect();
    body["attachments"] = files.iter().rev().map(file).collect();
    Ok(body)
}

/// The case without its lists: also the answer of an action.
pub(crate) fn head(case: &Loaded) -> Value {
    let summary = case.summary();
    json!({
        "id": case.id.to_string(),
        "name": case.name(),
        "number": case.number,
        "type": case.machine.name(),
        "programme": case.facts.programme.to_string(),
        "title": case.title,
        "state": summary.state,
        "open": summary.open,
        "locked": summary.locked,
        "waiting_since": summary.waiting_since.map(|t| t.to_string()),
        "outcome": summary.close,
        "severity_claimed": summary.severity_claimed.map(Severity::as_str),
        "severity_decided": summary.severity_decided.map(Severity::as_str),
        "exploited_since": summary.exploited_since.map(|t| t.to_string()),
        "restricted": case.facts.restricted,
        "held_since": case.held_since.map(|t: Ts| t.to_string()),
        "assignee": case.assignee.map(|p: PersonId| p.to_string()),
        "received_at": case.received_at.to_string(),
        "updated_at": case.updated_at.to_string(),
        "due_at": summary.due().map(|t: Ts| t.to_string()),
        "version": case.version,
    })
}

/// Files of a case.
const FILES: i64 = 200;
/// Events of one answer.
const EVENTS: i64 = 200;

/// The newest events before `below` that the viewer may read, in order, and where those before them end.
pub(super) async fn events(
    tx: &mut Tx,
    db: &Db,
    (viewer, case): (&Viewer, &Loaded),
    below: i64,
) -> Result<(Vec<Record>, Option<i64>), EngineError> {
    let team = viewer.may(Permission::ReadTeamText, &case.facts);
    let part = event::Part { below, team, limit: EVENTS + 1 };
    let mut records = event::newest(tx, &case.key, case.id, part).await?;
    let more = i64::try_from(records.len()).is_ok_and(|count| count > EVENTS);
    let older = more.then(|| records.remove(0)).and_then(|_| records.first()).map(|first| first.seq);
    for record in &mut records {
        reference::hide(tx, db, viewer, &mut record.data).await?;
    }
    Ok((records, older))
}

pub(super) fn record(record: &Record) -> Value {
    json!({
        "id": record.id.to_string(),
        "seq": record.seq,
        "kind": record.kind,
        "audience": record.audience,
        "party": record.party,
        "actor": record.actor.map(|a| a.to_string()),
        "at": record.at.to_string(),
        "data": record.data,
        "log_index": record.index,
    })
}

pub(super) fn file(file: &Attachment) -> Value {
    json!({
        "id": file.id.to_string(),
        "name": file.name,
        "media_type": file.media_type,
        "size": file.size,
        "sha256": file.sha256,
        "audience": file.audience.as_str(),
        "created_at": file.created_at.to_string(),
    })
}
