//! Erasing the account of a researcher. Their reports stay; nothing tells any more who sent them.

use super::{EraseError, Erasure, Kind, Noted, Order, new_erasure, note, remove_letters};
use crate::{DbError, Keyring, Tx, execute, fetch_optional, stmt};
use domain::{Ambient, PersonId};
use seal::KeyKind;
use uuid::Uuid;

/// Erases a researcher inside a write: key, address, profile, second factor, sessions, links and letters go; a house event says
/// so. A bar stays until its day: of its mailbox only the keyed hash is kept.
///
/// Callers follow it with [`super::acknowledged`], which keeps the erasure list.
pub async fn erase_researcher(
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
            sqlite: "SELECT state FROM researchers WHERE id = $1",
            pg: "SELECT state FROM researchers WHERE id = $1 FOR NO KEY UPDATE",
        ),
        id.uuid()
    )?;
    let (state,) = row.ok_or(EraseError::NotFound)?;
    if state != "active" {
        return Err(EraseError::Already);
    }
    let erasure = new_erasure(ambient, Kind::Person, id.uuid());
    remove(tx, keys, id.uuid()).await?;
    note(tx, keys, ambient, Noted { erasure, order, again: false, blobs: Vec::new() }).await?;
    Ok(erasure)
}

/// Removes everything that tells who it was; gives false when there is no such researcher.
pub(super) async fn remove(tx: &mut Tx, keys: &Keyring, researcher: Uuid) -> Result<bool, DbError> {
    // The address stands in them too, under the key of the house.
    execute!(
        tx,
        stmt!(
            "DELETE FROM researcher_links
             WHERE researcher = $1 OR mailbox = (SELECT mailbox FROM researchers WHERE id = $1)"
        ),
        researcher
    )?;
    // So it does in letters that went to the address itself, among them the one with the link they came in by.
    remove_letters(tx, researcher).await?;
    let found = execute!(
        tx,
        stmt!(
            "UPDATE researchers SET state = 'erased', email_index = NULL, mailbox = NULL, email = $1, profile = $1,
                    totp = NULL, totp_step = 0, version = version + 1
             WHERE id = $2"
        ),
        Vec::<u8>::new(),
        researcher
    )?;
    if found == 0 {
        return Ok(false);
    }
    keys.destroy(tx, KeyKind::Person, researcher).await?;
    execute!(tx, stmt!("DELETE FROM sessions WHERE researcher = $1"), researcher)?;
    execute!(tx, stmt!("UPDATE bars SET researcher = NULL WHERE researcher = $1"), researcher)?;
    Ok(true)
}
