//! Tiles in the store: one row for each level and index, as wide as the tree makes it.

use crate::{DbError, List, Tx, later, stmt};
use tlog::{TileId, TileRow, Tiles};

/// Tiles asked for in one statement.
const AT_ONCE: usize = 16;

/// A tile of an epoch at the asked width; `None` when the tree has no such tile.
pub async fn tile(tx: &mut Tx, epoch: i64, id: &TileId) -> Result<Option<TileRow>, DbError> {
    let row = load(tx, epoch, std::slice::from_ref(id)).await?.pop();
    Ok(row.and_then(|row| row.narrowed(id.width)))
}

/// The tiles that are there of those asked for: a handful, of each level the ones at the edge.
pub(crate) async fn load_all(tx: &mut Tx, epoch: i64, wanted: &[TileId]) -> Result<Tiles, DbError> {
    let mut tiles = Tiles::new();
    for some in wanted.chunks(AT_ONCE) {
        for row in load(tx, epoch, some).await? {
            tiles.insert(row)?;
        }
    }
    Ok(tiles)
}

/// Writes tiles over their narrower earlier selves.
pub(crate) async fn store(tx: &mut Tx, epoch: i64, rows: Vec<TileRow>) -> Result<(), DbError> {
    for row in rows {
        later!(
            tx,
            stmt!(
                "INSERT INTO log_tiles (epoch, level, n, bytes) VALUES ($1, $2, $3, $4)
                 ON CONFLICT (epoch, level, n) DO UPDATE SET bytes = excluded.bytes"
            ),
            epoch,
            row.level.as_i64(),
            super::column(row.index)?,
            row.bytes
        )?;
    }
    Ok(())
}

/// Each by its key, in one statement.
async fn load(tx: &mut Tx, epoch: i64, wanted: &[TileId]) -> Result<Vec<TileRow>, DbError> {
    let mut list = List::new("SELECT CAST(0 AS BIGINT) AS asked, bytes FROM log_tiles WHERE 1 = 0");
    for (asked, id) in (0_i64..).zip(wanted) {
        list = list.tail(
            "UNION ALL SELECT CAST(? AS BIGINT), bytes FROM log_tiles WHERE epoch = ? AND level = ? AND n = ?",
            [asked.into(), epoch.into(), id.level.as_i64().into(), super::column(id.index)?.into()],
        );
    }
    let rows = list.fetch::<(i64, Vec<u8>)>(tx).await?;
    let of = |asked: i64| usize::try_from(asked).ok().and_then(|asked| wanted.get(asked));
    rows.into_iter().filter_map(|(asked, bytes)| Some(sized(of(asked)?, bytes))).collect()
}

fn sized(id: &TileId, bytes: Vec<u8>) -> Result<TileRow, DbError> {
    let (level, index) = (id.level, id.index);
    let width = u16::try_from(bytes.len() / level.item_bytes())
        .map_err(|_| DbError::Inconsistent(format!("tile {index} of level {} is too long", level.as_i64())))?;
    Ok(TileRow { level, index, width, bytes })
}
