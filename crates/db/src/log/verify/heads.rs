//! Every published head against the tiles that outsiders are served.

use super::{Fault, PAGE, Report};
use crate::log::epoch::{self, Epoch};
use crate::log::{checkpoint, size_of, tiles};
use crate::{Db, DbError, Tx, fetch_all, fetch_one, stmt};
use tlog::{Checkpoint, Digest, SignedCheckpoint, Tiles};

pub(super) async fn check(tx: &mut Tx, of: &Epoch, report: &mut Report) -> Result<(), DbError> {
    let (count,) = fetch_one!(tx, (i64,), stmt!("SELECT COUNT(*) FROM log_checkpoints WHERE epoch = $1"), of.number)?;
    report.checkpoints += u64::try_from(count).unwrap_or_default();
    let mut after = -1_i64;
    loop {
        let rows = fetch_all!(
            tx,
            (i64, Vec<u8>),
            stmt!("SELECT size, root FROM log_checkpoints WHERE epoch = $1 AND size > $2 ORDER BY size LIMIT $3"),
            of.number,
            after,
            PAGE
        )?;
        let Some((last, _)) = rows.last() else { return Ok(()) };
        after = *last;
        for (size, root) in rows {
            let size = size_of(size)?;
            let fits = root_at(tx, of.number, size).await?.is_some_and(|r| r.as_bytes().as_slice() == root);
            if size > of.head.size || !fits {
                report.fault(Fault::Root { epoch: of.number, size });
            }
        }
    }
}

/// A checkpoint that was kept elsewhere, as its signed text, against the store: the only way to find out
/// that the newest entries were taken away together with everything that told of them.
///
/// Gives the faults; [`DbError::Log`] when the text is no checkpoint of this log or is not signed by it.
pub async fn verify_against(db: &Db, note: &str) -> Result<Vec<Fault>, DbError> {
    let kept = SignedCheckpoint::parse(note)?;
    let mut tx = db.read().await?;
    kept.verify(&checkpoint::key_file(&mut tx).await?)?;
    let Checkpoint { origin, head } = kept.claim().clone();
    let of = epoch::epochs(&mut tx).await?.into_iter().find(|of| of.origin.to_string() == origin);
    let of = of.ok_or_else(|| DbError::Log(format!("this store has no log {origin}")))?;
    let epoch = of.number;
    if head.size > of.head.size {
        return Ok(vec![Fault::Behind { epoch, size: of.head.size, claimed: head.size }]);
    }
    let fits = root_at(&mut tx, epoch, head.size).await? == Some(head.root);
    Ok(if fits { Vec::new() } else { vec![Fault::Root { epoch, size: head.size }] })
}

/// The root that the tree of this epoch had at this size; `None` when its tiles are missing or do not fit together.
pub(in crate::log) async fn root_at(tx: &mut Tx, epoch: i64, size: u64) -> Result<Option<Digest>, DbError> {
    match tiles_of(tx, epoch, size).await {
        Ok(edge) => Ok(tlog::root_from_tiles(size, &edge).ok()),
        Err(DbError::Log(_) | DbError::Inconsistent(_)) => Ok(None),
        Err(e) => Err(e),
    }
}

/// The tiles on the right edge of a tree of `size`.
async fn tiles_of(tx: &mut Tx, epoch: i64, size: u64) -> Result<Tiles, DbError> {
    let mut wanted = tlog::tiles_for_append(size);
    if size > 0 {
        wanted.extend(tlog::tiles_for_proof(size, size - 1));
    }
    tiles::load_all(tx, epoch, &wanted).await
}
