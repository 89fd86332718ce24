//! Epochs: what a restore says about the tree it could not go on with.
//!
//! Receipts newer than a backup would meet a second history if the restored store went on with the
//! old tree. So a restore opens a new tree with a new key, and the first entry of that tree commits
//! to a signed note naming the last known size and root of the old one:
//!
//! ```text
//! leeward/epoch/v1
//! trust.example.com/epoch/2
//! trust.example.com/epoch/1
//! 20852163
//! CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=
//! ```
//!
//! The second line opens, the third closes. The new key signs; the old key signs too if it came
//! back with the backup. The bytes to commit are those of the whole note.

use std::fmt;

use crate::checkpoint::{parse_note, sign_text, signers, verify_note};
use crate::{Head, KeyFile, MAX_TREE_SIZE, NoteError, Origin, SigningKey};

/// First line: keeps the note apart from a checkpoint, whose second line is a number.
const TAG: &str = "leeward/epoch/v1";

/// The statement itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EpochStatement {
    opens: Origin,
    closes: Origin,
    last: Head,
}

/// A statement whose signature by the new key was verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenedEpoch {
    /// What was stated.
    pub statement: EpochStatement,
    /// Whether a known key of the closed epoch signed as well.
    pub signed_by_closed: bool,
}

/// Why a statement is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EpochError {
    /// The two origins have different names, or the new epoch is not the greater one.
    #[error("an epoch may only close an earlier epoch of the same log")]
    Order,
    /// The size passes [`MAX_TREE_SIZE`].
    #[error("the stated size is out of range")]
    Size,
    /// The text is not the five lines of a statement.
    #[error("the note is not an epoch statement")]
    Text,
    /// The note or a signature is wrong.
    #[error(transparent)]
    Note(#[from] NoteError),
}

impl EpochStatement {
    /// States that `opens` begins and that `closes` was last known with head `last`.
    ///
    /// The numbers need not be neighbours: after restoring the same backup twice the operator skips
    /// the epoch number that was already used.
    pub fn new(opens: Origin, closes: Origin, last: Head) -> Result<Self, EpochError> {
        if opens.name != closes.name || opens.epoch <= closes.epoch {
            return Err(EpochError::Order);
        }
        if last.size > MAX_TREE_SIZE {
            return Err(EpochError::Size);
        }
        Ok(Self { opens, closes, last })
    }

    /// The tree that begins.
    pub fn opens(&self) -> &Origin {
        &self.opens
    }

    /// The tree that is not continued.
    pub fn closes(&self) -> &Origin {
        &self.closes
    }

    /// Last known head of the closed tree.
    pub fn last(&self) -> &Head {
        &self.last
    }

    /// Signs with the key of the new epoch, and with that of the closed one if it is at hand.
    pub fn sign(&self, new: &SigningKey, closed: Option<&SigningKey>) -> Result<String, EpochError> {
        let mut keys = vec![new];
        if let Some(key) = closed {
            if *key.origin() != self.closes {
                let (key, origin) = (key.origin().to_string(), self.closes.to_string());
                return Err(NoteError::OtherOrigin { key, origin }.into());
            }
            keys.push(key);
        }
        Ok(sign_text(&self.to_string(), &keys, &self.opens.to_string())?)
    }

    /// Reads a note without verifying any signature: what it claims.
    pub fn parse(note: &str) -> Result<Self, EpochError> {
        let parsed = parse_note(note)?;
        signers(note)?;
        let text = std::str::from_utf8(parsed.text()).map_err(|_| EpochError::Text)?;
        let lines: Vec<&str> = text.lines().collect();
        let [TAG, opens, closes, size, root] = lines[..] else {
            return Err(EpochError::Text);
        };
        let last = Head {
            size: size.parse().map_err(|_| EpochError::Text)?,
            root: root.parse().map_err(|_| EpochError::Text)?,
        };
        let opens = opens.parse().map_err(|_| EpochError::Text)?;
        let closes = closes.parse().map_err(|_| EpochError::Text)?;
        let statement = Self::new(opens, closes, last)?;
        if statement.to_string() == text { Ok(statement) } else { Err(EpochError::Text) }
    }

    /// Reads a note and verifies it: the key of the new epoch must be in the file and have signed.
    pub fn verify(note: &str, keys: &KeyFile) -> Result<OpenedEpoch, EpochError> {
        let statement = Self::parse(note)?;
        let verified = verify_note(note, keys)?;
        let signed = |origin: &Origin| {
            let name = origin.to_string();
            verified.iter().any(|signer| signer.name == name)
        };
        if !signed(&statement.opens) {
            return Err(NoteError::UnknownSigner(statement.opens.to_string()).into());
        }
        Ok(OpenedEpoch { signed_by_closed: signed(&statement.closes), statement })
    }
}

/// The five lines that are signed.
impl fmt::Display for EpochStatement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{TAG}\n{}\n{}", self.opens, self.closes)?;
        writeln!(f, "{}\n{}", self.last.size, self.last.root)
    }
}
