//! Erasing one case.

use super::{EraseError, Erasure, Kind, Noted, Order, new_erasure, note};
use crate::{DbError, Keyring, Tx, execute, fetch_all, fetch_optional, search, stmt};
use domain::{Ambient, CaseId, Ts};
use seal::KeyKind;
use uuid::Uuid;

/// Erases a case inside a write: its key, the openings of its events, text, attachments, sessions and
/// replies go; a house event says so; a job sweeps the disk. Refused while a legal hold is set.
///
/// Callers follow it with [`super::acknowledged`], which keeps the erasure list.
pub async fn erase_case(
    tx: &mut Tx,
    keys: &Keyring,
    ambient: &Ambient,
    id: CaseId,
    order: &Order,
) -> Result<Erasure, EraseError> {
    let row = fetch_optional!(
        tx,
        (Option<i64>, Option<i64>),
        stmt!(
            sqlite: "SELECT held_at, erased_at FROM cases WHERE id = $1",
            // Nobody sets a hold or adds an event meanwhile.
            pg: "SELECT held_at, erased_at FROM cases WHERE id = $1 FOR UPDATE",
        ),
        id.uuid()
    )?;
    let (held, erased) = row.ok_or(EraseError::NotFound)?;
    if erased.is_some() {
        return Err(EraseError::Already);
    }
    if let Some(since) = held {
        return Err(EraseError::Held { since: Ts::from_micros(since) });
    }
    let erasure = new_erasure(ambient, Kind::Case, id.uuid());
    let blobs = remove(tx, (keys, ambient), (id.uuid(), erasure.at)).await?.ok_or(EraseError::NotFound)?;
    note(tx, keys, ambient, Noted { erasure, order, again: false, blobs }).await?;
    Ok(erasure)
}

/// Removes everything that could be read, as erased at this instant: a restore repeats an older one. Gives the blobs that are to be deleted, or `None` when there
/// is no such case.
pub(super) async fn remove(
    tx: &mut Tx,
    (keys, ambient): (&Keyring, &Ambient),
    (case, at): (Uuid, Ts),
) -> Result<Option<Vec<String>>, DbError> {
    // Empty bytes: nothing sealed is that short, so that they open under no key. The keyed hash of the
    // return code stays: it tells nothing but that whoever brings the code can be told what became of it.
    let found = execute!(
        tx,
        stmt!(
            "UPDATE cases SET title = $1, credit = $1, body = $1, is_open = FALSE, due_at = NULL,
                    alert_at = NULL, waiting_since = NULL, erased_at = $2, updated_at = $3, version = version + 1
             WHERE id = $4"
        ),
        Vec::<u8>::new(),
        at.micros(),
        ambient.now().micros(),
        case
    )?;
    if found == 0 {
        return Ok(None);
    }
    keys.destroy(tx, KeyKind::Case, case).await?;
    keys.destroy(tx, KeyKind::Draft, case).await?;
    execute!(tx, stmt!("UPDATE events SET body = NULL, salt = NULL WHERE case_id = $1"), case)?;
    let blobs = blobs(tx, case).await?;
    execute!(tx, stmt!("DELETE FROM attachments WHERE owner = $1"), case)?;
    execute!(tx, stmt!("DELETE FROM drafts WHERE id = $1"), case)?;
    execute!(tx, stmt!("DELETE FROM idempotency WHERE case_id = $1"), case)?;
    execute!(tx, stmt!("DELETE FROM sessions WHERE case_id = $1"), case)?;
    remove_in_order(tx, case).await?;
    execute!(tx, stmt!("DELETE FROM contacts WHERE case_id = $1"), case)?;
    // `arrivals` stays: the keyed hash tells nothing, and a mailbox that is read again opens no case anew of a
    // mail whose case was erased.
    execute!(tx, stmt!("DELETE FROM notices WHERE case_id = $1"), case)?;
    execute!(tx, stmt!("DELETE FROM case_watchers WHERE case_id = $1"), case)?;
    // Guests of this case alone are guests of nothing now.
    execute!(tx, stmt!("DELETE FROM grants WHERE scope = 'case' AND scope_id = $1"), case)?;
    execute!(tx, stmt!("DELETE FROM looks WHERE case_id = $1"), case)?;
    execute!(tx, stmt!("DELETE FROM held_messages WHERE case_id = $1"), case)?;
    search::remove_case(tx, keys, ambient, CaseId::from_uuid(case)).await?;
    Ok(Some(blobs))
}

/// Removes what others change many of at once: whoever marks alerts as seen, ends jobs, or tries all letters or messages
/// again takes them in the order of their ids too.
async fn remove_in_order(tx: &mut Tx, case: Uuid) -> Result<(), DbError> {
    execute!(
        tx,
        stmt!(
            sqlite: "DELETE FROM alerts WHERE case_id = $1",
            pg: "DELETE FROM alerts WHERE id IN (SELECT id FROM alerts WHERE case_id = $1 ORDER BY id FOR UPDATE)",
        ),
        case
    )?;
    execute!(
        tx,
        stmt!(
            sqlite: "DELETE FROM jobs WHERE subject = $1",
            pg: "DELETE FROM jobs WHERE id IN (SELECT id FROM jobs WHERE subject = $1 ORDER BY id FOR UPDATE)",
        ),
        case
    )?;
    execute!(
        tx,
        stmt!(
            sqlite: "DELETE FROM letters WHERE case_id = $1",
            pg: "DELETE FROM letters WHERE id IN (SELECT id FROM letters WHERE case_id = $1 ORDER BY id FOR UPDATE)",
        ),
        case
    )?;
    execute!(
        tx,
        stmt!(
            sqlite: "DELETE FROM webhook_deliveries WHERE case_id = $1",
            pg: "DELETE FROM webhook_deliveries WHERE id IN (
                   SELECT id FROM webhook_deliveries WHERE case_id = $1 ORDER BY id FOR UPDATE)",
        ),
        case
    )
    .map(|_| ())
}

async fn blobs(tx: &mut Tx, case: Uuid) -> Result<Vec<String>, DbError> {
    let rows = fetch_all!(
        tx,
        (String,),
        stmt!("SELECT DISTINCT blob FROM attachments WHERE owner = $1 ORDER BY blob LIMIT 100000"),
        case
    )?;
    Ok(rows.into_iter().map(|(blob,)| blob).collect())
}
