//! Checkpoints: a signed note that says "this log has this size and this root".
//!
//! A checkpoint is signed only after its head is committed, and never if it is inconsistent with
//! one signed before; the caller keeps the record of the last signed head ([`Checkpoint::sign`]).
//! The text of a note means nothing until a known key has verified it, so the fields of a
//! [`SignedCheckpoint`] that was only parsed are called claims.

use std::collections::BTreeSet;
use std::fmt;

use signed_note::{Note, Signature};

use crate::key::{KeyId, SigningKey};
use crate::{Digest, Head, KeyFile, MAX_TREE_SIZE};

/// Largest note we read, in bytes: room for a log signature and many cosignatures.
pub const MAX_NOTE_BYTES: usize = 64 * 1024;

/// What a checkpoint says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// The origin line. Ours are written by [`crate::Origin`]; other logs have other forms.
    pub origin: String,
    /// Size and root.
    pub head: Head,
}

/// A checkpoint with its signature lines, not necessarily verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedCheckpoint {
    claim: Checkpoint,
    text: String,
    signers: Vec<Signer>,
}

/// Name and key id on one signature line.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Signer {
    /// Key name: the origin for the log's own signature.
    pub name: String,
    /// Key id.
    pub id: KeyId,
}

/// Why a note is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// Larger than [`MAX_NOTE_BYTES`].
    #[error("the note is larger than 64 KiB")]
    TooLarge,
    /// Not a signed note (C2SP `signed-note`).
    #[error("not a well-formed signed note")]
    Malformed,
    /// A note, but its text is no checkpoint, or one with extension lines, which we never write.
    #[error("the note is not a checkpoint of origin, size and root hash")]
    NotCheckpoint,
    /// The key signs for another origin.
    #[error("the key signs for {key}, not for {origin}")]
    OtherOrigin {
        /// Origin of the key.
        key: String,
        /// Origin of the text.
        origin: String,
    },
    /// No signature by a key that is known and belongs to the origin.
    #[error("no signature by a known key of {0}")]
    UnknownSigner(String),
    /// A signature by a known key is wrong.
    #[error("the signature of {name} (key {id}) is wrong")]
    WrongSignature {
        /// Key name.
        name: String,
        /// Key id.
        id: KeyId,
    },
    /// The signature could not be made.
    #[error("signing failed")]
    Signing,
}

impl Checkpoint {
    /// The text that is signed: three lines.
    pub fn text(&self) -> String {
        format!("{}\n{}\n{}\n", self.origin, self.head.size, self.head.root)
    }

    fn parse(text: &[u8]) -> Result<Self, NoteError> {
        let parsed = tlog_tiles::Checkpoint::from_bytes(text).map_err(|_| NoteError::NotCheckpoint)?;
        let head = Head { size: parsed.size(), root: Digest::from(*parsed.hash()) };
        let checkpoint = Self { origin: parsed.origin().to_owned(), head };
        // Same bytes again: no extension lines, no second spelling of a number or a hash.
        if checkpoint.text().as_bytes() != text || head.size > MAX_TREE_SIZE {
            return Err(NoteError::NotCheckpoint);
        }
        Ok(checkpoint)
    }

    /// Signs the checkpoint with the key of its origin.
    ///
    /// The caller first makes its record of the last signed head durable: a log must never sign a
    /// checkpoint that is inconsistent with an earlier one (C2SP `tlog-checkpoint`).
    pub fn sign(&self, key: &SigningKey) -> Result<SignedCheckpoint, NoteError> {
        let note = sign_text(&self.text(), &[key], &self.origin)?;
        SignedCheckpoint::parse(&note)
    }
}

impl SignedCheckpoint {
    /// Reads a note without verifying any signature.
    pub fn parse(text: &str) -> Result<Self, NoteError> {
        let note = parse_note(text)?;
        let claim = Checkpoint::parse(note.text())?;
        Ok(Self { claim, signers: signers(text)?, text: text.to_owned() })
    }

