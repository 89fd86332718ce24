//! Between our tiles and the mathematics of `tlog_tiles`.
//!
//! That crate names hashes by their place in one long row (`stored_hash_index`); here these places
//! become tiles and offsets. The crate keeps its own list of needed hashes private, so
//! [`Recorder`] runs the same function once without data and writes down what it asks for.

use std::cell::RefCell;
use std::collections::BTreeSet;

use tlog_tiles::{Error, Hash, HashReader, Tile, split_stored_hash_index};

use crate::level::{Level, TileId};
use crate::tiles::Tiles;

/// Where the hash of one subtree lies.
struct Place {
    level: u8,
    index: u64,
    first: usize,
    count: usize,
}

fn place(stored: u64) -> Place {
    let (height, n) = split_stored_hash_index(stored);
    let inside = height % 8;
    let leaf = n << inside;
    Place { level: height / 8, index: leaf >> 8, first: usize::from(leaf.to_le_bytes()[0]), count: 1 << inside }
}

/// Reads hashes out of tiles.
pub(crate) struct TilesReader<'a>(pub(crate) &'a Tiles);

impl HashReader for TilesReader<'_> {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<Hash>, Error> {
        indexes.iter().map(|stored| self.hash(&place(*stored))).collect()
    }
}

impl TilesReader<'_> {
    fn hash(&self, place: &Place) -> Result<Hash, Error> {
        let end = place.first + place.count;
        let width = u16::try_from(end).map_err(|_| Error::BadMath)?;
        let id = TileId { level: Level::Hash(place.level), index: place.index, width };
        let bytes = self.0.bytes(&id).ok_or(Error::IndexesNotInTree)?;
        let bytes = bytes.get(place.first * 32..end * 32).ok_or(Error::BadMath)?;
        Ok(Tile::subtree_hash(bytes))
    }
}

/// Answers nonsense and remembers the questions.
#[derive(Default)]
pub(crate) struct Recorder(RefCell<BTreeSet<u64>>);

impl HashReader for Recorder {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<Hash>, Error> {
        self.0.borrow_mut().extend(indexes);
        Ok(vec![Hash::default(); indexes.len()])
    }
}

impl Recorder {
    /// The tiles that hold what was asked for, as they are in a tree of `size`.
    pub(crate) fn tiles(self, size: u64) -> Vec<TileId> {
        let ids: BTreeSet<TileId> = (self.0.into_inner().into_iter())
            .map(place)
            .filter_map(|place| TileId::in_tree(Level::Hash(place.level), place.index, size))
            .collect();
        ids.into_iter().collect()
    }
}
