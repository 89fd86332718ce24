//! A case that leaves the house: which events go with it, the event of the house that vouches for them, and
//! each with its proof. Made page by page: nothing here holds more than the list of places.

use super::epoch::{self, Epoch};
use super::{checkpoint, digest, receipt, size_of, tiles};
use crate::{Db, DbError, Tx, event, fetch_all, stmt};
use data_encoding::BASE64;
use domain::{CaseId, EventId, PersonId};
use seal::DataKey;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use tlog::dossier::{Digests, EpochHead, SEAL_KIND};
use tlog::{Commitment, Receipt, TileId, Tiles};
use uuid::Uuid;

pub use tlog::Digest;
pub use tlog::dossier::Entry;

/// Rows read at once.
const AT_ONCE: usize = 500;

/// What goes out.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// The case.
    pub case: CaseId,
    /// The version that was seen: later events stay.
    pub version: i64,
    /// Everything, or what the reporter may read.
    pub everything: bool,
    /// Who takes it.
    pub by: PersonId,
}

/// An event that goes out, without its words.
#[derive(Debug, Clone, Copy)]
pub struct Listed {
    /// Its number in the case.
    pub seq: i64,
    commitment: Commitment,
    place: Option<(i64, u64)>,
}

impl Listed {
    /// What the log committed to, in base64.
    pub fn commitment(&self) -> String {
        BASE64.encode(self.commitment.as_bytes())
    }

    /// The same as a digest.
    pub fn digest(&self) -> Digest {
        Digest::from_bytes(*self.commitment.as_bytes())
    }
}

/// What stands after the events.
#[derive(Debug, Clone)]
pub struct Sealed {
    /// The signed heads, one an epoch.
    pub checkpoints: Vec<EpochHead>,
    /// Receipt of the event that recorded the export.
    pub seal: Receipt,
    trees: BTreeMap<i64, Epoch>,
}

/// The events in order.
pub async fn listed(tx: &mut Tx, wanted: &Wanted) -> Result<Vec<Listed>, DbError> {
    let mut list: Vec<Listed> = Vec::new();
    loop {
        let after = list.last().map_or(0, |last| last.seq);
        let rows = fetch_all!(
            tx,
            (i64, Vec<u8>, Option<i64>, Option<i64>),
            stmt!(
                "SELECT e.seq, l.commitment, l.epoch, l.idx FROM events e JOIN log_entries l ON l.event = e.id
                 WHERE e.case_id = $1 AND e.seq > $2 AND e.seq <= $3 AND (e.audience <> 'team' OR $4)
                 ORDER BY e.seq LIMIT 500"
            ),
            wanted.case.uuid(),
            after,
            wanted.version,
            wanted.everything
        )?;
        let last = rows.len() < AT_ONCE;
        for (seq, commitment, number, index) in rows {
            let commitment = Commitment(*digest(&commitment)?.as_bytes());
            let place = match number.zip(index) {
                Some((number, index)) => Some((number, size_of(index)?)),
                None => None,
            };
            list.push(Listed { seq, commitment, place });
        }
        if last {
            return Ok(list);
        }
    }
}

