//! The store: one SQL on two engines, sealed fields, keys, the log, search, blobs and jobs.
//!
//! Everything goes through [`Db`]: `db.write(…)` for an action in one durable transaction, `db.read()`
//! for a snapshot, `db.glance()` for a statement by itself. Statements are made by [`stmt!`] and prepared on both engines in a test.

#[doc(hidden)]
pub use sqlx;

pub mod backup;
pub mod blob;
mod compact;
pub mod engine;
pub mod erase;
mod error;
pub mod event;
mod flush;
mod gate;
pub mod idempotency;
pub mod jobs;
mod keyring;
mod later;
mod list;
pub mod log;
pub mod meta;
pub mod migrate;
mod opened;
mod pg_tools;
pub mod plain;
pub mod rights;
pub mod rotate;
pub mod scrub;
pub mod search;
mod stmt;
pub mod sweep;
#[cfg(feature = "testing")]
pub mod testing;
mod transport;
mod tx;
mod write;

pub use engine::Address;
pub use error::DbError;
pub use keyring::{JoinedKey, Keyring, Masters};
pub use list::{List, Value};
pub use opened::{Db, Opening};
pub use seal::{DataKey, KeyKind, field, label};
pub use stmt::Stmt;
pub use tx::{Conn, Held, Tx};
pub use write::WriteFigures;
