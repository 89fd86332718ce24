//! `leeward verify`: every event against its entry, every entry and head against the tree, every
//! opening that is gone against a logged erasure.

use super::{column, epoch, size_of, tiles};
use crate::{Db, DbError, Tx, event, fetch_all, fetch_one, stmt};
use domain::{CaseId, EventId};
use seal::KeyKind;
use std::collections::{BTreeMap, BTreeSet};
use tlog::{Commitment, Head, Level, TileId};
use uuid::Uuid;

const PAGE: i64 = 512;

/// One contradiction that was found.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The stored event is not what was committed to.
    #[error("event {0}: its content is not what was committed to")]
    Content(Uuid),
    /// The event cannot be opened and no erasure of its case is logged.
    #[error("event {0}: its content is gone or does not open, and no erasure is logged")]
    Gone(Uuid),
    /// An event without an entry.
    #[error("event {0}: it has no entry in the log")]
    NoEntry(Uuid),
    /// The entry in the tree is not the one in the table.
    #[error("epoch {epoch}, entry {index}: the tree holds another commitment")]
    Entry {
        /// The tree.
        epoch: i64,
        /// The place.
        index: u64,
    },
    /// Entries of a tree are missing from the table.
    #[error("epoch {epoch}: the tree has {size} entries, the table {found}")]
    Count {
        /// The tree.
        epoch: i64,
        /// Entries in the tree.
        size: u64,
        /// Entries in the table.
        found: u64,
    },
    /// The root does not follow from the entries.
    #[error("epoch {epoch}: the root at size {size} does not follow from its entries")]
    Root {
        /// The tree.
        epoch: i64,
        /// At this size.
        size: u64,
    },
    /// Events of a case are missing or out of order.
    #[error("case {case}: event number {seq} is missing")]
    Sequence {
        /// The case.
        case: Uuid,
        /// The first missing number.
        seq: i64,
    },
}

/// What was looked at and what was wrong.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// Events whose content was compared with its commitment.
    pub events: u64,
    /// Events whose content a logged erasure destroyed.
    pub erased: u64,
    /// Entries not yet placed: normal for a moment after a write on PostgreSQL.
    pub pending: u64,
    /// Trees.
    pub epochs: u64,
    /// Published heads.
    pub checkpoints: u64,
    /// What was wrong, at most 1,000.
    pub faults: Vec<Fault>,
}

