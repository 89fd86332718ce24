//! The name somebody wants to be thanked under: part of the report, and kept once more beside the title, so that a
//! list of fifty cases opens fifty names and not fifty reports.

use super::EngineError;
use db::{DataKey, Db, Tx, fetch_optional, field, stmt};
use domain::case::NewEvent;
use domain::{CaseId, ReporterText};
use serde_json::Value;
use uuid::Uuid;

/// The name in the first event of a case; one of another shape has none.
fn of(event: &Value) -> Option<ReporterText> {
    ReporterText::new(event["report"]["credit"].as_str()?.to_owned()).ok()
}

/// The sealed name of a case that opens with these events: nothing, sealed, where there is none.
pub(super) fn seal(db: &Db, key: &DataKey, case: CaseId, events: &[NewEvent]) -> Vec<u8> {
    let name = events.first().and_then(|event| of(&event.data));
    let bytes = name.as_ref().map_or("", ReporterText::as_str).as_bytes();
    key.seal(field::CASE_CREDIT, case.uuid(), 0, bytes, db.ambient().random.as_ref())
}

/// Opens it.
pub(crate) fn open(key: &DataKey, case: Uuid, sealed: &[u8]) -> Result<Option<ReporterText>, EngineError> {
    let bytes = key.open(field::CASE_CREDIT, case, 0, sealed).map_err(db::DbError::from)?;
    Ok(String::from_utf8(bytes.to_vec()).ok().and_then(|name| ReporterText::new(name).ok()))
}

/// The name in the first event of a case from before it was kept beside the title.
pub(crate) async fn of_report(tx: &mut Tx, key: &DataKey, case: Uuid) -> Result<Option<ReporterText>, EngineError> {
    let row = fetch_optional!(
        tx,
        (Uuid, Option<Vec<u8>>),
        stmt!("SELECT id, body FROM events WHERE case_id = $1 AND seq = 1"),
        case
    )?;
    let Some((id, Some(body))) = row else { return Ok(None) };
    let text = key.open(field::EVENT_BODY, id, 0, &body).map_err(db::DbError::from)?;
    Ok(serde_json::from_slice::<Value>(&text).ok().and_then(|event| of(&event["data"])))
}
