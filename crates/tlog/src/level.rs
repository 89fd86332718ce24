//! Names of tiles: which level, which index, how wide.
//!
//! C2SP `tlog-tiles` fixes a width of 256. Entry bundles sit beside the hash tiles of level 0 and
//! are named with the same index and width.

/// Hashes (or entries) in a full tile.
pub const TILE_WIDTH: u16 = 256;

/// Highest hash level a tile name may have (C2SP `tlog-tiles`).
pub const MAX_LEVEL: u8 = 63;

/// What a tile holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Level {
    /// The entries themselves, each with a uint16 length before it.
    Entries,
    /// Hashes at this tile level: 0 holds leaf hashes, `l` holds roots of full tiles of `l - 1`.
    Hash(u8),
}

impl Level {
    /// Number for a database column: -1 for entries, else the hash level.
    pub fn as_i64(self) -> i64 {
        match self {
            Self::Entries => -1,
            Self::Hash(level) => i64::from(level),
        }
    }

    /// Reads a database column; `None` outside -1..=63.
    pub fn from_i64(value: i64) -> Option<Self> {
        match u8::try_from(value) {
            Ok(level) if level <= MAX_LEVEL => Some(Self::Hash(level)),
            Err(_) if value == -1 => Some(Self::Entries),
            _ => None,
        }
    }

    /// Bytes one item takes in a tile of this level.
    pub fn item_bytes(self) -> usize {
        match self {
            Self::Entries => crate::ENTRY_BYTES,
            Self::Hash(_) => 32,
        }
    }

    /// The hash level that counts for sizes: entries are counted as level 0 is.
    pub(crate) fn height(self) -> u8 {
        match self {
            Self::Entries => 0,
            Self::Hash(level) => level,
        }
    }
}

/// One tile of one width. `Display` and `FromStr` are its C2SP path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TileId {
    /// What it holds.
    pub level: Level,
    /// Place within the level, from 0.
    pub index: u64,
    /// Items in it, 1..=256; 256 is a full tile, which never changes again.
    pub width: u16,
}

impl TileId {
    /// Whether the tile is full and so immutable.
    pub const fn is_full(&self) -> bool {
        self.width == TILE_WIDTH
    }

    /// The tile at (`level`, `index`) as it is in a tree of `size` entries; `None` if that tree
    /// does not reach it.
    pub fn in_tree(level: Level, index: u64, size: u64) -> Option<Self> {
        let items = size.checked_shr(8 * u32::from(level.height())).unwrap_or(0);
        let first = index.checked_mul(u64::from(TILE_WIDTH))?;
        let rest = items.checked_sub(first)?;
        let width = u16::try_from(rest).unwrap_or(TILE_WIDTH).min(TILE_WIDTH);
        (width > 0).then_some(Self { level, index, width })
    }
}
