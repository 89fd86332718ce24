//! Public keys, from a file.

use super::component::{Component, components};
use pgp::composed::{Deserializable, SignedPublicKey};

/// Bytes of a file of keys, and how many are read from it.
const MAX_BYTES: usize = 2 * 1024 * 1024;
const MAX_KEYS: usize = 64;

/// Why a file gives no keys.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Too long.
    #[error("the file of keys has more than {MAX_BYTES} bytes; export the one key that is meant")]
    TooLarge,
    /// Something else.
    #[error("this is no OpenPGP {0} key ({1}); export one with gpg --armor --{2}")]
    NotAKey(&'static str, String, &'static str),
    /// No key in it.
    #[error("there is no OpenPGP {0} key in this file; export one with gpg --armor --{1}")]
    Empty(&'static str, &'static str),
}

/// The keys that count.
#[derive(Debug, Clone, Default)]
pub struct Keys(Vec<SignedPublicKey>);

impl Keys {
    /// Reads keys as they are exported, in armour or not.
    pub fn read(bytes: &[u8]) -> Result<Self, KeyError> {
        if bytes.len() > MAX_BYTES {
            return Err(KeyError::TooLarge);
        }
        let wrong = |e: pgp::errors::Error| KeyError::NotAKey("public", e.to_string(), "export");
        let (found, _) = SignedPublicKey::from_reader_many(bytes).map_err(wrong)?;
        let keys = found.take(MAX_KEYS).collect::<Result<Vec<_>, _>>().map_err(wrong)?;
        if keys.is_empty() { Err(KeyError::Empty("public", "export")) } else { Ok(Self(keys)) }
    }

    /// Adds the keys of another file.
    pub fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
        self.0.truncate(MAX_KEYS);
    }

    pub(super) fn of(key: SignedPublicKey) -> Self {
        Self(vec![key])
    }

    /// Every key and subkey that could have signed something.
    pub(super) fn components(&self) -> Vec<Component<'_>> {
        self.0.iter().flat_map(components).collect()
    }
}