/// Records the export in the log of the house, with digests of the cover and of the events; none when the log did
/// not take it in while somebody waited.
pub async fn seal(db: &Db, wanted: &Wanted, cover: &Value) -> Result<Option<(Vec<Listed>, Sealed)>, DbError> {
    let mut tx = db.read().await?;
    let list = listed(&mut tx, wanted).await?;
    drop(tx);
    let digests = Digests::of(cover, list.iter().map(|one| one.commitment)).map_err(|e| DbError::Log(e.to_string()))?;
    let data = json!({
        "subject": wanted.case.to_string(),
        "version": wanted.version,
        "contents": if wanted.everything { "everything" } else { "reporter" },
        "count": list.len(),
        "cover": digests.cover.to_string(),
        "events": digests.events.to_string(),
    });
    let (store, by) = (db.clone(), wanted.by.uuid());
    let recorded: EventId = db
        .write(move |tx| {
            Box::pin(
                async move { event::append_house(tx, store.keys(), store.ambient(), SEAL_KIND, Some(by), data).await },
            )
        })
        .await?;
    receipt::settled(db).await;
    let mut tx = db.read().await?;
    // Again: an event of a moment ago has its place by now.
    let list = listed(&mut tx, wanted).await?;
    let seal = receipt::receipt_of_house(&mut tx, db.keys(), recorded).await?;
    let Some(seal) = seal.filter(|seal| seal.proof.is_some()) else { return Ok(None) };
    let Some(numbers) = list.iter().map(|one| one.place.map(|(number, _)| number)).collect::<Option<Vec<_>>>() else {
        return Ok(None);
    };
    let (mut trees, mut checkpoints) = (BTreeMap::new(), Vec::new());
    for tree in epoch::epochs(&mut tx).await?.into_iter().filter(|tree| numbers.contains(&tree.number)) {
        let note = checkpoint::sign(&mut tx, db.keys(), &tree, tree.head).await?;
        let (epoch, key_id) = (tree.origin.epoch, tree.verifier.id());
        checkpoints.push(EpochHead { epoch, key_id, checkpoint: note.as_str().to_owned() });
        trees.insert(tree.number, tree);
    }
    Ok(Some((list, Sealed { checkpoints, seal, trees })))
}

/// The digest of what is shown of an event some of whose words are withheld; the cover has it.
pub fn of_shown(event: &Value) -> Result<Digest, DbError> {
    Digests::of_shown(event).map_err(|e| DbError::Log(e.to_string()))
}

/// Some of the listed events, in order, with their words and proofs. An erasure meanwhile is an error.
pub async fn entries(
    tx: &mut Tx,
    (key, case): (&DataKey, CaseId),
    (list, sealed): (&[Listed], &Sealed),
) -> Result<Vec<Entry>, DbError> {
    let (Some(first), Some(last)) = (list.first(), list.last()) else { return Ok(Vec::new()) };
    let rows = fetch_all!(
        tx,
        (i64, Uuid, Option<Vec<u8>>, Option<Vec<u8>>),
        stmt!("SELECT seq, id, body, salt FROM events WHERE case_id = $1 AND seq BETWEEN $2 AND $3 ORDER BY seq"),
        case.uuid(),
        first.seq,
        last.seq
    )?;
    let mut rows: BTreeMap<i64, _> = rows.into_iter().map(|(seq, id, body, salt)| (seq, (id, body, salt))).collect();
    let tiles = needed(tx, (list, sealed)).await?;
    let mut entries = Vec::with_capacity(list.len());
    for one in list {
        let gone = || DbError::Inconsistent(format!("event {} of case {case} went while it was exported", one.seq));
        let (Some((id, Some(body), Some(salt))), Some((number, index))) = (rows.remove(&one.seq), one.place) else {
            return Err(gone());
        };
        let opened = event::unseal(key, EventId::from_uuid(id), &body, &salt)?;
        let event = serde_json::from_slice(&opened.canonical).map_err(|_| gone())?;
        let (tree, tiles) = sealed.trees.get(&number).zip(tiles.get(&number)).ok_or_else(gone)?;
        let proof = tlog::inclusion_proof(tree.head.size, index, tiles)?;
        entries.push(Entry::new(event, &opened.salt, (tree.origin.epoch, index, proof)));
    }
    Ok(entries)
}

/// The tiles that prove these events, by tree. Neighbours share theirs.
async fn needed(tx: &mut Tx, (list, sealed): (&[Listed], &Sealed)) -> Result<BTreeMap<i64, Tiles>, DbError> {
    let mut wanted: BTreeMap<i64, BTreeSet<TileId>> = BTreeMap::new();
    for (number, index) in list.iter().filter_map(|one| one.place) {
        if let Some(tree) = sealed.trees.get(&number) {
            wanted.entry(number).or_default().extend(tlog::tiles_for_proof(tree.head.size, index));
        }
    }
    let mut tiles = BTreeMap::new();
    for (number, wanted) in wanted {
        let wanted: Vec<TileId> = wanted.into_iter().collect();
        tiles.insert(number, tiles::load_all(tx, number, &wanted).await?);
    }
    Ok(tiles)
}
