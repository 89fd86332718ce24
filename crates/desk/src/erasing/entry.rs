//! An erasure as the list and programs show it.

use crate::engine::EngineError;
use crate::people::Names;
use accounts::person::ERASED_NAME;
use db::erase::{Erasure, Kind, Progress, newest};
use db::{Db, Tx};
use domain::case::name_of;
use serde_json::{Value, json};
use uuid::Uuid;

/// Erasures on one page.
pub(super) const ON_PAGE: i64 = 100;

/// The newest erasures before `before`, and where the next page begins when there may be one.
pub(super) async fn page(
    tx: &mut Tx,
    db: &Db,
    before: Option<Uuid>,
) -> Result<(Vec<Progress>, Option<Uuid>), EngineError> {
    let mut found = newest(tx, db.keys(), before, ON_PAGE + 1).await?;
    let more = found.len() > usize::try_from(ON_PAGE).unwrap_or(usize::MAX);
    if more {
        found.pop();
    }
    let next = found.last().filter(|_| more).map(|entry| entry.status.erasure.id);
    Ok((found, next))
}

/// REP-12, or what stands for everybody who was erased.
pub(super) fn name(progress: &Progress) -> String {
    match (progress.status.erasure.kind, &progress.case) {
        (Kind::Case, Some((kind, number))) => name_of(kind, *number),
        (Kind::Case, None) => "a case".to_owned(),
        (Kind::Person, _) => ERASED_NAME.to_owned(),
    }
}

/// Who asked for it.
pub(super) async fn by(tx: &mut Tx, db: &Db, names: &mut Names, entry: &Progress) -> Result<String, EngineError> {
    match entry.by {
        Some(person) => names.get(tx, db, person).await,
        None => Ok("on the server".to_owned()),
    }
}

/// The answer to whoever asked: it is under way. `GET /api/v1/erasures` says when it is done.
pub(crate) fn ordered(erasure: &Erasure) -> Value {
    json!({
        "id": erasure.id.to_string(),
        "kind": erasure.kind.as_str(),
        "subject": erasure.subject.to_string(),
        "requested_at": erasure.at.to_string(),
    })
}

/// One item of the list for programs.
pub(super) fn item(entry: &Progress) -> Value {
    let mut item = ordered(&entry.status.erasure);
    item["name"] = json!(name(entry));
    item["requested_by"] = json!(entry.by.map(|person| person.to_string()));
    item["reason"] = json!(entry.reason);
    item["swept_at"] = json!(entry.status.swept_at.map(|at| at.to_string()));
    item["pending"] = json!(entry.waiting.map(|waiting| {
        json!({ "files": waiting.files, "tries": waiting.tries, "next_try_at": waiting.next.map(|at| at.to_string()) })
    }));
    item
}
