//! What a backup says about itself.

use serde::{Deserialize, Serialize};

/// The format this program writes and reads.
pub(super) const FORMAT: &str = "leeward-backup/v1";

/// The contents of `manifest.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// `leeward-backup/v1`.
    pub format: String,
    /// Number of the schema.
    pub schema: i64,
    /// `sqlite` or `postgres`.
    pub engine: String,
    /// Instant of the snapshot, microseconds since 1970 UTC.
    pub taken_at: i64,
    /// Name and epoch of the log.
    pub origin: String,
    /// Entries in the log's tree.
    pub log_size: i64,
    /// Root of the tree, hexadecimal.
    pub log_root: String,
    /// Fingerprints of the master keys that wrap the keys.
    pub masters: Vec<String>,
    /// Rows.
    pub counts: Counts,
    /// Members with their hashes; blobs are named by theirs.
    pub members: Vec<Member>,
    /// SHA-256 of the file with the keys, hexadecimal.
    pub keys_sha256: String,
    /// True when the blobs are members; false when only their names are, because they lie in a bucket.
    pub blobs_included: bool,
    /// Blobs that were missing or altered when the backup was made, at most 1,000.
    pub damaged_blobs: Vec<String>,
    /// For whoever opens this by hand.
    pub note: String,
}

/// How much is in it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Cases, erased ones too.
    pub cases: i64,
    /// People, erased ones too.
    pub people: i64,
    /// Events.
    pub events: i64,
    /// Attachments.
    pub attachments: i64,
    /// Erasures.
    pub erasures: i64,
    /// Keys in the other file.
    pub keys: i64,
    /// Different blobs that attachments name.
    pub blobs: i64,
}

/// One member.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// Its name in the archive.
    pub name: String,
    /// Length in bytes.
    pub size: u64,
    /// SHA-256, hexadecimal.
    pub sha256: String,
}
