//! What outsiders may fetch of the log: the tiles of the tree that the last published checkpoint signs.
//!
//! Entries that came after it are not served, so that the tiles tell no more than the checkpoint does.

use super::{checkpoint, tiles};
use crate::{DbError, Keyring, Tx};
use tlog::TileId;

/// A tile for the open network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicTile {
    /// Hashes, or the entries with their lengths.
    pub bytes: Vec<u8>,
    /// A full tile never changes; a partial one is replaced as the tree grows.
    pub full: bool,
}

/// The tile of this C2SP path (`tile/0/x001/234`, `tile/entries/000.p/7`); `None` for what is no such
/// path or lies, even in part, beyond the published size.
pub async fn public_tile(tx: &mut Tx, keys: &Keyring, path: &str) -> Result<Option<PublicTile>, DbError> {
    let Ok(id) = path.parse::<TileId>() else { return Ok(None) };
    let Some(published) = checkpoint::latest(tx, keys).await? else { return Ok(None) };
    // What the tree of that size has there: full, partial or nothing. A narrower tile than asked for
    // is refused; a narrower ask of a wider tile is served, as older checkpoints need it.
    match TileId::in_tree(id.level, id.index, published.head.size) {
        Some(there) if id.width <= there.width => {}
        _ => return Ok(None),
    }
    let row = tiles::tile(tx, published.epoch, &id).await?;
    Ok(row.map(|row| PublicTile { bytes: row.bytes, full: id.is_full() }))
}
