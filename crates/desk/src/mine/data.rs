//! Everything we keep of a researcher, as they may read it: JSON documents of bounded size, each leading to the next.

use super::list::{Tie, cursor_of, ties};
use crate::attachment::document;
use crate::door::{Writers, is_contact, is_outside, words_of};
use crate::engine::{self, EngineError, Loaded, load};
use accounts::{researcher, session};
use axum::extract::State;
use db::event::{self, Record};
use db::{Db, Tx};
use domain::case::LinkKind;
use domain::{CaseId, Ts};
use serde::Deserialize;
use serde_json::{Value, json};
use web::{App, Problem, Query, Reply, Researcher};

/// Reports in one document.
const MOST: usize = 100;
/// Bytes of words after which no further report is begun.
const WORDS: usize = 4_000_000;
/// Bytes of words of one report; who wrote more reads the rest on its page.
const WORDS_EACH: usize = 8_000_000;

/// Where a document begins.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    after: String,
}

pub(super) async fn download(State(app): State<App>, who: Researcher, Query(asked): Query<Asked>) -> Reply {
    let db = &app.store;
    let mut tx = db.read().await?;
    let account = researcher::load(&mut tx, db.keys(), who.person).await?.ok_or_else(Problem::not_found)?;
    let bar = researcher::bar_of(&mut tx, db, who.person).await?;
    let sessions = session::list_of_researcher(&mut tx, who.person, db.ambient().now()).await?;
    let ties = ties(&mut tx, who.person, (&asked.after, MOST + 1)).await?;
    let (mut reports, mut size) = (Vec::new(), 0);
    for tie in ties.iter().take(MOST) {
        let (report, words) = report(&mut tx, db, tie).await?;
        reports.push(report);
        size += words;
        if size > WORDS {
            break;
        }
    }
    drop(tx);
    let more = reports.len() < ties.len();
    let last = reports.len().checked_sub(1).and_then(|at| ties.get(at)).filter(|_| more);
    let next = last.map(|tie| app.settings.public_url.join(&format!("/me/data.json?after={}", cursor_of(tie))));
    let at = |micros: i64| Ts::from_micros(micros).to_string();
    let data = json!({
        "written_at": db.ambient().now().to_string(),
        "account": {
            "id": account.id.to_string(),
            "address": account.email,
            "profile": account.profile,
            "mail": account.pace.as_str(),
            "second_factor": account.guarded,
            "since": account.created_at.to_string(),
        },
        "bar": bar.map(|bar| json!({
            "since": bar.since.to_string(), "until": bar.until.to_string(), "reason": bar.reason.as_str(),
        })),
        "sessions": sessions.iter().map(|s| json!({ "began": at(s.created_at), "used": at(s.seen_at) })).collect::<Vec<_>>(),
        "reports": reports,
        "more_reports": next,
    });
    let text = serde_json::to_string_pretty(&data).map_err(Problem::internal)? + "\n";
    document("my-reports.json", "application/json", text)
}

/// One report with its parts and the appeals against it, and the bytes of their words.
async fn report(tx: &mut Tx, db: &Db, tie: &Tie) -> Result<(Value, usize), EngineError> {
    let part = if tie.is_shared() { "co-reporter" } else { "owner" };
    let since = Ts::from_micros(tie.since).to_string();
    if tie.erased_at.is_some() {
        return Ok((json!({ "name": tie.name(), "part": part, "since": since, "erased": true }), 0));
    }
    let whole = load(tx, db, CaseId::from_uuid(tie.case_id)).await?;
    let mut size = 0;
    let mut document = case(tx, db, (&whole, tie.is_shared()), &mut size).await?;
    let mut beside = Vec::new();
    let mut of = beside_of(tx, whole.id).await?;
    while let Some(id) = of.pop() {
        match load(tx, db, id).await {
            Ok(other) => {
                of.extend(beside_of(tx, other.id).await?);
                beside.push(case(tx, db, (&other, tie.is_shared()), &mut size).await?);
            }
            Err(EngineError::NotFound) => {}
            Err(error) => return Err(error),
        }
    }
    document["part"] = part.into();
    document["since"] = since.into();
    document["beside"] = beside.into();
    Ok((document, size))
}

/// The parts of a case and the appeals against it.
async fn beside_of(tx: &mut Tx, case: CaseId) -> Result<Vec<CaseId>, EngineError> {
    let mut beside = engine::of_kind(tx, case, LinkKind::Part).await?;
    beside.extend(engine::of_kind(tx, case, LinkKind::Appeal).await?);
    Ok(beside)
}

/// One case with what those outside may read of it; `shared`: somebody who found it too.
async fn case(tx: &mut Tx, db: &Db, (case, shared): (&Loaded, bool), size: &mut usize) -> Result<Value, EngineError> {
    let (mut said, mut from) = (Vec::new(), 1);
    while from <= case.version && *size < WORDS_EACH {
        let records = event::between(tx, &case.key, case.id, (from, from + event::STRETCH - 1)).await?;
        let writers = Writers::of(tx, db, case.id, &records).await?;
        let theirs = |record: &&Record| is_outside(record) && !(shared && is_contact(record, case.received_at));
        for record in records.iter().filter(theirs) {
            let one = one(record, &writers);
            *size += one.to_string().len();
            said.push(one);
        }
        from += event::STRETCH;
    }
    Ok(json!({
        "name": case.name(),
        "title": case.title,
        "received_at": case.received_at.to_string(),
        "state": case.summary().state,
        "said": said,
        "cut": from <= case.version,
    }))
}

/// An event: of our words no name, and of those who found it no more than whether they sent the report.
fn one(record: &Record, writers: &Writers) -> Value {
    let by = match (record.party.as_str(), writers.co_reporter(record)) {
        ("reporter", None) => "reporter",
        ("reporter", Some(_)) => "co-reporter",
        _ => "desk",
    };
    let (at, text, report) = (record.at.to_string(), words_of(record), record.data.get("report"));
    json!({ "at": at, "kind": record.kind, "by": by, "text": text, "report": report })
}
