//! A case that left the house: one JSON document whose every word can be checked without us.
//!
//! ```text
//! version      leeward-case/v1
//! cover        what the house says of the case: facts, people, links, files
//! events       in order: the event as it was committed, the salt, its place and inclusion proof
//! checkpoints  the signed head of each epoch that holds one of the events
//! seal         receipt of the event that recorded the export
//! ```
//!
//! The event behind the seal holds two digests: of the cover, and of the commitments in order. So the seal
//! vouches for what the cover says and that no event was taken away, added or moved, and the log for each word
//! of each event.
//!
//! Of an event some words can be withheld, such as the number of a case that whoever gets the document may not know
//! of. Its entry then has the commitment in place of the salt, and its place is proved as that of any other; that
//! the words which are left are what the house showed is what the cover says (`withheld`, a digest for each).

mod check;
mod strict;

use data_encoding::BASE64;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::key::KeyId;
use crate::{CanonicalError, Commitment, Digest, Receipt, SALT_BYTES, canonical};

pub use check::{Checked, Fault};

/// Largest document we read, in bytes.
pub const MAX_DOSSIER_BYTES: usize = 1 << 30;

/// Kind of the event that records an export.
pub const SEAL_KIND: &str = "case_exported";

/// What goes before what is hashed, so that no digest stands for something else.
const COVER_DOMAIN: &[u8] = b"leeward/case-cover/v1\0";
const EVENTS_DOMAIN: &[u8] = b"leeward/case-events/v1\0";

const SHOWN_DOMAIN: &[u8] = b"leeward/case-shown/v1\0";

/// The document.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dossier {
    /// Always the one version there is.
    pub version: DossierVersion,
    /// What the house says of the case.
    #[serde(deserialize_with = "strict::value")]
    pub cover: Value,
    /// The events in order.
    pub events: Vec<Entry>,
    /// A signed head for each epoch.
    pub checkpoints: Vec<EpochHead>,
    /// Receipt of the event that recorded the export.
    pub seal: Receipt,
}

/// The version of the document; any other is refused when reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum DossierVersion {
    /// The first.
    #[serde(rename = "leeward-case/v1")]
    V1,
}

/// One event with its proof.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The event; its canonical bytes (RFC 8785) were committed. With a commitment: what is shown of it.
    #[serde(deserialize_with = "strict::value")]
    pub event: Value,
    /// The 16 random bytes of its commitment, base64; empty where words are withheld.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub salt: String,
    /// The commitment itself, where words are withheld.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commitment: Option<Digest>,
    /// The tree that holds it, from 1.
    pub epoch: u32,
    /// Its place there, from 0.
    pub index: u64,
    /// Inclusion proof under the checkpoint of the epoch, from the leaf's sibling up.
    pub proof: Vec<Digest>,
}

impl Entry {
    /// From what the store holds: the event, its salt, and where it is proved to lie.
    pub fn new(event: Value, salt: &[u8; SALT_BYTES], (epoch, index, proof): (u32, u64, Vec<Digest>)) -> Self {
        Self { event, salt: BASE64.encode(salt), commitment: None, epoch, index, proof }
    }

    /// The same with words withheld: what is shown of it, and its commitment. The salt stays too, with which the words
    /// that are withheld could be guessed.
    #[must_use]
    pub fn withholding(self, shown: Value, commitment: Digest) -> Self {
        Self { event: shown, salt: String::new(), commitment: Some(commitment), ..self }
    }
}

/// The signed head of an epoch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EpochHead {
    /// From 1.
    pub epoch: u32,
    /// The key that signed.
    pub key_id: KeyId,
    /// The signed note.
    pub checkpoint: String,
}

/// The two digests that the seal vouches for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Digests {
    /// Of the cover.
    pub cover: Digest,
    /// Of the commitments of all events, in order.
    pub events: Digest,
}

impl Digests {
    /// SHA-256 over a domain tag and the canonical cover, and over another tag and the commitments.
    pub fn of(cover: &Value, commitments: impl IntoIterator<Item = Commitment>) -> Result<Self, CanonicalError> {
        let mut events = Sha256::new();
        events.update(EVENTS_DOMAIN);
        for commitment in commitments {
            events.update(commitment.as_bytes());
        }
        let mut sheet = Sha256::new();
        sheet.update(COVER_DOMAIN);
        sheet.update(canonical(cover)?);
        let digest = |hash: Sha256| Digest::from_bytes(hash.finalize().into());
        Ok(Self { cover: digest(sheet), events: digest(events) })
    }

    /// Of what is shown of an event some of whose words are withheld: SHA-256 over a tag of its own and the canonical
    /// bytes.
    pub fn of_shown(event: &Value) -> Result<Digest, CanonicalError> {
        let mut shown = Sha256::new();
        shown.update(SHOWN_DOMAIN);
        shown.update(canonical(event)?);
        Ok(Digest::from_bytes(shown.finalize().into()))
    }
}

/// Why a file is no such document.
#[derive(Debug, thiserror::Error)]
pub enum DossierError {
    /// More than [`MAX_DOSSIER_BYTES`].
    #[error("the document is larger than 1 GiB")]
    TooLarge,
    /// Not JSON, a member twice, or not the members of this version.
    #[error("not a case of version leeward-case/v1: {0}")]
    Json(#[from] serde_json::Error),
}

impl Dossier {
    /// Reads a document. Only its shape is checked here; see [`Dossier::check`].
    pub fn from_json(json: &[u8]) -> Result<Self, DossierError> {
        if json.len() > MAX_DOSSIER_BYTES {
            return Err(DossierError::TooLarge);
        }
        Ok(serde_json::from_slice(json)?)
    }
}
