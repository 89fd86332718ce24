//! Erasing one person. Their cases stay, with an "erased person" where the name was.

use super::{EraseError, Erasure, Kind, Noted, Order, new_erasure, note, remove_letters};
use crate::{DbError, Keyring, Tx, execute, fetch_optional, stmt};
use domain::{Ambient, PersonId};
use seal::KeyKind;
use uuid::Uuid;

/// The state of an erased person.
const ERASED: &str = "erased";

/// Erases a person inside a write: key, name, address, credentials, sessions, tokens, links, rights and
/// memberships go; a house event says so. Whether the last owner may go is decided by the caller.
///
/// Callers follow it with [`super::acknowledged`], which keeps the erasure list.
pub async fn erase_person(
    tx: &mut Tx,
    keys: &Keyring,
    ambient: &Ambient,
    id: PersonId,
    order: &Order,
) -> Result<Erasure, EraseError> {
    let row = fetch_optional!(
        tx,
        (String,),
        stmt!(
            sqlite: "SELECT state FROM people WHERE id = $1",
            pg: "SELECT state FROM people WHERE id = $1 FOR NO KEY UPDATE",
        ),
        id.uuid()
    )?;
    let (state,) = row.ok_or(EraseError::NotFound)?;
    if state == ERASED {
        return Err(EraseError::Already);
    }
    let erasure = new_erasure(ambient, Kind::Person, id.uuid());
    remove(tx, keys, id.uuid()).await?;
    note(tx, keys, ambient, Noted { erasure, order, again: false, blobs: Vec::new() }).await?;
    Ok(erasure)
}

/// Removes everything that tells who it was; gives false when there is no such person.
pub(super) async fn remove(tx: &mut Tx, keys: &Keyring, person: Uuid) -> Result<bool, DbError> {
    let found = execute!(
        tx,
        stmt!(
            "UPDATE people SET state = $1, email_index = NULL, name = $2, email = $2, password = NULL,
                    totp = NULL, totp_step = 0, version = version + 1
             WHERE id = $3"
        ),
        ERASED,
        Vec::<u8>::new(),
        person
    )?;
    if found == 0 {
        return Ok(false);
    }
    keys.destroy(tx, KeyKind::Person, person).await?;
    execute!(tx, stmt!("DELETE FROM sessions WHERE person = $1"), person)?;
    execute!(tx, stmt!("DELETE FROM tokens WHERE person = $1"), person)?;
    execute!(tx, stmt!("DELETE FROM links WHERE person = $1"), person)?;
    execute!(tx, stmt!("DELETE FROM grants WHERE person = $1"), person)?;
    execute!(tx, stmt!("DELETE FROM case_members WHERE person = $1"), person)?;
    execute!(tx, stmt!("DELETE FROM case_watchers WHERE person = $1"), person)?;
    // The desk unassigns by events of its cases before; this is for cases that are erased, and for a restore.
    execute!(tx, stmt!("UPDATE cases SET assignee = NULL WHERE assignee = $1"), person)?;
    execute!(
        tx,
        stmt!(
            sqlite: "DELETE FROM alerts WHERE person = $1",
            pg: "DELETE FROM alerts WHERE id IN (SELECT id FROM alerts WHERE person = $1 ORDER BY id FOR UPDATE)",
        ),
        person
    )?;
    execute!(tx, stmt!("DELETE FROM quiet_hours WHERE person = $1"), person)?;
    execute!(tx, stmt!("DELETE FROM views WHERE person = $1"), person)?;
    execute!(tx, stmt!("DELETE FROM inbox_choices WHERE person = $1"), person)?;
    execute!(tx, stmt!("DELETE FROM looks WHERE person = $1"), person)?;
    execute!(tx, stmt!("DELETE FROM bulk_deeds WHERE person = $1"), person)?;
    execute!(
        tx,
        stmt!(
            sqlite: "DELETE FROM jobs WHERE subject = $1",
            pg: "DELETE FROM jobs WHERE id IN (SELECT id FROM jobs WHERE subject = $1 ORDER BY id FOR UPDATE)",
        ),
        person
    )?;
    remove_letters(tx, person).await?;
    execute!(tx, stmt!("DELETE FROM notices WHERE person = $1"), person)?;
    execute!(tx, stmt!("DELETE FROM notice_choices WHERE person = $1"), person)?;
    Ok(true)
}
