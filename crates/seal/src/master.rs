//! The master key: outside the store, above all data keys.
//!
//! This crate only knows its bytes; who reads them from a file, the environment or a command is told in
//! the configuration. Only its fingerprint is ever shown or stored.

use std::fmt;

use data_encoding::{BASE64, BASE64_NOPAD, BASE64URL, BASE64URL_NOPAD, HEXLOWER, HEXLOWER_PERMISSIVE};
use domain::Random;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::SealError;
use crate::primitive::{self, KEY_LEN};

/// Fingerprint of a master key: 8 bytes that say which key wrapped something and nothing about the key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MasterId(pub [u8; 8]);

impl fmt::Display for MasterId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&HEXLOWER.encode(&self.0))
    }
}

/// 32 secret bytes, wiped when dropped and never printed.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct MasterKey([u8; KEY_LEN]);

impl MasterKey {
    /// Draws a new key.
    pub fn generate(random: &dyn Random) -> MasterKey {
        MasterKey(*primitive::draw(random))
    }

    /// Reads 64 hexadecimal digits or base64 (standard or URL alphabet, padded or not) of 32 bytes.
    /// White space around it is ignored, since files end in a newline.
    pub fn parse(text: &str) -> Result<MasterKey, SealError> {
        let text = text.trim().as_bytes();
        let encodings = match text.len() {
            64 => [HEXLOWER_PERMISSIVE].to_vec(),
            44 => [BASE64, BASE64URL].to_vec(),
            43 => [BASE64_NOPAD, BASE64URL_NOPAD].to_vec(),
            _ => Vec::new(),
        };
        let bytes = encodings.iter().find_map(|encoding| encoding.decode(text).ok()).map(Zeroizing::new);
        let bytes = bytes.ok_or(SealError::MasterKeyText)?;
        MasterKey::from_slice(&bytes).ok_or(SealError::MasterKeyText)?.checked()
    }

    /// The fingerprint: HMAC-SHA-256 of a fixed label under the key, cut to 64 bits.
    pub fn id(&self) -> MasterId {
        let mac = Zeroizing::new(primitive::hmac_framed(&self.0, "leeward master id v1", &[]));
        let mut id = [0; 8];
        id.copy_from_slice(&mac[..8]);
        MasterId(id)
    }

    /// The key as 64 hexadecimal digits, for writing the key file and for nothing else.
    pub fn reveal_hex(&self) -> Zeroizing<String> {
        Zeroizing::new(HEXLOWER.encode(&self.0))
    }

    pub(crate) fn from_slice(bytes: &[u8]) -> Option<MasterKey> {
        bytes.try_into().ok().map(MasterKey)
    }

    pub(crate) fn bytes(&self) -> &[u8; KEY_LEN] {
        &self.0
    }

    /// The key that wraps data keys; derived, so that the fingerprint and the wrapping share nothing.
    pub(crate) fn wrapping_key(&self) -> Zeroizing<[u8; KEY_LEN]> {
        primitive::subkey(&self.0, "wrap data keys")
    }

    fn checked(self) -> Result<MasterKey, SealError> {
        if primitive::equal_in_constant_time(&self.0, &[0; KEY_LEN]) { Err(SealError::MasterKeyZero) } else { Ok(self) }
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MasterKey({})", self.id())
    }
}
