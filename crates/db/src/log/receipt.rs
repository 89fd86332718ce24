//! Receipts: the opening of one event with the proof that the log holds it.

use super::{checkpoint, epoch, size_of, tiles};
use crate::{Db, DbError, JoinedKey, Keyring, Tx, event, fetch_optional, stmt};
use domain::{CaseId, EventId};
use seal::KeyKind;
use std::time::Duration;
use tlog::{Commitment, Content, Opening, Receipt};
use uuid::Uuid;

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

/// Everything that a receipt says of one event, in one row: an answer to a report waits for it.
#[derive(sqlx::FromRow)]
struct Row {
    body: Option<Vec<u8>>,
    salt: Option<Vec<u8>>,
    key_id: Uuid,
    master: Vec<u8>,
    wrapped: Vec<u8>,
    idx: Option<i64>,
    epoch: Option<i64>,
    origin: Option<String>,
    owner: Option<Uuid>,
    verifier: Option<String>,
    size: Option<i64>,
    root: Option<Vec<u8>>,
}

/// The receipt of an event of a case; `None` when an erasure destroyed its opening. Pending when the entry
/// has no place yet.
///
/// A glance is enough: the tiles that are read after the head hold at least what it covers.
pub async fn receipt(tx: &mut Tx, keys: &Keyring, case: CaseId, id: EventId) -> Result<Option<Receipt>, DbError> {
    let row = fetch_optional!(
        tx,
        Row,
        stmt!(
            "SELECT e.body, e.salt, k.id AS key_id, k.master, k.wrapped,
                    l.idx, l.epoch, o.origin, s.owner, o.verifier, o.size, o.root
             FROM events e JOIN keys k ON k.kind = $1 AND k.owner = e.case_id
             JOIN log_entries l ON l.event = e.id
             LEFT JOIN log_epochs o ON o.epoch = l.epoch LEFT JOIN keys s ON s.id = o.key
             WHERE e.id = $2 AND e.case_id = $3"
        ),
        KeyKind::Case.as_i64(),
        id.uuid(),
        case.uuid()
    )?;
    let Some(row) = row else { return Ok(None) };
    let key = JoinedKey { id: row.key_id, master: row.master, wrapped: row.wrapped };
    let key = keys.joined((KeyKind::Case, case.uuid()), &key)?;
    let (Some(body), Some(salt)) = (row.body, row.salt) else { return Ok(None) };
    let opening = in_receipt(event::unseal(&key, id, &body, &salt)?)?;
    let Some(index) = row.idx else {
        let current = epoch::current(tx).await?;
        return Ok(Some(Receipt::pending(&current.origin, current.verifier.id(), opening)));
    };
    let of = match (row.epoch, row.origin, row.owner, row.verifier, row.size, row.root) {
        (Some(number), Some(origin), Some(owner), Some(verifier), Some(size), Some(root)) => {
            epoch::open(&epoch::Row { epoch: number, origin, owner, verifier, size, root })?
        }
        _ => return Err(DbError::Inconsistent(format!("event {id} lies in an epoch that is not there"))),
    };
    proven(tx, keys, (&of, size_of(index)?), opening).await.map(Some)
}

/// The same of an event of the house.
pub(super) async fn receipt_of_house(tx: &mut Tx, keys: &Keyring, id: EventId) -> Result<Option<Receipt>, DbError> {
    let Some(opening) = event::opening(tx, keys.house(), id).await? else { return Ok(None) };
    let opening = in_receipt(opening)?;
    let place = fetch_optional!(
        tx,
        (i64, i64),
        stmt!("SELECT epoch, idx FROM log_entries WHERE event = $1 AND idx IS NOT NULL"),
        id.uuid()
    )?;
    let Some((number, index)) = place else {
        let current = epoch::current(tx).await?;
        return Ok(Some(Receipt::pending(&current.origin, current.verifier.id(), opening)));
    };
    let of = epoch::epochs(tx).await?.into_iter().find(|tree| tree.number == number);
    let of = of.ok_or_else(|| DbError::Inconsistent(format!("event {id} lies in an epoch that is not there")))?;
    proven(tx, keys, (&of, size_of(index)?), opening).await.map(Some)
}

async fn proven(
    tx: &mut Tx,
    keys: &Keyring,
    (of, index): (&epoch::Epoch, u64),
    opening: Opening,
) -> Result<Receipt, DbError> {
    let tiles = tiles::load_all(tx, of.number, &tlog::tiles_for_proof(of.head.size, index)).await?;
    let proof = tlog::inclusion_proof(of.head.size, index, &tiles)?;
    let note = checkpoint::sign(tx, keys, of, of.head).await?;
    Ok(Receipt::pending(&of.origin, of.verifier.id(), opening).proven(index, proof, &note))
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
