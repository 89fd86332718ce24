//! The C2SP `tlog-proof` text: index, inclusion proof and checkpoint in one file that any verifier
//! of that format reads.
//!
//! The `extra` line carries the opening of the entry as compact JSON; it is not signed, and need
//! not be, since it must hash to the entry.

use std::fmt;
use std::str::FromStr;

use data_encoding::BASE64;

use crate::proof::{MAX_PROOF_HASHES, verify_inclusion};
use crate::{Commitment, Digest, NoteError, ProofError, SignedCheckpoint, leaf_hash};

/// First line of the file.
const MAGIC: &str = "c2sp.org/tlog-proof@v1";

/// Largest file we read: a receipt with its `extra` in base64.
const MAX_TEXT_BYTES: usize = 2 * 1024 * 1024;

/// A proof as a text file, suffix `.tlog-proof`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlogProof {
    /// Unsigned bytes from which the entry is made; ours is the opening.
    pub extra: Option<Vec<u8>>,
    /// Index of the entry.
    pub index: u64,
    /// From the leaf's sibling up.
    pub proof: Vec<Digest>,
    /// The signed note.
    pub checkpoint: SignedCheckpoint,
}

/// Why a text is no proof file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProofTextError {
    /// Larger than 2 MiB.
    #[error("the proof file is larger than 2 MiB")]
    TooLarge,
    /// The lines are not those of the format, or a number or hash is in another spelling.
    #[error("not a c2sp.org/tlog-proof@v1 file")]
    Malformed,
    /// More than 64 hashes.
    #[error("the proof has more than 64 hashes")]
    TooLong,
    /// The checkpoint is wrong.
    #[error(transparent)]
    Note(#[from] NoteError),
}

impl TlogProof {
    /// Checks that the entry is under the root the checkpoint claims. Verify the checkpoint too
    /// ([`SignedCheckpoint::verify`]): without it the claim is nobody's.
    pub fn verify_entry(&self, entry: &Commitment) -> Result<(), ProofError> {
        let leaf = leaf_hash(entry.as_bytes());
        verify_inclusion(&self.checkpoint.claim().head, self.index, &leaf, &self.proof)
    }
}

impl fmt::Display for TlogProof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{MAGIC}")?;
        if let Some(extra) = &self.extra {
            writeln!(f, "extra {}", BASE64.encode(extra))?;
        }
        writeln!(f, "index {}", self.index)?;
        self.proof.iter().try_for_each(|hash| writeln!(f, "{hash}"))?;
        write!(f, "\n{}", self.checkpoint.as_str())
    }
}

impl FromStr for TlogProof {
    type Err = ProofTextError;

    fn from_str(text: &str) -> Result<Self, ProofTextError> {
        if text.len() > MAX_TEXT_BYTES {
            return Err(ProofTextError::TooLarge);
        }
        let (head, checkpoint) = text.split_once("\n\n").ok_or(ProofTextError::Malformed)?;
        let mut lines = head.split('\n').peekable();
        if lines.next() != Some(MAGIC) {
            return Err(ProofTextError::Malformed);
        }
        let extra = lines.next_if(|line| line.starts_with("extra "));
        let extra = extra.map(|line| parse_extra(line).ok_or(ProofTextError::Malformed));
        let index = lines.next().and_then(parse_index).ok_or(ProofTextError::Malformed)?;
        let hashes: Vec<&str> = lines.collect();
        if hashes.len() > MAX_PROOF_HASHES {
            return Err(ProofTextError::TooLong);
        }
        let proof: Result<_, _> = hashes.into_iter().map(str::parse).collect();
        Ok(Self {
            extra: extra.transpose()?,
            index,
            proof: proof.map_err(|_| ProofTextError::Malformed)?,
            checkpoint: SignedCheckpoint::parse(checkpoint)?,
        })
    }
}

fn parse_extra(line: &str) -> Option<Vec<u8>> {
    BASE64.decode(line.strip_prefix("extra ")?.as_bytes()).ok()
}

fn parse_index(line: &str) -> Option<u64> {
    let digits = line.strip_prefix("index ")?;
    let index: u64 = digits.parse().ok()?;
    (index.to_string() == digits).then_some(index)
}
