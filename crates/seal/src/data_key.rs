//! Data keys: what seals fields, names terms and codes, and is itself stored wrapped.
//!
//! From its 32 secret bytes a key derives one subkey a purpose (fields, streams, keyed hashes), so that
//! no two algorithms share a key. Wrapped form, 81 bytes: version (1) || fingerprint of the master key (8)
//! || nonce (24) || sealed secret (32 + 16), bound to kind and key id.

use std::fmt;

use domain::{KeyId, Random};
use uuid::Uuid;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::primitive::{self, KEY_LEN, NONCE_LEN, TAG_LEN};
use crate::{Field, KeyKind, MasterId, MasterKey, SealError};

/// How many bytes longer a sealed field is than its plaintext: nonce and tag.
pub const FIELD_OVERHEAD: usize = NONCE_LEN + TAG_LEN;
/// Length of a wrapped key, in bytes.
pub const WRAPPED_LEN: usize = 1 + 8 + NONCE_LEN + KEY_LEN + TAG_LEN;

const WRAP_VERSION: u8 = 1;

/// A key that seals what one case, one person or the house stores. Wiped when dropped, never printed.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct DataKey {
    secret: [u8; KEY_LEN],
    fields: [u8; KEY_LEN],
    streams: [u8; KEY_LEN],
    hashes: [u8; KEY_LEN],
}

impl DataKey {
    /// Draws a new key.
    pub fn generate(random: &dyn Random) -> DataKey {
        DataKey::from_secret(&primitive::draw(random))
    }

    /// Seals this key under the master key, for the row `id` of kind `kind`: [`WRAPPED_LEN`] bytes.
    pub fn wrap(&self, master: &MasterKey, id: KeyId, kind: KeyKind, random: &dyn Random) -> Vec<u8> {
        let nonce = *primitive::draw(random);
        let mut out = Vec::with_capacity(WRAPPED_LEN);
        out.push(WRAP_VERSION);
        out.extend_from_slice(&master.id().0);
        out.extend_from_slice(&nonce);
        let start = out.len();
        out.extend_from_slice(&self.secret);
        primitive::encrypt_tail(&master.wrapping_key(), nonce, &wrap_aad(master.id(), id, kind), &mut out, start);
        out
    }

    /// Opens a wrapped key. [`SealError::WrongMaster`] when another master key wrapped it,
    /// [`SealError::Open`] when it belongs to another row or kind or was altered.
    pub fn unwrap(master: &MasterKey, id: KeyId, kind: KeyKind, wrapped: &[u8]) -> Result<DataKey, SealError> {
        let found = wrapped_under(wrapped)?;
        let given = master.id();
        if found != given {
            return Err(SealError::WrongMaster { found, given });
        }
        let (nonce, sealed) = wrapped[9..].split_first_chunk().ok_or(SealError::Format("wrapped key"))?;
        let secret = primitive::decrypt(&master.wrapping_key(), *nonce, &wrap_aad(given, id, kind), sealed)?;
        let secret = secret.as_slice().try_into().map_err(|_| SealError::Format("wrapped key"))?;
        Ok(DataKey::from_secret(secret))
    }

    /// Seals a field: nonce (24) || ciphertext || tag (16). The associated data, field (big-endian u16) ||
    /// record || version (big-endian u32), is not stored: opening needs the same three again.
    pub fn seal(&self, field: Field, record: Uuid, version: u32, plain: &[u8], random: &dyn Random) -> Vec<u8> {
        let nonce = *primitive::draw(random);
        let mut out = Vec::with_capacity(plain.len() + FIELD_OVERHEAD);
        out.extend_from_slice(&nonce);
        out.extend_from_slice(plain);
        primitive::encrypt_tail(&self.fields, nonce, &field_aad(field, record, version), &mut out, NONCE_LEN);
        out
    }

    /// Opens a sealed field; [`SealError::Open`] when anything differs from when it was sealed.
    pub fn open(
        &self,
        field: Field,
        record: Uuid,
        version: u32,
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, SealError> {
        let (nonce, body) = sealed.split_first_chunk().ok_or(SealError::Open)?;
        primitive::decrypt(&self.fields, *nonce, &field_aad(field, record, version), body)
    }

    /// HMAC-SHA-256 of label and parts, each prefixed with its length: for search terms, codes, tokens.
    /// Labels are listed in [`label`](crate::label).
    pub fn hmac(&self, label: &'static str, data: &[&[u8]]) -> [u8; 32] {
        primitive::hmac_framed(&self.hashes, label, data)
    }

    /// A further secret for a named purpose, such as the seed of a signing key. The same key and purpose
    /// always give the same bytes.
    pub fn derive(&self, purpose: &'static str) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(primitive::hmac_framed(&self.secret, "leeward derive v1", &[purpose.as_bytes()]))
    }

    pub(crate) fn stream_key(&self, header: &[u8], record: Uuid) -> Zeroizing<[u8; KEY_LEN]> {
        Zeroizing::new(primitive::hmac_framed(&self.streams, "leeward stream v1", &[header, record.as_bytes()]))
    }

    fn from_secret(secret: &[u8; KEY_LEN]) -> DataKey {
        DataKey {
            secret: *secret,
            fields: *primitive::subkey(secret, "seal fields"),
            streams: *primitive::subkey(secret, "seal streams"),
            hashes: *primitive::subkey(secret, "keyed hashes"),
        }
    }
}

impl fmt::Debug for DataKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DataKey(..)")
    }
}

/// Which master key wrapped these bytes; for rotation, which rewraps what is not yet under the new key.
pub fn wrapped_under(wrapped: &[u8]) -> Result<MasterId, SealError> {
    match wrapped {
        [WRAP_VERSION, rest @ ..] if wrapped.len() == WRAPPED_LEN => {
            rest.first_chunk().map(|id| MasterId(*id)).ok_or(SealError::Format("wrapped key"))
        }
        [WRAP_VERSION, ..] => Err(SealError::Format("length of a wrapped key")),
        _ => Err(SealError::Format("version of a wrapped key")),
    }
}

fn field_aad(field: Field, record: Uuid, version: u32) -> [u8; 22] {
    let mut aad = [0; 22];
    aad[..2].copy_from_slice(&field.0.to_be_bytes());
    aad[2..18].copy_from_slice(record.as_bytes());
    aad[18..].copy_from_slice(&version.to_be_bytes());
    aad
}

fn wrap_aad(master: MasterId, id: KeyId, kind: KeyKind) -> [u8; 26] {
    let mut aad = [0; 26];
    aad[0] = WRAP_VERSION;
    aad[1..9].copy_from_slice(&master.0);
    aad[9] = kind.number();
    aad[10..].copy_from_slice(id.uuid().as_bytes());
    aad
}
