//! Tiles in memory: what the store hands in and takes back.
//!
//! A tile of width `w` is a prefix of the same tile at any greater width. So one row for each
//! (level, index), the widest, is enough to answer for every narrower one; [`TileRow::narrowed`]
//! cuts it for a client that asks for an older tree.

use std::collections::BTreeMap;

use crate::level::{Level, TILE_WIDTH, TileId};

/// One tile with its bytes, as a row of the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TileRow {
    /// What it holds; [`Level::as_i64`] for a column.
    pub level: Level,
    /// Place within the level, from 0.
    pub index: u64,
    /// Items in it, 1..=256.
    pub width: u16,
    /// `32 * width` bytes of hashes, or `34 * width` of entries.
    pub bytes: Vec<u8>,
}

/// Why a tile is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TileError {
    /// The width is not 1..=256.
    #[error("a tile is 1 to 256 items wide")]
    Width,
    /// The bytes do not match the width.
    #[error("tile {0} has the wrong number of bytes")]
    Length(TileId),
    /// A bundle of entries is cut or an entry is not 32 bytes.
    #[error("entry bundle is malformed")]
    Bundle,
}

impl TileRow {
    /// The name of the tile.
    pub fn id(&self) -> TileId {
        TileId { level: self.level, index: self.index, width: self.width }
    }

    /// The same tile as it was when it held only `width` items; `None` if it is not that wide or
    /// `width` is 0.
    pub fn narrowed(&self, width: u16) -> Option<Self> {
        let end = usize::from(width) * self.level.item_bytes();
        let bytes = self.bytes.get(..end)?.to_vec();
        (width > 0 && width <= self.width).then_some(Self { width, bytes, ..*self })
    }
}

/// A set of tiles, at most one (the widest) for each level and index.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tiles {
    rows: BTreeMap<(Level, u64), TileRow>,
}

impl Tiles {
    /// An empty set.
    pub fn new() -> Self {
        Self::default()
    }

    /// Checks the shape of each row and keeps it, unless a wider one is there.
    pub fn from_rows(rows: impl IntoIterator<Item = TileRow>) -> Result<Self, TileError> {
        let mut tiles = Self::new();
        for row in rows {
            tiles.insert(row)?;
        }
        Ok(tiles)
    }

    /// Adds one row; see [`Tiles::from_rows`].
    pub fn insert(&mut self, row: TileRow) -> Result<(), TileError> {
        if row.width == 0 || row.width > TILE_WIDTH {
            return Err(TileError::Width);
        }
        if row.bytes.len() != usize::from(row.width) * row.level.item_bytes() {
            return Err(TileError::Length(row.id()));
        }
        let key = (row.level, row.index);
        if self.rows.get(&key).is_none_or(|have| have.width <= row.width) {
            self.rows.insert(key, row);
        }
        Ok(())
    }

    /// The tile with at least the asked width, possibly wider.
    pub fn get(&self, id: &TileId) -> Option<&TileRow> {
        self.rows.get(&(id.level, id.index)).filter(|row| row.width >= id.width)
    }

    /// Which of the wanted tiles are not here (or not wide enough), in the order asked.
    pub fn missing(&self, wanted: &[TileId]) -> Vec<TileId> {
        wanted.iter().filter(|id| self.get(id).is_none()).copied().collect()
    }

    /// All rows, by level and index.
    pub fn rows(&self) -> impl Iterator<Item = &TileRow> {
        self.rows.values()
    }

    /// The first `id.width` items of the tile.
    pub(crate) fn bytes(&self, id: &TileId) -> Option<&[u8]> {
        self.get(id)?.bytes.get(..usize::from(id.width) * id.level.item_bytes())
    }
}
