//! The key file: which keys a verifier trusts.
//!
//! Plain text, one verifier key a line; blank lines and lines that begin with `#` are skipped. It
//! holds the keys of several epochs of one log, and may hold other logs and witnesses besides.

use std::fmt;
use std::str::FromStr;

use signed_note::{VerificationError, Verifier, Verifiers};

use crate::key::{KeyError, KeyId, VerifierKey};

/// Largest key file we read, in bytes.
pub const MAX_KEY_FILE_BYTES: usize = 64 * 1024;

/// Trusted keys, in the order of the file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KeyFile {
    keys: Vec<VerifierKey>,
}

/// Why a key file is refused. Lines count from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyFileError {
    /// Larger than [`MAX_KEY_FILE_BYTES`].
    #[error("the key file is larger than 64 KiB")]
    TooLarge,
    /// No key in it.
    #[error("the key file holds no key")]
    Empty,
    /// A line that is neither a key nor a comment.
    #[error("line {line}: {error}")]
    Line {
        /// Number of the line.
        line: usize,
        /// What is wrong with it.
        error: KeyError,
    },
    /// Two keys with the same name and id: signatures could not be told apart.
    #[error("line {line}: this key, or one with the same name and id, is already in the file")]
    Twice {
        /// Number of the second line.
        line: usize,
    },
}

impl KeyFile {
    /// A file with these keys; `None` if two share name and id or there is none.
    pub fn new(keys: Vec<VerifierKey>) -> Option<Self> {
        let mut file = Self::default();
        for key in keys {
            if file.find(key.name(), key.id()).is_some() {
                return None;
            }
            file.keys.push(key);
        }
        (!file.keys.is_empty()).then_some(file)
    }

    /// The keys, in order.
    pub fn keys(&self) -> &[VerifierKey] {
        &self.keys
    }

    /// The key with this name and id.
    pub fn find(&self, name: &str, id: KeyId) -> Option<&VerifierKey> {
        self.keys.iter().find(|key| key.name() == name && key.id() == id)
    }
}

impl Verifiers for KeyFile {
    fn verifier(&self, name: &str, id: u32) -> Result<&dyn Verifier, VerificationError> {
        match self.find(name, KeyId(id)) {
            Some(key) => Ok(key),
            None => Err(VerificationError::UnknownKey { name: name.to_owned(), id }),
        }
    }
}

impl fmt::Display for KeyFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.keys.iter().try_for_each(|key| writeln!(f, "{key}"))
    }
}

impl FromStr for KeyFile {
    type Err = KeyFileError;

    fn from_str(text: &str) -> Result<Self, KeyFileError> {
        if text.len() > MAX_KEY_FILE_BYTES {
            return Err(KeyFileError::TooLarge);
        }
        let mut file = Self::default();
        for (line, text) in (1..).zip(text.lines()) {
            let text = text.trim();
            if text.is_empty() || text.starts_with('#') {
                continue;
            }
            let key: VerifierKey = text.parse().map_err(|error| KeyFileError::Line { line, error })?;
            if file.find(key.name(), key.id()).is_some() {
                return Err(KeyFileError::Twice { line });
            }
            file.keys.push(key);
        }
        if file.keys.is_empty() { Err(KeyFileError::Empty) } else { Ok(file) }
    }
}
