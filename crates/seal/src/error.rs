//! The one error of this crate. It never carries key material, plaintext or ciphertext, so it may be logged.

use crate::master::MasterId;

/// Why sealing or opening was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// The bytes do not open: another key, another place (field, record, version), or changed bytes.
    /// Which of them it was cannot be told apart, by design of the cipher.
    #[error("sealed bytes do not open: wrong key, wrong place, or altered")]
    Open,
    /// The bytes are no sealed value of a known format; the text names the part that is off.
    #[error("not a sealed value: {0}")]
    Format(&'static str),
    /// The key was wrapped under another master key than the one given.
    #[error("wrapped under master key {found}, but the key given is {given}")]
    WrongMaster {
        /// Fingerprint noted in the wrapped bytes.
        found: MasterId,
        /// Fingerprint of the key that was tried.
        given: MasterId,
    },
    /// The text is neither 64 hexadecimal digits nor base64 of 32 bytes.
    #[error("a master key is 64 hexadecimal digits or base64 of 32 bytes")]
    MasterKeyText,
    /// All bytes of the key are zero: a placeholder, not a key.
    #[error("the master key is all zeros: generate one")]
    MasterKeyZero,
    /// A stream would need more than 2^32 chunks (256 TiB).
    #[error("stream longer than 2^32 chunks")]
    TooLong,
    /// Not 24 recovery words; carries how many there were.
    #[error("expected 24 recovery words, found {0}")]
    WordCount(usize),
    /// A word is not in the BIP39 English list; carries its place, counted from 1.
    #[error("recovery word {0} is not in the list")]
    UnknownWord(usize),
    /// All words exist, but their checksum does not fit: one is wrong or two are swapped.
    #[error("the recovery words do not belong together: check spelling and order")]
    WordChecksum,
    /// The X25519 public key is a point of low order, with which nothing secret can be agreed.
    #[error("unusable recovery public key")]
    RecoveryKey,
}
