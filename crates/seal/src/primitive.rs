//! The few primitives everything else is built from, each in one place so that the known-answer tests
//! cover exactly what is used: XChaCha20-Poly1305, HMAC-SHA-256 over length-prefixed parts, HKDF-SHA-256.

use chacha20poly1305::aead::{AeadInOut, KeyInit};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hkdf::Hkdf;
use hmac::{Hmac, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::SealError;

/// Length of every symmetric key, in bytes.
pub(crate) const KEY_LEN: usize = 32;
/// Length of an XChaCha20-Poly1305 nonce, in bytes.
pub(crate) const NONCE_LEN: usize = 24;
/// Length of a Poly1305 tag, in bytes.
pub(crate) const TAG_LEN: usize = 16;

/// Encrypts the bytes of `buffer` from `start` on in place and appends the tag; what stands before `start` is left as it is.
#[expect(clippy::expect_used, reason = "fails only past 256 GiB of plaintext, which no caller can hold in memory")]
pub(crate) fn encrypt_tail(
    key: &[u8; KEY_LEN],
    nonce: [u8; NONCE_LEN],
    aad: &[u8],
    buffer: &mut Vec<u8>,
    start: usize,
) {
    let tag = XChaCha20Poly1305::new(key.into())
        .encrypt_inout_detached(&XNonce::from(nonce), aad, (&mut buffer[start..]).into())
        .expect("plaintext within the limit of the cipher");
    buffer.extend_from_slice(&tag);
}

/// Decrypts ciphertext and tag. The error says nothing about the cause.
pub(crate) fn decrypt(
    key: &[u8; KEY_LEN],
    nonce: [u8; NONCE_LEN],
    aad: &[u8],
    sealed: &[u8],
) -> Result<Zeroizing<Vec<u8>>, SealError> {
    let (body, tag) = sealed.split_last_chunk::<TAG_LEN>().ok_or(SealError::Open)?;
    let mut plain = Zeroizing::new(body.to_vec());
    XChaCha20Poly1305::new(key.into())
        .decrypt_inout_detached(&XNonce::from(nonce), aad, plain.as_mut_slice().into(), &(*tag).into())
        .map_err(|_| SealError::Open)?;
    Ok(plain)
}

/// HMAC-SHA-256 (RFC 2104) of the parts, one after the other, without any framing.
#[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
pub(crate) fn hmac_sha256(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(key).expect("any key length");
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

/// HMAC-SHA-256 of the label and the parts, each after its length as a big-endian u64: no two lists of
/// parts give the same input, so ("ab", "c") and ("a", "bc") have unrelated results.
pub(crate) fn hmac_framed(key: &[u8], label: &str, data: &[&[u8]]) -> [u8; 32] {
    let lengths: Vec<[u8; 8]> = std::iter::once(label.len())
        .chain(data.iter().map(|part| part.len()))
        .map(|len| (len as u64).to_be_bytes())
        .collect();
    let parts = std::iter::once(label.as_bytes()).chain(data.iter().copied());
    let framed: Vec<&[u8]> = lengths.iter().zip(parts).flat_map(|(len, part)| [len.as_slice(), part]).collect();
    hmac_sha256(key, &framed)
}

/// HKDF-SHA-256 (RFC 5869): extract with `salt`, expand with `info` to `N` bytes (at most 8160).
#[expect(clippy::expect_used, reason = "N is a small constant at every call, far below 255 blocks")]
pub(crate) fn hkdf_sha256<const N: usize>(salt: &[u8], secret: &[u8], info: &[u8]) -> Zeroizing<[u8; N]> {
    let mut out = Zeroizing::new([0; N]);
    Hkdf::<Sha256>::new(Some(salt), secret).expand(info, out.as_mut_slice()).expect("at most 255 blocks");
    out
}

/// A key for one purpose, derived from `secret`: purposes never share a key, so no two algorithms or
/// formats ever meet under the same one.
pub(crate) fn subkey(secret: &[u8; KEY_LEN], purpose: &str) -> Zeroizing<[u8; KEY_LEN]> {
    hkdf_sha256(b"leeward key v1", secret, purpose.as_bytes())
}

/// Draws `N` random bytes that are wiped when dropped.
pub(crate) fn draw<const N: usize>(random: &dyn domain::Random) -> Zeroizing<[u8; N]> {
    let mut out = Zeroizing::new([0; N]);
    random.fill(out.as_mut_slice());
    out
}

/// Whether two byte strings are equal, in time that depends on their lengths only.
///
/// For comparing stored HMACs of codes and tokens with what a caller brought.
pub fn equal_in_constant_time(a: &[u8], b: &[u8]) -> bool {
    a.ct_eq(b).into()
}

#[cfg(test)]
mod tests;
