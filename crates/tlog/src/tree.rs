//! The tree: its head, and adding entries to it.
//!
//! Only the partial tiles on the right edge (the frontier) are needed to go on, at most one for
//! each level and one entry bundle, whatever the size. Before anything is added the frontier is
//! checked against the head: a damaged store must stop the log, not be signed.

use sha2::{Digest as _, Sha256};
use tlog_tiles::{Tile, record_hash, tree_hash};

use crate::level::{Level, TILE_WIDTH, TileId};
use crate::reader::{Recorder, TilesReader};
use crate::tiles::{TileError, TileRow, Tiles};
use crate::{Commitment, Digest, decode_bundle};

/// Most entries a tree may hold (2^48): far from any overflow, far beyond any desk.
pub const MAX_TREE_SIZE: u64 = 1 << 48;

/// Size and root of a tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// Entries in the tree.
    pub size: u64,
    /// RFC 6962 root hash of these entries.
    pub root: Digest,
}

impl Head {
    /// The head before the first entry.
    pub const EMPTY: Self = Self { size: 0, root: Digest::EMPTY_TREE };
}

/// What [`append`] gives back: write all of it in one transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appended {
    /// The new head.
    pub head: Head,
    /// New and changed tiles, entry bundles included. A row replaces the narrower row of the same
    /// level and index.
    pub tiles: Vec<TileRow>,
    /// Index of the first entry added; the others follow it.
    pub first_index: u64,
}

/// Why the tree cannot be read or extended.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TreeError {
    /// Tiles are needed that were not handed in.
    #[error("{} tiles are missing, the first is {}", .0.len(), .0.first().map(ToString::to_string).unwrap_or_default())]
    Missing(Vec<TileId>),
    /// The tiles do not hash to the head: the store is damaged or the head is from another tree.
    #[error("the tiles do not hash to the head of size {0}")]
    Inconsistent(u64),
    /// The last entry bundle does not match its hashes.
    #[error("the entry bundle {0} does not match its hash tile")]
    Bundle(TileId),
    /// The tree would pass [`MAX_TREE_SIZE`].
    #[error("the tree is full")]
    Full,
    /// A tile has a wrong shape.
    #[error(transparent)]
    Tile(#[from] TileError),
    /// The mathematics refused; with checked tiles this does not happen.
    #[error("tree arithmetic failed: {0}")]
    Math(String),
}

/// The partial tiles (hashes of every level, and entries) that [`append`] needs for a tree of
/// `size`. Empty when `size` is 0.
pub fn tiles_for_append(size: u64) -> Vec<TileId> {
    let mut wanted = Vec::new();
    let mut items = size.min(MAX_TREE_SIZE);
    let mut level = 0;
    while items > 0 {
        let full = items / u64::from(TILE_WIDTH);
        wanted.extend(partial(Level::Hash(level), full, size));
        if level == 0 {
            wanted.extend(partial(Level::Entries, full, size));
        }
        items = full;
        level += 1;
    }
    wanted
}

fn partial(level: Level, index: u64, size: u64) -> Option<TileId> {
    TileId::in_tree(level, index, size).filter(|id| !id.is_full())
}

/// Adds entries on the right of the tree.
///
/// `frontier` holds at least [`tiles_for_append`]`(head.size)`; more does no harm. Gives back only
/// the tiles that changed. With no entries the head is checked and comes back as it was.
pub fn append(head: &Head, frontier: &Tiles, entries: &[Commitment]) -> Result<Appended, TreeError> {
    let added = u64::try_from(entries.len()).map_err(|_| TreeError::Full)?;
    let size = head.size.checked_add(added).filter(|n| *n <= MAX_TREE_SIZE).ok_or(TreeError::Full)?;
    let wanted = tiles_for_append(head.size);
    let missing = frontier.missing(&wanted);
    if !missing.is_empty() {
        return Err(TreeError::Missing(missing));
    }
    if root_from_tiles(head.size, frontier)? != head.root {
        return Err(TreeError::Inconsistent(head.size));
    }
    check_bundle(head.size, frontier)?;

    let mut rows = Vec::new();
    let bundle: Vec<u8> = crate::encode_bundle(entries);
    fill(Level::Entries, head.size, frontier, &bundle, &mut rows);
    let mut new: Vec<u8> = entries.iter().flat_map(|entry| record_hash(&entry.0).0).collect();
    let mut level = 0;
    while !new.is_empty() {
        let before = rows.len();
        fill(Level::Hash(level), head.size, frontier, &new, &mut rows);
        new = rows[before..]
            .iter()
            .filter(|row| row.width == TILE_WIDTH)
            .flat_map(|row| Tile::subtree_hash(&row.bytes).0)
            .collect();
        level += 1;
    }

    let mut edge = frontier.clone();
    for row in &rows {
        edge.insert(row.clone())?;
    }
    let root = root_from_tiles(size, &edge)?;
    Ok(Appended { head: Head { size, root }, tiles: rows, first_index: head.size })
}

