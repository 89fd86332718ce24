//! Tiles in the store: one row for each level and index, as wide as the tree makes it.

use crate::{DbError, Tx, fetch_optional, later, stmt};
use tlog::{Level, TileId, TileRow, Tiles};

/// A tile of an epoch at the asked width; `None` when the tree has no such tile.
pub async fn tile(tx: &mut Tx, epoch: i64, id: &TileId) -> Result<Option<TileRow>, DbError> {
    let row = load(tx, epoch, id).await?;
    Ok(row.and_then(|row| row.narrowed(id.width)))
}

/// The tiles that are there of those asked for.
pub(crate) async fn load_all(tx: &mut Tx, epoch: i64, wanted: &[TileId]) -> Result<Tiles, DbError> {
    let mut tiles = Tiles::new();
    for id in wanted {
        if let Some(row) = load(tx, epoch, id).await? {
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

async fn load(tx: &mut Tx, epoch: i64, id: &TileId) -> Result<Option<TileRow>, DbError> {
    let row = fetch_optional!(
        tx,
        (Vec<u8>,),
        stmt!("SELECT bytes FROM log_tiles WHERE epoch = $1 AND level = $2 AND n = $3"),
        epoch,
        id.level.as_i64(),
        super::column(id.index)?
    )?;
    row.map(|(bytes,)| sized(id.level, id.index, bytes)).transpose()
}

fn sized(level: Level, index: u64, bytes: Vec<u8>) -> Result<TileRow, DbError> {
    let width = u16::try_from(bytes.len() / level.item_bytes())
        .map_err(|_| DbError::Inconsistent(format!("tile {index} of level {} is too long", level.as_i64())))?;
    Ok(TileRow { level, index, width, bytes })
}