impl Report {
    fn fault(&mut self, fault: Fault) {
        if self.faults.len() < 1000 {
            self.faults.push(fault);
        }
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    case_id: Option<Uuid>,
    seq: i64,
    commitment: Option<Vec<u8>>,
    idx: Option<i64>,
}

/// Checks the whole store in one snapshot. Memory is bounded by the number of cases, not of events.
pub async fn verify(db: &Db) -> Result<Report, DbError> {
    let mut tx = db.read().await?;
    let mut report = Report::default();
    let erased: BTreeSet<Uuid> = fetch_all!(&mut tx, (Uuid,), stmt!("SELECT subject FROM erasures WHERE kind = 'case'"))?
        .into_iter()
        .map(|(id,)| id)
        .collect();
    events(db, &mut tx, &erased, &mut report).await?;
    for of in epoch::epochs(&mut tx).await? {
        report.epochs += 1;
        tree(&mut tx, &of, &mut report).await?;
        heads(&mut tx, &of, &mut report).await?;
    }
    Ok(report)
}

async fn events(db: &Db, tx: &mut Tx, erased: &BTreeSet<Uuid>, report: &mut Report) -> Result<(), DbError> {
    let mut after = Uuid::nil();
    let mut places: BTreeMap<Uuid, (i64, i64)> = BTreeMap::new();
    loop {
        let rows = fetch_all!(
            tx,
            Row,
            stmt!(
                "SELECT e.id, e.case_id, e.seq, l.commitment, l.idx FROM events e
                 LEFT JOIN log_entries l ON l.event = e.id WHERE e.id > $1 ORDER BY e.id LIMIT $2"
            ),
            after,
            PAGE
        )?;
        let Some(last) = rows.last() else { break };
        after = last.id;
        for row in rows {
            if let Some(case) = row.case_id {
                let (count, highest) = places.entry(case).or_default();
                *count += 1;
                *highest = (*highest).max(row.seq);
            }
            one_event(db, tx, erased, row, report).await?;
        }
    }
    for (case, (count, highest)) in places {
        if count != highest {
            report.fault(Fault::Sequence { case, seq: count + 1 });
        }
    }
    Ok(())
}

async fn one_event(
    db: &Db,
    tx: &mut Tx,
    erased: &BTreeSet<Uuid>,
    row: Row,
    report: &mut Report,
) -> Result<(), DbError> {
    let Some(commitment) = row.commitment.as_deref().and_then(Commitment::from_slice) else {
        report.fault(Fault::NoEntry(row.id));
        return Ok(());
    };
    report.pending += u64::from(row.idx.is_none());
    let key = match row.case_id {
        Some(case) => db.keys().find(tx, KeyKind::Case, CaseId::from_uuid(case).uuid()).await?,
        None => Some(db.keys().house().clone()),
    };
    let opening = match &key {
        Some(key) => event::opening(tx, key, EventId::from_uuid(row.id)).await,
        None => Ok(None),
    };
    match opening {
        Ok(Some(opening)) => {
            report.events += 1;
            if tlog::commit(&opening.salt, &opening.canonical) != commitment {
                report.fault(Fault::Content(row.id));
            }
        }
        Ok(None) if row.case_id.is_some_and(|case| erased.contains(&case)) => report.erased += 1,
        Ok(None) | Err(DbError::Seal(_) | DbError::Inconsistent(_)) => report.fault(Fault::Gone(row.id)),
        Err(e) => return Err(e),
    }
    Ok(())
}

/// Builds the tree again from the table, tile by tile, and compares entries and root.
async fn tree(tx: &mut Tx, of: &epoch::Epoch, report: &mut Report) -> Result<(), DbError> {
    let mut head = Head { size: 0, root: tlog::Digest::EMPTY_TREE };
    let mut edge = tlog::Tiles::new();
    loop {
        let rows = fetch_all!(
            tx,
            (i64, Vec<u8>),
            stmt!(
                "SELECT idx, commitment FROM log_entries WHERE epoch = $1 AND idx >= $2 ORDER BY idx LIMIT $3"
            ),
            of.number,
            column(head.size)?,
            256_i64
        )?;
        if rows.is_empty() {
            break;
        }
        let entries: Vec<Commitment> = rows.iter().filter_map(|(_, c)| Commitment::from_slice(c)).collect();
        compare(tx, of.number, head.size, &entries, report).await?;
        let appended = tlog::append(&head, &edge, &entries)?;
        for row in appended.tiles {
            edge.insert(row)?;
        }
        head = appended.head;
    }
    if head.size != of.head.size {
        report.fault(Fault::Count { epoch: of.number, size: of.head.size, found: head.size });
    } else if head.root != of.head.root {
        report.fault(Fault::Root { epoch: of.number, size: head.size });
    }
    Ok(())
}

/// The entry bundle that outsiders are served against the table.
async fn compare(
    tx: &mut Tx,
    epoch: i64,
    first: u64,
    entries: &[Commitment],
    report: &mut Report,
) -> Result<(), DbError> {
    let bundle_index = first / 256;
    let served = TileId { level: Level::Entries, index: bundle_index, width: 1 };
    let tiles = tiles::load_all(tx, epoch, &[served]).await?;
    let served = tiles.get(&served).and_then(|row| tlog::decode_bundle(&row.bytes).ok()).unwrap_or_default();
    for (offset, entry) in entries.iter().enumerate() {
        let index = first + offset as u64;
        if index / 256 == bundle_index && served.get(offset) != Some(entry) {
            report.fault(Fault::Entry { epoch, index });
        }
    }
    Ok(())
}

/// Every published head against the tiles that outsiders are served.
async fn heads(tx: &mut Tx, of: &epoch::Epoch, report: &mut Report) -> Result<(), DbError> {
    let (count,) = fetch_one!(tx, (i64,), stmt!("SELECT COUNT(*) FROM log_checkpoints WHERE epoch = $1"), of.number)?;
    report.checkpoints += u64::try_from(count).unwrap_or_default();
    let mut after = -1_i64;
    loop {
        let rows = fetch_all!(
            tx,
            (i64, Vec<u8>),
            stmt!(
                "SELECT size, root FROM log_checkpoints WHERE epoch = $1 AND size > $2 ORDER BY size LIMIT $3"
            ),
            of.number,
            after,
            PAGE
        )?;
        let Some((last, _)) = rows.last() else { return Ok(()) };
        after = *last;
        for (size, root) in rows {
            let size = size_of(size)?;
            let tiles = tiles::load_all(tx, of.number, &tlog::tiles_for_append(size)).await?;
            let full = tiles_for_root(tx, of.number, size, tiles).await?;
            let fits = tlog::root_from_tiles(size, &full).is_ok_and(|r| r.as_bytes().as_slice() == root);
            if size > of.head.size || !fits {
                report.fault(Fault::Root { epoch: of.number, size });
            }
        }
    }
}

/// The tiles on the right edge of a tree of `size`, narrow enough to recompute its root.
async fn tiles_for_root(tx: &mut Tx, epoch: i64, size: u64, have: tlog::Tiles) -> Result<tlog::Tiles, DbError> {
    let wanted = if size == 0 { Vec::new() } else { tlog::tiles_for_proof(size, size - 1) };
    let mut tiles = tiles::load_all(tx, epoch, &wanted).await?;
    for row in have.rows() {
        tiles.insert(row.clone())?;
    }
    Ok(tiles)
}
