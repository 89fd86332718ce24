//! Where one event stands in the log, checked now: its opening and its plain columns against its commitment, and
//! the commitment against the head by an inclusion proof. What is damaged is found, not an error.

use super::{checkpoint, digest, epoch, size_of, tiles};
use crate::event::{self, Columns};
use crate::{DbError, Keyring, Tx, fetch_optional, stmt};
use domain::{EventId, Ts};
use tlog::{Digest, Head, SignedCheckpoint};

/// What was found.
#[derive(Debug, Clone)]
pub struct Standing {
    /// Kind of the event.
    pub kind: String,
    /// When it happened.
    pub at: Ts,
    /// Its commitment, as the log holds it; none when that is no commitment at all, or there is none.
    pub commitment: Option<Digest>,
    /// Whether what the store says of the event, in its columns too, gives that commitment. Nothing of an event of
    /// the house is ever erased.
    pub opens: bool,
    /// Its place.
    pub place: Placed,
}

/// Whether it has a place.
#[derive(Debug, Clone)]
pub enum Placed {
    /// It waits for one.
    Waiting,
    /// What the log keeps of it is damaged: there is no proof.
    Lost,
    /// The log has no entry of it at all, not even one that waits.
    Missing,
    /// Here.
    At(Box<Place>),
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

#[derive(sqlx::FromRow)]
struct Row {
    #[sqlx(flatten)]
    columns: Columns,
    body: Option<Vec<u8>>,
    salt: Option<Vec<u8>>,
    commitment: Option<Vec<u8>>,
    epoch: Option<i64>,
    idx: Option<i64>,
}

/// Checks an event of the house; none when there is no such event.
pub async fn standing_of_house(tx: &mut Tx, keys: &Keyring, id: EventId) -> Result<Option<Standing>, DbError> {
    let row = fetch_optional!(
        tx,
        Row,
        stmt!(
            "SELECT e.id, e.case_id, e.seq, e.kind, e.audience, e.party, e.actor, e.at, e.body, e.salt,
                    l.commitment, l.epoch, l.idx
             FROM events e LEFT JOIN log_entries l ON l.event = e.id WHERE e.id = $1 AND e.case_id IS NULL"
        ),
        id.uuid()
    )?;
    let Some(row) = row else { return Ok(None) };
    let commitment = row.commitment.as_deref().and_then(|bytes| digest(bytes).ok());
    let opens = opens(&row, keys)?;
    let place = match (row.epoch.zip(row.idx), &commitment) {
        _ if row.commitment.is_none() => Placed::Missing,
        (None, _) => Placed::Waiting,
        (Some(_), None) => Placed::Lost,
        (Some((number, index)), Some(commitment)) => match place(tx, keys, (number, index), commitment).await {
            Ok(place) => Placed::At(Box::new(place)),
            Err(DbError::Inconsistent(_) | DbError::Log(_)) => Placed::Lost,
            Err(error) => return Err(error),
        },
    };
    Ok(Some(Standing { kind: row.columns.kind, at: Ts::from_micros(row.columns.at), commitment, opens, place }))
}

fn opens(row: &Row, keys: &Keyring) -> Result<bool, DbError> {
    let (Some(body), Some(salt)) = (&row.body, &row.salt) else { return Ok(false) };
    match event::unseal(keys.house(), EventId::from_uuid(row.columns.id), body, salt) {
        Ok(opening) => {
            let made = tlog::commit(&opening.salt, &opening.canonical);
            let same = row.commitment.as_deref() == Some(made.as_bytes().as_slice());
            Ok(same && row.columns.agree_with(&opening.canonical))
        }
        // Sealed bytes that were changed do not open at all.
        Err(DbError::Seal(_) | DbError::Inconsistent(_)) => Ok(false),
        Err(error) => Err(error),
    }
}

async fn place(
    tx: &mut Tx,
    keys: &Keyring,
    (number, index): (i64, i64),
    commitment: &Digest,
) -> Result<Place, DbError> {
    let index = size_of(index)?;
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
