//! Backup and restore.
//!
//! A backup is one file, a plain tar, and a second one beside it with the wrapped keys. Who keeps the
//! second for a shorter time than the first makes erasures reach the backups as well: without its key a
//! case in an old backup cannot be opened. The master key is in neither.
//!
//! ```text
//! FILE        database.sqlite | database.pgdump   the database without its keys
//!             blobs.txt                           names (SHA-256 of the sealed bytes), one a line
//!             blobs/<name>                        where the blobs lie in a folder
//!             manifest.json                       what is in it, with hashes
//!             manifest.mac                        keyed hash of the manifest, under the house key
//! FILE.keys   the table of wrapped keys, one JSON document a line
//! ```

mod archive;
mod extract;
mod keyfile;
mod last;
mod manifest;
mod rehearse;
mod restore;
mod snapshot;
mod write;

pub use last::{Last, Tried, last, overdue, remember_tried, tried};
pub use manifest::{Counts, Manifest, Member};
pub use rehearse::{Rehearsed, Rehearsing, rehearse};
pub use restore::{Restored, Restoring, restore};
pub use write::{Backup, backup};

use crate::DbError;
use crate::blob::BlobError;
use std::path::{Path, PathBuf};

/// What the person at the terminal must be told, each time.
pub const MASTER_KEY_NOTE: &str = "The master key is not in the backup. Without it, or the recovery words, \
     nothing in the backup can be read: keep it elsewhere.";

/// Why a backup was not made or not restored.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// Nothing is written over.
    #[error("{0} is there already; nothing was written")]
    Exists(PathBuf),
    /// The target holds a store or something else.
    #[error("the target {0} is not empty; nothing was written")]
    NotEmpty(String),
    /// Not a backup, or one that was cut short.
    #[error("this is not a whole backup: {0}")]
    Format(String),
    /// A member is not what was written.
    #[error("the backup was changed or damaged: {0}")]
    Changed(String),
    /// A backup of the other engine.
    #[error("this is a backup of a store on {found}, the target is {wanted}")]
    OtherEngine {
        /// Engine in the manifest.
        found: String,
        /// Engine of the target.
        wanted: &'static str,
    },
    /// The blob store refused.
    #[error(transparent)]
    Blob(#[from] BlobError),
    /// The store refused.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl BackupError {
    fn file(path: &Path) -> impl Fn(std::io::Error) -> Self + Clone + use<> {
        let path = path.display().to_string();
        move |source| Self::Db(DbError::File { path: path.clone(), source })
    }
}

/// The file with the keys of this backup.
pub fn keys_beside(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".keys");
    PathBuf::from(name)
}

/// Makes the names in a folder durable.
fn sync_folder_of(path: &Path) -> Result<(), BackupError> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    std::fs::File::open(folder).and_then(|f| f.sync_all()).map_err(BackupError::file(folder))
}
