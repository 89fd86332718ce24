//! From events and alarms to messages: which kinds anybody may want, the job that makes a message for each endpoint, and
//! the document that it carries.

use crate::engine::{EngineError, Loaded, load};
use db::event::{self, Record};
use db::{Db, DbError, Tx, fetch_optional, jobs, label, stmt};
use domain::case::{Alarm, ClockName};
use domain::{CaseId, ProgrammeId, Uuid};
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

/// Sees to it that endpoints hear of an alarm of a case, in the write that tells the first of the team. Of the same
/// alarm they hear once, however often this is called.
pub(crate) async fn alarm(tx: &mut Tx, db: &Db, case: CaseId, alarm: &Alarm) -> Result<(), DbError> {
    let (id, round, at) = (case.uuid(), alarm.round.to_be_bytes(), alarm.at.micros().to_be_bytes());
    let (kind, clock) = (alarm.kind.as_str(), alarm.clock.map(ClockName::as_str));
    let parts: [&[u8]; 5] = [id.as_bytes(), kind.as_bytes(), clock.unwrap_or_default().as_bytes(), &round, &at];
    let mark = db.keys().house().hmac(label::WEBHOOK_ALARM, &parts);
    let message = Uuid::from_bytes(mark.first_chunk().copied().unwrap_or_default());
    let about = json!({ "kind": kind, "clock": clock, "since": alarm.at.to_string() });
    outbound::news(tx, db, case, &json!({ "message": message.to_string(), "alarm": about })).await
}

/// Something that endpoints may hear of.
struct News {
    /// What the message is known by.
    message: Uuid,
    kind: Kind,
    /// When it came about.
    at: String,
    /// The member of the document that says what it is.
    what: (&'static str, Value),
}

impl News {
    fn of_event(record: &Record) -> Option<Self> {
        let what = json!({ "id": record.id.to_string(), "kind": record.kind, "seq": record.seq, "by": record.party });
        let kind = kind_of(&record.kind)?;
        Some(Self { message: record.id.uuid(), kind, at: record.at.to_string(), what: ("event", what) })
    }

    /// From what [`alarm`] left in the job.
    fn of_alarm(payload: &Value) -> Option<Self> {
        let about = payload.get("alarm")?;
        let message = payload["message"].as_str()?.parse().ok()?;
        let at = about["since"].as_str()?.to_owned();
        Some(Self { message, kind: Kind::CaseAlarm, at, what: ("alarm", about.clone()) })
    }
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

async fn tell(db: &Db, url: &Arc<PublicUrl>, id: CaseId, payload: &Value) -> Result<(), EngineError> {
    let mut tx = db.read().await?;
    let case = load(&mut tx, db, id).await?;
    if case.facts.restricted {
        return Ok(());
    }
    let news: Vec<News> = if let Some(alarm) = News::of_alarm(payload) {
        vec![alarm]
    } else {
        let (from, to) = (payload["from"].as_i64().unwrap_or(i64::MAX), payload["to"].as_i64().unwrap_or_default());
        let records = event::between(&mut tx, &case.key, id, (from, to)).await?;
        records.iter().filter_map(News::of_event).collect()
    };
    let endpoints = outbound::endpoints(&mut tx, db).await?;
    let slug = slug(&mut tx, case.facts.programme).await?;
    drop(tx);
    let mut messages = Vec::new();
    for endpoint in endpoints.iter().filter(|endpoint| hears(endpoint, &case)) {
        for one in news.iter().filter(|one| endpoint.wish.kinds & one.kind.bit() != 0) {
            let body = document(&case, one, (url, &slug, endpoint.wish.titles));
            messages.push(Message { endpoint: endpoint.id, id: one.message, kind: one.kind, case: Some(id), body });
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
fn document(case: &Loaded, news: &News, (url, slug, titles): (&PublicUrl, &str, bool)) -> Value {
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
    let mut data = json!({ "case": about });
    let (member, what) = &news.what;
    data[*member] = what.clone();
    json!({ "type": news.kind.as_str(), "timestamp": news.at, "data": data })
}
