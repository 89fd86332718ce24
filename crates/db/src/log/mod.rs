//! The log in the store: commitments wait in `log_entries`, the sequencer gives them their places in
//! an RFC 6962 tree kept as C2SP tiles, and heads are signed only after they are committed.
//!
//! The head row is written in the same transaction as the tiles, and a signature is made from that
//! row; so there is never a second root for one size, whatever crashes when.

mod checkpoint;
pub mod dossier;
mod epoch;
mod kept;
mod public;
mod receipt;
mod seldom;
mod sequencer;
mod standing;
mod tiles;
mod verify;

pub use checkpoint::{Published, key_file, latest, publish, start_publisher};
pub use epoch::{Epoch, current, epochs, open_next_epoch};
pub(crate) use epoch::{open_epoch_after, open_first_epoch};
pub use kept::{KeptHead, start_keeper};
pub use public::{PublicTile, public_tile};
pub use receipt::{receipt, settled};
pub(crate) use sequencer::{Bell, sequence, start_sequencer};
pub use standing::{Place, Placed, Standing, standing_of_house};
pub use tiles::tile;
pub use verify::{Fault, Report, verify, verify_against};

use crate::DbError;

/// A number of the tree, from its column.
pub(crate) fn size_of(value: i64) -> Result<u64, DbError> {
    u64::try_from(value).map_err(|_| DbError::Inconsistent(format!("a tree size of {value}")))
}

/// A number of the tree, for its column.
pub(crate) fn column(value: u64) -> Result<i64, DbError> {
    i64::try_from(value).map_err(|_| DbError::Log(format!("a tree size of {value}")))
}

pub(crate) fn digest(bytes: &[u8]) -> Result<tlog::Digest, DbError> {
    tlog::Digest::from_slice(bytes).ok_or_else(|| DbError::Inconsistent(format!("a hash of {} bytes", bytes.len())))
}

impl From<tlog::TreeError> for DbError {
    fn from(e: tlog::TreeError) -> Self {
        Self::Log(e.to_string())
    }
}

impl From<tlog::TileError> for DbError {
    fn from(e: tlog::TileError) -> Self {
        Self::Log(e.to_string())
    }
}

impl From<tlog::ProofError> for DbError {
    fn from(e: tlog::ProofError) -> Self {
        Self::Log(e.to_string())
    }
}

impl From<tlog::NoteError> for DbError {
    fn from(e: tlog::NoteError) -> Self {
        Self::Log(e.to_string())
    }
}
