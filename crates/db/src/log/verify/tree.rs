//! Builds the tree again from the table and compares every tile and the root with what is served.

use super::{Fault, Report};
use crate::log::epoch::Epoch;
use crate::log::{column, tiles};
use crate::{DbError, Tx, fetch_all, stmt};
use std::collections::BTreeMap;
use tlog::{Commitment, Head, Level, TileId, TileRow, Tiles};

/// Entries added at once: one tile.
const STEP: i64 = 256;

/// Compares one tree.
pub(super) async fn check(tx: &mut Tx, of: &Epoch, report: &mut Report) -> Result<(), DbError> {
    let mut head = Head { size: 0, root: tlog::Digest::EMPTY_TREE };
    // The right edge: a few tiles a level. Full ones are compared and forgotten.
    let mut edge: BTreeMap<(i64, u64), TileRow> = BTreeMap::new();
    loop {
        let rows = fetch_all!(
            tx,
            (i64, Vec<u8>),
            stmt!("SELECT idx, commitment FROM log_entries WHERE epoch = $1 AND idx >= $2 ORDER BY idx LIMIT $3"),
            of.number,
            column(head.size)?,
            STEP
        )?;
        if rows.is_empty() {
            break;
        }
        let entries: Vec<Commitment> = rows.iter().filter_map(|(_, c)| Commitment::from_slice(c)).collect();
        if entries.len() != rows.len() {
            report.fault(Fault::Count { epoch: of.number, size: of.head.size, found: head.size });
            return Ok(());
        }
        let known = Tiles::from_rows(edge.values().cloned())?;
        let appended = tlog::append(&head, &known, &entries)?;
        head = appended.head;
        for row in appended.tiles {
            edge.insert((row.level.as_i64(), row.index), row);
        }
        let needed = tlog::tiles_for_append(head.size);
        let done = edge.extract_if(.., |_, row| {
            row.id().is_full() && !needed.iter().any(|id| id.level == row.level && id.index == row.index)
        });
        for row in done.map(|(_, row)| row).collect::<Vec<_>>() {
            compare(tx, of.number, &row, report).await?;
        }
    }
    for row in edge.into_values() {
        compare(tx, of.number, &row, report).await?;
    }
    if head.size != of.head.size {
        report.fault(Fault::Count { epoch: of.number, size: of.head.size, found: head.size });
    } else if head.root != of.head.root {
        report.fault(Fault::Root { epoch: of.number, size: head.size });
    }
    Ok(())
}

/// The tile that outsiders are served against the one that follows from the table.
async fn compare(tx: &mut Tx, epoch: i64, made: &TileRow, report: &mut Report) -> Result<(), DbError> {
    let id = TileId { width: 1, ..made.id() };
    let stored = match tiles::load_all(tx, epoch, &[id]).await {
        Ok(stored) => stored,
        Err(DbError::Log(_) | DbError::Inconsistent(_)) => Tiles::new(),
        Err(e) => return Err(e),
    };
    let served = stored.get(&id);
    if served.is_some_and(|row| row.bytes == made.bytes) {
        return Ok(());
    }
    report.fault(Fault::Tile { epoch, level: made.level.as_i64(), index: made.index });
    let served = served.and_then(|row| tlog::decode_bundle(&row.bytes).ok()).unwrap_or_default();
    let made_entries = tlog::decode_bundle(&made.bytes);
    let (Level::Entries, Ok(entries)) = (made.level, made_entries) else { return Ok(()) };
    for (n, entry) in entries.iter().enumerate() {
        if served.get(n) != Some(entry) {
            report.fault(Fault::Entry { epoch, index: made.index * 256 + n as u64 });
        }
    }
    Ok(())
}
