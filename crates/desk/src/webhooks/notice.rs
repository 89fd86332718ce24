//! From events to messages: which kinds anybody may want, the job that makes a message for each endpoint, and the
//! document that it carries.

use crate::engine::{EngineError, Loaded, load};
use db::event::{self, Record};
use db::{Db, DbError, Tx, fetch_optional, jobs, stmt};
use domain::{CaseId, ProgrammeId};
use outbound::{Endpoint, Kind, Message, Standing, queue};
use serde_json::{Value, json};
use std::sync::Arc;
use web::PublicUrl;

/// What an event is to others; none for what stays in the house.
fn kind_of(event: &str) -> Option<Kind> {
    match event {
        "reported" | "appealed" => Some(Kind::CaseOpened),
        "triaged" | "accepted" | "fix_claimed" | "retest_started" | "retest_passed" | "retest_failed" | "closed"
        | "reopened" | "close_taken_back" | "exploited" | "not_exploited" | "upheld" | "granted" | "taken_back"
        | "overtaken" => Some(Kind::CaseState),
        "severity_decided" => Some(Kind::CaseSeverity),
        "asked" | "answered" | "message_sent" | "message_received" => Some(Kind::CaseMessage),
        "assigned" => Some(Kind::CaseAssigned),
        _ => None,
    }
}

/// Sees to it that endpoints hear of these events of a case, those from and to a number, in the write that stores them.
pub(crate) async fn news(
    tx: &mut Tx,
    db: &Db,
    (case, from, to): (CaseId, i64, i64),
    mut kinds: impl Iterator<Item = &'static str>,
) -> Result<(), DbError> {
    if !kinds.any(|kind| kind_of(kind).is_some()) {
        return Ok(());
    }
    outbound::news(tx, db, case, &json!({ "from": from, "to": to })).await
}

/// Where links in messages lead.
pub type NoticeUrl = PublicUrl;

/// Does [`outbound::JOB`].
pub fn webhook_jobs(url: NoticeUrl) -> jobs::Handler {
    let url = Arc::new(url);
    Arc::new(move |db, job| {
        let url = url.clone();
        Box::pin(async move {
            let Some(case) = job.subject.map(CaseId::from_uuid) else { return Ok(()) };
            match tell(&db, &url, case, &job.payload).await {
                Ok(()) | Err(EngineError::NotFound) => Ok(()),
                Err(EngineError::Db(error)) => Err(error),
                Err(error) => Err(DbError::Inconsistent(error.to_string())),
            }
        })
    })
}

async fn tell(db: &Db, url: &Arc<PublicUrl>, id: CaseId, range: &Value) -> Result<(), EngineError> {
    let (from, to) = (range["from"].as_i64().unwrap_or(i64::MAX), range["to"].as_i64().unwrap_or_default());
    let mut tx = db.read().await?;
    let case = load(&mut tx, db, id).await?;
    if case.facts.restricted {
        return Ok(());
    }
    let records = event::between(&mut tx, &case.key, id, (from, to)).await?;
    let endpoints = outbound::endpoints(&mut tx, db).await?;
    let slug = slug(&mut tx, case.facts.programme).await?;
    drop(tx);
    let mut messages = Vec::new();
    for endpoint in endpoints.iter().filter(|endpoint| hears(endpoint, &case)) {
        for record in &records {
            let Some(kind) = kind_of(&record.kind).filter(|kind| endpoint.wish.kinds & kind.bit() != 0) else {
                continue;
            };
            let body = document(&case, (record, kind), (url, &slug, endpoint.wish.titles));
            messages.push(Message { endpoint: endpoint.id, id: record.id.uuid(), kind, case: Some(id), body });
        }
    }
    if messages.is_empty() {
        return Ok(());
    }
    let store = db.clone();
    db.write(move |tx| {
        Box::pin(async move {
            for message in &messages {
                queue(tx, &store, message).await?;
            }
            Ok(())
        })
    })
    .await
}

async fn slug(tx: &mut Tx, programme: ProgrammeId) -> Result<String, DbError> {
    let row = fetch_optional!(tx, (String,), stmt!("SELECT slug FROM programmes WHERE id = $1"), programme.uuid())?;
    Ok(row.map(|(slug,)| slug).unwrap_or_default())
}

/// Whether a case is within what an endpoint hears of. One that we stopped is made up to when it goes on.
fn hears(endpoint: &Endpoint, case: &Loaded) -> bool {
    endpoint.standing != Standing::Paused && endpoint.wish.programme.is_none_or(|id| id == case.facts.programme)
}

/// What is sent: what happened when, and the plain facts of the case as they are when it is written.
fn document(case: &Loaded, (record, kind): (&Record, Kind), (url, slug, titles): (&PublicUrl, &str, bool)) -> Value {
    let (summary, name) = (case.summary(), case.name());
    let mut about = json!({
        "id": case.id.to_string(),
        "number": name,
        "programme": slug,
        "state": summary.state,
        "open": summary.open,
        "outcome": summary.close,
        "severity": {
            "claimed": summary.severity_claimed.map(domain::Severity::as_str),
            "decided": summary.severity_decided.map(domain::Severity::as_str),
        },
        "version": case.version,
        "url": url.join(&format!("/desk/cases/{name}")),
        "api_url": url.join(&format!("/api/v1/cases/{}", case.id)),
    });
    if titles {
        about["title"] = json!(case.title);
    }
    json!({
        "type": kind.as_str(),
        "timestamp": record.at.to_string(),
        "data": {
            "event": { "id": record.id.to_string(), "kind": record.kind, "seq": record.seq, "by": record.party },
            "case": about,
        },
    })
}
