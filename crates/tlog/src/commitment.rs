//! What the log holds of an event: 32 bytes that say nothing without the salt.
//!
//! The salt is 128 random bits kept sealed beside the event. Destroying salt and event makes the
//! entry meaningless for ever while the tree stays whole, which is how erasure and an append-only
//! log live together.

use sha2::{Digest as _, Sha256};

/// Domain tag, first bytes of every hashed entry. Ends in NUL so that no salt can extend it.
pub const ENTRY_DOMAIN: &[u8] = b"leeward/entry/v1\0";

/// Bytes of salt in an opening.
pub const SALT_BYTES: usize = 16;

/// One log entry: SHA-256 over domain tag, salt and canonical bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Commitment(pub [u8; 32]);

/// Commits to `canonical` (the bytes [`crate::canonical()`] gives) under a fresh `salt`.
///
/// The value is `SHA-256("leeward/entry/v1\0" || salt || canonical)`. The tag and the salt have
/// fixed lengths, so the three parts cannot be confused with one another.
pub fn commit(salt: &[u8; SALT_BYTES], canonical: &[u8]) -> Commitment {
    let mut hasher = Sha256::new();
    hasher.update(ENTRY_DOMAIN);
    hasher.update(salt);
    hasher.update(canonical);
    Commitment(hasher.finalize().into())
}

impl Commitment {
    /// Takes a slice; `None` unless it is 32 bytes long.
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// The bytes, for a database column.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl AsRef<[u8]> for Commitment {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_the_plain_hash_of_tag_salt_and_bytes() {
        let mut all = b"leeward/entry/v1\0".to_vec();
        all.extend([7; 16]);
        all.extend(b"{}");
        let plain: [u8; 32] = Sha256::digest(&all).into();
        assert_eq!(commit(&[7; 16], b"{}"), Commitment(plain));
    }

    #[test]
    fn salt_and_bytes_both_matter() {
        let one = commit(&[0; 16], b"{}");
        assert_ne!(one, commit(&[1; 16], b"{}"));
        assert_ne!(one, commit(&[0; 16], b"[]"));
    }
}
