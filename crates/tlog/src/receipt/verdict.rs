//! Checking a receipt, and saying in plain words what came out.

use std::fmt;

use serde_json::Value;

use super::{Content, Receipt};
use crate::checkpoint::{NoteError, Signer};
use crate::key::KeyId;
use crate::{KeyFile, Origin, ProofError, SignedCheckpoint, canonical, leaf_hash, verify_inclusion};

/// What a receipt says, once it was checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Log and epoch.
    pub origin: Origin,
    /// The key that signed the checkpoint.
    pub key_id: KeyId,
    /// Place of the entry.
    pub index: u64,
    /// Size of the tree of the checkpoint; always more than `index`.
    pub tree_size: u64,
    /// Whether the committed event itself is in the receipt, not only its digest.
    pub opened: bool,
    /// Member `received_at` of the event, microseconds since 1970 UTC, if it has one.
    pub received_at: Option<i64>,
    /// Witnesses whose cosignature was verified too.
    pub witnesses: Vec<Signer>,
}

/// Outcome of [`Receipt::verify`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Everything holds and a trusted key signed it.
    Valid(Finding),
    /// Everything fits together, but the signer is not in the key file or none was given.
    UnknownSigner(Finding),
    /// The entry is not yet covered by a checkpoint.
    Pending,
    /// Something does not hold.
    Invalid(InvalidReason),
}

/// Why a receipt does not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidReason {
    /// Some of index, proof and checkpoint are there, but not all.
    #[error("index, proof and checkpoint must be there together")]
    Incomplete,
    /// The epoch is 0.
    #[error("epochs count from 1")]
    Epoch,
    /// The event is not JSON in its one canonical form (RFC 8785).
    #[error("the event is not canonical JSON")]
    NotCanonical,
    /// The checkpoint cannot be read, or a known key's signature on it is wrong.
    #[error(transparent)]
    Checkpoint(#[from] NoteError),
    /// The checkpoint is of another log or epoch than the receipt says.
    #[error("the checkpoint is of {0}")]
    OtherOrigin(String),
    /// The checkpoint has no signature by the key the receipt names.
    #[error("the checkpoint is not signed by key {0}")]
    OtherKey(KeyId),
    /// The entry is not where the receipt says.
    #[error("the entry is not in the tree of the checkpoint: {0}")]
    Inclusion(#[from] ProofError),
}

/// What a valid receipt proves, for the people who hold it.
pub const fn explain() -> &'static str {
    "This operator committed to these bytes not later than the checkpoint, in a history that \
     everyone with later checkpoints can check for rewriting."
}

/// What the statement about a duplicate proves.
pub const fn explain_duplicate() -> &'static str {
    "An earlier entry exists for the original report and was opened to a reviewer. This does not \
     prove that the two reports are the same, and it proves nothing before import."
}

impl Receipt {
    /// Checks the whole receipt against trusted keys, or only its consistency when there are none.
    ///
    /// Reads no clock and no network. Never panics, whatever the receipt holds.
    pub fn verify(&self, keys: Option<&KeyFile>) -> Verdict {
        match self.check(keys) {
            Ok(verdict) => verdict,
            Err(reason) => Verdict::Invalid(reason),
        }
    }

    fn check(&self, keys: Option<&KeyFile>) -> Result<Verdict, InvalidReason> {
        let origin = Origin::new(self.origin.clone(), self.epoch);
        let origin = origin.map_err(|_| InvalidReason::Epoch)?;
        let received_at = match &self.opening.content {
            Content::Event(event) => received_at(event)?,
            Content::Digest(_) => None,
        };
        let (index, proof, note) = match (self.index, &self.proof, &self.checkpoint) {
            (Some(index), Some(proof), Some(note)) => (index, proof, note),
            (None, None, None) => return Ok(Verdict::Pending),
            _ => return Err(InvalidReason::Incomplete),
        };
        let checkpoint = SignedCheckpoint::parse(note)?;
        let claim = checkpoint.claim();
        if claim.origin != origin.to_string() {
            return Err(InvalidReason::OtherOrigin(claim.origin.clone()));
        }
        let own = Signer { name: claim.origin.clone(), id: self.key_id };
        if !checkpoint.signers().contains(&own) {
            return Err(InvalidReason::OtherKey(self.key_id));
        }
        let leaf = leaf_hash(self.opening.commitment().as_bytes());
        verify_inclusion(&claim.head, index, &leaf, proof)?;
        let mut finding = Finding {
            origin,
            key_id: self.key_id,
            index,
            tree_size: claim.head.size,
            opened: matches!(self.opening.content, Content::Event(_)),
            received_at,
            witnesses: Vec::new(),
        };
        match keys.map(|keys| checkpoint.verify(keys)) {
            Some(Ok(mut signers)) if signers.contains(&own) => {
                signers.retain(|signer| signer.name != own.name);
                finding.witnesses = signers;
                Ok(Verdict::Valid(finding))
            }
            None | Some(Ok(_) | Err(NoteError::UnknownSigner(_))) => Ok(Verdict::UnknownSigner(finding)),
            Some(Err(error)) => Err(error.into()),
        }
    }
}

/// The event must be in the one form we commit to, or two different receipts could look alike.
fn received_at(event: &str) -> Result<Option<i64>, InvalidReason> {
    let value: Value = serde_json::from_str(event).map_err(|_| InvalidReason::NotCanonical)?;
    match canonical(&value) {
        Ok(bytes) if bytes == event.as_bytes() => Ok(value["received_at"].as_i64()),
        _ => Err(InvalidReason::NotCanonical),
    }
}

/// One line for a terminal or a page.
impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Valid(found) => write!(f, "valid: {found}"),
            Self::UnknownSigner(found) => write!(f, "consistent, signer unknown: {found}"),
            Self::Pending => f.write_str("pending: no checkpoint covers this entry yet"),
            Self::Invalid(reason) => write!(f, "invalid: {reason}"),
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { index, tree_size, origin, key_id, .. } = self;
        write!(f, "entry {index} of {origin} under the checkpoint of {tree_size} entries, key {key_id}")
    }
}
