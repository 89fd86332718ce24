//! Where one event stands in the log, checked now: its opening against its commitment, and the commitment
//! against the head by an inclusion proof.

use super::{checkpoint, digest, epoch, size_of, tiles};
use crate::{DbError, Keyring, Tx, event, fetch_optional, stmt};
use domain::{EventId, Ts};
use seal::DataKey;
use std::sync::Arc;
use tlog::{Commitment, Digest, Head, SignedCheckpoint};

/// What was found.
#[derive(Debug, Clone)]
pub struct Standing {
    /// Kind of the event.
    pub kind: String,
    /// When it happened.
    pub at: Ts,
    /// Its commitment, as the log holds it.
    pub commitment: Digest,
    /// Whether what the store says of the event gives that commitment; none when an erasure destroyed it.
    pub opens: Option<bool>,
    /// Its place; none while it waits for one.
    pub place: Option<Place>,
}

/// A place in the tree.
#[derive(Debug, Clone)]
pub struct Place {
    /// Name of the log in that epoch.
    pub origin: String,
    /// From 0.
    pub index: u64,
    /// The head it was checked against.
    pub head: Head,
    /// Hashes from the entry up to the root.
    pub proof: Vec<Digest>,
    /// Whether they lead there.
    pub holds: bool,
    /// The head, signed.
    pub note: SignedCheckpoint,
}

/// Checks an event of the house; none when there is no such event.
pub async fn standing_of_house(tx: &mut Tx, keys: &Keyring, id: EventId) -> Result<Option<Standing>, DbError> {
    let row = fetch_optional!(
        tx,
        (String, i64, Vec<u8>, Option<i64>, Option<i64>),
        stmt!(
            "SELECT e.kind, e.at, l.commitment, l.epoch, l.idx FROM events e JOIN log_entries l ON l.event = e.id
             WHERE e.id = $1 AND e.case_id IS NULL"
        ),
        id.uuid()
    )?;
    let Some((kind, at, commitment, number, index)) = row else { return Ok(None) };
    let commitment = digest(&commitment)?;
    let opens = opens(tx, keys.house(), (id, &commitment)).await?;
    let place = match number.zip(index) {
        Some((number, index)) => Some(place(tx, keys, (number, size_of(index)?), &commitment).await?),
        None => None,
    };
    Ok(Some(Standing { kind, at: Ts::from_micros(at), commitment, opens, place }))
}

async fn opens(tx: &mut Tx, key: &Arc<DataKey>, (id, commitment): (EventId, &Digest)) -> Result<Option<bool>, DbError> {
    match event::opening(tx, key, id).await {
        Ok(opening) => Ok(opening.map(|opening| {
            let made: Commitment = tlog::commit(&opening.salt, &opening.canonical);
            made.as_bytes() == commitment.as_bytes()
        })),
        // Sealed bytes that were changed do not open at all.
        Err(DbError::Seal(_)) => Ok(Some(false)),
        Err(error) => Err(error),
    }
}

async fn place(
    tx: &mut Tx,
    keys: &Keyring,
    (number, index): (i64, u64),
    commitment: &Digest,
) -> Result<Place, DbError> {
    let all = epoch::epochs(tx).await?;
    let of = all.into_iter().find(|epoch| epoch.number == number);
    let of = of.ok_or_else(|| DbError::Inconsistent(format!("an entry lies in epoch {number}, which is not there")))?;
    let tiles = tiles::load_all(tx, number, &tlog::tiles_for_proof(of.head.size, index)).await?;
    let proof = tlog::inclusion_proof(of.head.size, index, &tiles)?;
    let leaf = tlog::leaf_hash(commitment.as_bytes());
    let holds = tlog::verify_inclusion(&of.head, index, &leaf, &proof).is_ok();
    let note = checkpoint::sign(tx, keys, &of, of.head).await?;
    Ok(Place { origin: of.origin.to_string(), index, head: of.head, proof, holds, note })
}
