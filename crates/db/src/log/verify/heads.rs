//! Every published head against the tiles that outsiders are served.

use super::{Fault, PAGE, Report};
use crate::log::epoch::Epoch;
use crate::log::{size_of, tiles};
use crate::{DbError, Tx, fetch_all, fetch_one, stmt};
use tlog::Tiles;

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
            let fits = match tiles_of(tx, of.number, size).await {
                Ok(edge) => tlog::root_from_tiles(size, &edge).is_ok_and(|r| r.as_bytes().as_slice() == root),
                Err(DbError::Log(_) | DbError::Inconsistent(_)) => false,
                Err(e) => return Err(e),
            };
            if size > of.head.size || !fits {
                report.fault(Fault::Root { epoch: of.number, size });
            }
        }
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