    /// What the note says; to be believed only after [`SignedCheckpoint::verify`].
    pub fn claim(&self) -> &Checkpoint {
        &self.claim
    }

    /// The whole note, ready to be served as `checkpoint`.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The names and key ids on the signature lines, in order.
    pub fn signers(&self) -> &[Signer] {
        &self.signers
    }

    /// Checks every signature by a key of the file; at least one must be the log's own (its name is
    /// the origin). Gives the keys that verified, log and witnesses.
    pub fn verify(&self, keys: &KeyFile) -> Result<Vec<Signer>, NoteError> {
        let verified = verify_note(&self.text, keys)?;
        if verified.iter().any(|signer| signer.name == self.claim.origin) {
            return Ok(verified);
        }
        Err(NoteError::UnknownSigner(self.claim.origin.clone()))
    }

    /// Adds signature lines (witness cosignatures), each `— name base64`. Lines already there are
    /// not repeated. They are not verified here.
    pub fn with_signatures(&self, lines: &str) -> Result<Self, NoteError> {
        let mut text = self.text.clone();
        let have: BTreeSet<&str> = self.text.lines().collect();
        for line in lines.lines().filter(|line| !have.contains(line)) {
            text.push_str(line);
            text.push('\n');
        }
        Self::parse(&text)
    }
}

impl fmt::Display for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (key {})", self.name, self.id)
    }
}

/// Signs `text` with each key; the first must be the key of `origin`.
pub(crate) fn sign_text(text: &str, keys: &[&SigningKey], origin: &str) -> Result<String, NoteError> {
    let first = keys.first().ok_or(NoteError::Signing)?;
    if first.verifier().name() != origin {
        let key = first.verifier().name().to_owned();
        return Err(NoteError::OtherOrigin { key, origin: origin.to_owned() });
    }
    let mut note = Note::new(text.as_bytes(), &[]).map_err(|_| NoteError::Malformed)?;
    let keys: Vec<&dyn signed_note::Signer> = keys.iter().map(|key| *key as &dyn signed_note::Signer).collect();
    note.add_sigs(&keys).map_err(|_| NoteError::Signing)?;
    String::from_utf8(note.to_bytes()).map_err(|_| NoteError::Malformed)
}

/// Reads any signed note, bounded.
pub(crate) fn parse_note(text: &str) -> Result<Note, NoteError> {
    if text.len() > MAX_NOTE_BYTES {
        return Err(NoteError::TooLarge);
    }
    Note::from_bytes(text.as_bytes()).map_err(|_| NoteError::Malformed)
}

/// Verifies any signed note against known keys.
pub(crate) fn verify_note(text: &str, keys: &KeyFile) -> Result<Vec<Signer>, NoteError> {
    match parse_note(text)?.verify(keys) {
        Ok((verified, _)) => Ok(verified.iter().map(Signer::of).collect()),
        Err(signed_note::NoteError::InvalidSignature { name, id }) => {
            Err(NoteError::WrongSignature { name, id: KeyId(id) })
        }
        Err(signed_note::NoteError::UnverifiedNote) => {
            let first = text.lines().next().unwrap_or_default();
            Err(NoteError::UnknownSigner(first.to_owned()))
        }
        Err(_) => Err(NoteError::Malformed),
    }
}

/// The signature lines of a note that [`parse_note`] accepted. The crate keeps them private.
pub(crate) fn signers(text: &str) -> Result<Vec<Signer>, NoteError> {
    let (_, lines) = text.rsplit_once("\n\n").ok_or(NoteError::Malformed)?;
    let read = |line: &str| Signature::from_bytes(line.as_bytes()).map(|sig| Signer::of(&sig));
    lines.lines().map(|line| read(line).map_err(|_| NoteError::Malformed)).collect()
}

impl Signer {
    fn of(signature: &Signature) -> Self {
        Self { name: signature.name().to_owned(), id: KeyId(signature.id()) }
    }
}

#[cfg(test)]
mod tests;
