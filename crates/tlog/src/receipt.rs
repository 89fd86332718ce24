//! The receipt: what a reporter keeps, a JSON document that can be checked without us.
//!
//! It holds the opening of one log entry (salt and the committed event, or only the salted digest),
//! the place of the entry, an inclusion proof and the signed checkpoint the proof leads to. Before
//! the first checkpoint that covers the entry, place, proof and checkpoint are null: pending.

mod opening;
mod verdict;

use serde::{Deserialize, Serialize};

use crate::key::KeyId;
use crate::{Digest, LogName, MAX_NOTE_BYTES, MAX_PROOF_HASHES, Origin, ProofTextError, SignedCheckpoint, TlogProof};

pub use opening::{Content, Opening};
pub use verdict::{Finding, InvalidReason, Verdict, explain, explain_duplicate};

/// Value of the `version` member.
pub const RECEIPT_VERSION: &str = "leeward-receipt/v1";

/// Largest receipt we read or write, in bytes of JSON.
pub const MAX_RECEIPT_BYTES: usize = 1024 * 1024;

/// A receipt. Unknown members are refused, so that nobody is shown what was not checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    /// Always the one version there is.
    pub version: ReceiptVersion,
    /// Name of the log.
    pub origin: LogName,
    /// Epoch of the tree, from 1.
    pub epoch: u32,
    /// The key that signed, or for a pending receipt will sign, the checkpoint.
    pub key_id: KeyId,
    /// What was committed to.
    pub opening: Opening,
    /// Place of the entry in the tree.
    pub index: Option<u64>,
    /// Inclusion proof, from the leaf's sibling up.
    pub proof: Option<Vec<Digest>>,
    /// The signed note.
    pub checkpoint: Option<String>,
}

/// The version of a receipt; any other is refused when reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ReceiptVersion {
    /// [`RECEIPT_VERSION`].
    #[serde(rename = "leeward-receipt/v1")]
    V1,
}

/// Why a text is no receipt.
#[derive(Debug, thiserror::Error)]
pub enum ReceiptError {
    /// More than [`MAX_RECEIPT_BYTES`].
    #[error("the receipt is larger than 1 MiB")]
    TooLarge,
    /// More than 64 hashes in the proof.
    #[error("the proof has more than 64 hashes")]
    ProofTooLong,
    /// The checkpoint is larger than 64 KiB.
    #[error("the checkpoint is larger than 64 KiB")]
    NoteTooLarge,
    /// Not JSON, or not the members of this version.
    #[error("not a receipt of version leeward-receipt/v1: {0}")]
    Json(#[from] serde_json::Error),
    /// A `tlog-proof` file without our opening, or of an origin that is not ours.
    #[error("the proof file does not come from a receipt")]
    NotOurs,
    /// A `tlog-proof` file that cannot be read.
    #[error(transparent)]
    ProofText(#[from] ProofTextError),
}

impl Receipt {
    /// A receipt for an entry no checkpoint covers yet.
    pub fn pending(origin: &Origin, key_id: KeyId, opening: Opening) -> Self {
        Self {
            version: ReceiptVersion::V1,
            origin: origin.name.clone(),
            epoch: origin.epoch,
            key_id,
            opening,
            index: None,
            proof: None,
            checkpoint: None,
        }
    }

    /// The same receipt with its proof.
    #[must_use]
    pub fn proven(self, index: u64, proof: Vec<Digest>, checkpoint: &SignedCheckpoint) -> Self {
        let checkpoint = Some(checkpoint.as_str().to_owned());
        Self { index: Some(index), proof: Some(proof), checkpoint, ..self }
    }

    /// Reads a receipt. Only its shape and sizes are checked here; see [`Receipt::verify`].
    pub fn from_json(json: &[u8]) -> Result<Self, ReceiptError> {
        if json.len() > MAX_RECEIPT_BYTES {
            return Err(ReceiptError::TooLarge);
        }
        let receipt: Self = serde_json::from_slice(json)?;
        receipt.check_sizes()?;
        Ok(receipt)
    }

    /// Writes the receipt as indented JSON with a newline at the end.
    pub fn to_json(&self) -> Result<String, ReceiptError> {
        self.check_sizes()?;
        let json = serde_json::to_string_pretty(self)? + "\n";
        if json.len() > MAX_RECEIPT_BYTES { Err(ReceiptError::TooLarge) } else { Ok(json) }
    }

    fn check_sizes(&self) -> Result<(), ReceiptError> {
        if self.proof.as_ref().is_some_and(|proof| proof.len() > MAX_PROOF_HASHES) {
            return Err(ReceiptError::ProofTooLong);
        }
        if self.checkpoint.as_ref().is_some_and(|note| note.len() > MAX_NOTE_BYTES) {
            return Err(ReceiptError::NoteTooLarge);
        }
        Ok(())
    }

    /// The receipt as a C2SP `tlog-proof` file, with the opening on the `extra` line; `None` while
    /// it is pending or if its checkpoint cannot be read.
    pub fn to_tlog_proof(&self) -> Option<TlogProof> {
        Some(TlogProof {
            extra: Some(serde_json::to_vec(&self.opening).ok()?),
            index: self.index?,
            proof: self.proof.clone()?,
            checkpoint: SignedCheckpoint::parse(self.checkpoint.as_ref()?).ok()?,
        })
    }

    /// Reads back what [`Receipt::to_tlog_proof`] wrote.
    pub fn from_tlog_proof(text: &str) -> Result<Self, ReceiptError> {
        let file: TlogProof = text.parse()?;
        let extra = file.extra.as_deref().ok_or(ReceiptError::NotOurs)?;
        let opening: Opening = serde_json::from_slice(extra)?;
        let claimed = &file.checkpoint.claim().origin;
        let origin: Origin = claimed.parse().map_err(|_| ReceiptError::NotOurs)?;
        let own = file.checkpoint.signers().iter().find(|signer| signer.name == *claimed);
        let key_id = own.ok_or(ReceiptError::NotOurs)?.id;
        Ok(Self::pending(&origin, key_id, opening).proven(file.index, file.proof, &file.checkpoint))
    }
}