/// Lays `new` items after what the level holds at `size`, and cuts the result into tiles.
fn fill(level: Level, size: u64, frontier: &Tiles, new: &[u8], rows: &mut Vec<TileRow>) {
    if new.is_empty() {
        return;
    }
    let item = level.item_bytes();
    let index = (size >> (8 * u32::from(level.height()))) / u64::from(TILE_WIDTH);
    let old = partial(level, index, size).and_then(|id| frontier.bytes(&id)).unwrap_or_default();
    let all = [old, new].concat();
    for (index, bytes) in (index..).zip(all.chunks(item * usize::from(TILE_WIDTH))) {
        let width = u16::try_from(bytes.len() / item).unwrap_or(TILE_WIDTH);
        rows.push(TileRow { level, index, width, bytes: bytes.to_vec() });
    }
}

/// The last, partial bundle must hold the entries whose hashes are in the tile beside it.
fn check_bundle(size: u64, frontier: &Tiles) -> Result<(), TreeError> {
    let index = size / u64::from(TILE_WIDTH);
    let Some(id) = partial(Level::Entries, index, size) else {
        return Ok(());
    };
    let hashes = frontier.bytes(&TileId { level: Level::Hash(0), ..id }).unwrap_or_default();
    let entries = decode_bundle(frontier.bytes(&id).unwrap_or_default())?;
    let same = entries.iter().flat_map(|entry| record_hash(&entry.0).0).eq(hashes.iter().copied());
    if same { Ok(()) } else { Err(TreeError::Bundle(id)) }
}

/// Root of the first `size` entries, from tiles. Needs the right edge of that tree:
/// [`tiles_for_append`]`(size)`.
pub fn root_from_tiles(size: u64, tiles: &Tiles) -> Result<Digest, TreeError> {
    if size > MAX_TREE_SIZE {
        return Err(TreeError::Full);
    }
    let recorder = Recorder::default();
    tree_hash(size, &recorder).map_err(|e| TreeError::Math(e.to_string()))?;
    let missing = tiles.missing(&recorder.tiles(size));
    if !missing.is_empty() {
        return Err(TreeError::Missing(missing));
    }
    let root = tree_hash(size, &TilesReader(tiles)).map_err(|e| TreeError::Math(e.to_string()))?;
    Ok(root.into())
}

/// Leaf hash of an entry: `SHA-256(0x00 || entry)` (RFC 6962, section 2.1).
pub fn leaf_hash(entry: &[u8]) -> Digest {
    record_hash(entry).into()
}

/// Root of all `leaves`, straight from the definition in RFC 6962 section 2.1, without tiles and
/// without `tlog_tiles`. For tests and for small trees; time and memory grow with the leaves.
pub fn root_of<T: AsRef<[u8]>>(leaves: &[T]) -> Digest {
    match leaves {
        [] => Digest::from_bytes(Sha256::digest([]).into()),
        [leaf] => {
            let hasher = Sha256::new().chain_update([0]).chain_update(leaf.as_ref());
            Digest::from_bytes(hasher.finalize().into())
        }
        _ => {
            let (left, right) = leaves.split_at(leaves.len().next_power_of_two() / 2);
            let hasher = Sha256::new().chain_update([1]).chain_update(root_of(left));
            Digest::from_bytes(hasher.chain_update(root_of(right)).finalize().into())
        }
    }
}
