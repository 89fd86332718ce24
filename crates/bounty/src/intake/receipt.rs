//! Receipts of reports, for the answer and for the holder of a return code.

use super::IntakeError;
use db::{Db, DbError, Tx, fetch_optional, stmt};
use domain::{CaseId, EventId, ReturnCode};
use serde_json::Value;
use uuid::Uuid;

/// The receipt of a report as the JSON document that `leeward receipt verify` reads.
pub(crate) async fn receipt(db: &Db, case: CaseId, event: EventId) -> Result<Value, IntakeError> {
    let mut tx = db.glance().await?;
    of_event(&mut tx, db, (case, event)).await
}

/// Number and receipt of the report behind a return code; none when the code opens nothing.
pub(crate) async fn by_code(db: &Db, code: &ReturnCode) -> Result<Option<(i64, Value)>, IntakeError> {
    let index = accounts::code_index(db.keys(), code);
    let mut tx = db.glance().await?;
    let row = fetch_optional!(
        &mut tx,
        (Uuid, i64, Uuid),
        stmt!(
            "SELECT c.id, c.number, e.id FROM cases c JOIN events e ON e.case_id = c.id AND e.seq = 1
             WHERE c.code_index = $1 AND c.erased_at IS NULL"
        ),
        index
    )?;
    let Some((case, number, event)) = row else { return Ok(None) };
    let receipt = of_event(&mut tx, db, (CaseId::from_uuid(case), EventId::from_uuid(event))).await?;
    Ok(Some((number, receipt)))
}

async fn of_event(tx: &mut Tx, db: &Db, (case, event): (CaseId, EventId)) -> Result<Value, IntakeError> {
    let receipt = db::log::receipt(tx, db.keys(), case, event).await?.ok_or(DbError::Erased)?;
    serde_json::to_value(receipt).map_err(IntakeError::corrupt)
}
