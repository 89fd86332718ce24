//! Legal holds: a case under one cannot be erased, by nobody and by no retention rule.
//!
//! Here are the column and the event of the house, which outlives the case. The case itself hears of it
//! through the desk's engine, which is the caller: only that can seal the state under a new version.

use super::{EraseError, Order};
use crate::{Keyring, Tx, event, execute, fetch_optional, stmt};
use domain::{Ambient, CaseId, PersonId};
use serde_json::json;

/// Sets a hold. Setting it again keeps the first instant.
pub async fn hold_case(
    tx: &mut Tx,
    keys: &Keyring,
    ambient: &Ambient,
    id: CaseId,
    order: &Order,
) -> Result<(), EraseError> {
    change(tx, keys, ambient, id, (order, true)).await
}

/// Lifts a hold.
pub async fn release_case(
    tx: &mut Tx,
    keys: &Keyring,
    ambient: &Ambient,
    id: CaseId,
    order: &Order,
) -> Result<(), EraseError> {
    change(tx, keys, ambient, id, (order, false)).await
}

async fn change(
    tx: &mut Tx,
    keys: &Keyring,
    ambient: &Ambient,
    id: CaseId,
    (order, held): (&Order, bool),
) -> Result<(), EraseError> {
    let row = fetch_optional!(tx, (Option<i64>,), stmt!("SELECT erased_at FROM cases WHERE id = $1"), id.uuid())?;
    match row {
        None => return Err(EraseError::NotFound),
        Some((Some(_),)) => return Err(EraseError::Already),
        Some((None,)) => {}
    }
    if held {
        let now = ambient.now().micros();
        execute!(tx, stmt!("UPDATE cases SET held_at = COALESCE(held_at, $1) WHERE id = $2"), now, id.uuid())?;
    } else {
        execute!(tx, stmt!("UPDATE cases SET held_at = NULL WHERE id = $1"), id.uuid())?;
    }
    let kind = if held { "case_held" } else { "case_released" };
    let data = json!({ "subject": id.to_string(), "reason": order.reason });
    event::append_house(tx, keys, ambient, kind, order.by.map(PersonId::uuid), data).await?;
    Ok(())
}
