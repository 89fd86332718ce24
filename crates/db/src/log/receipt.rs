//! Receipts: the opening of one event with the proof that the log holds it.

use super::{checkpoint, epoch, size_of, tiles};
use crate::{Db, DbError, Keyring, Tx, event, fetch_optional, stmt};
use domain::EventId;
use seal::DataKey;
use std::sync::Arc;
use std::time::Duration;
use tlog::{Commitment, Content, Opening, Receipt};

/// A report longer than this is in its receipt by digest only: the reporter has the text.
const EVENT_MAX: usize = 512 * 1024;
/// How long an answer waits for the sequencer of PostgreSQL before it carries a pending receipt.
const PATIENCE: Duration = Duration::from_secs(3);

/// Waits until what was written before is sequenced. On SQLite it already is.
pub async fn settled(db: &Db) {
    if db.writer().is_none() {
        db.log_bell().placed(PATIENCE).await;
    }
}

/// The receipt of an event under the key of its case; `None` when an erasure destroyed the opening.
/// Pending when the entry has no place yet.
pub async fn receipt(tx: &mut Tx, keys: &Keyring, key: &Arc<DataKey>, id: EventId) -> Result<Option<Receipt>, DbError> {
    let Some(opening) = event::opening(tx, key, id).await? else { return Ok(None) };
    let opening = in_receipt(opening)?;
    let place = fetch_optional!(
        tx,
        (Option<i64>, Option<i64>),
        stmt!("SELECT epoch, idx FROM log_entries WHERE event = $1"),
        id.uuid()
    )?;
    let Some((Some(number), Some(index))) = place else {
        let current = epoch::current(tx).await?;
        return Ok(Some(Receipt::pending(&current.origin, current.verifier.id(), opening)));
    };
    let of = epoch::by_number(tx, number)
        .await?
        .ok_or_else(|| DbError::Inconsistent(format!("event {id} lies in epoch {number}, which is not there")))?;
    let index = size_of(index)?;
    let tiles = tiles::load_all(tx, number, &tlog::tiles_for_proof(of.head.size, index)).await?;
    let proof = tlog::inclusion_proof(of.head.size, index, &tiles)?;
    let note = checkpoint::sign(tx, keys, &of, of.head).await?;
    Ok(Some(Receipt::pending(&of.origin, of.verifier.id(), opening).proven(index, proof, &note)))
}

fn in_receipt(opening: event::Opening) -> Result<Opening, DbError> {
    let content = if opening.canonical.len() > EVENT_MAX {
        let commitment: Commitment = tlog::commit(&opening.salt, &opening.canonical);
        Content::Digest(commitment)
    } else {
        let text =
            String::from_utf8(opening.canonical).map_err(|_| DbError::Inconsistent("an event is not UTF-8".into()))?;
        Content::Event(text)
    };
    Ok(Opening { salt: opening.salt, content })
}
