//! Attachments: long plaintexts sealed in chunks, in bounded memory.
//!
//! The STREAM construction of Hoang, Reyhanitabar, Rogaway and Vizár ("Online Authenticated-Encryption
//! and its Nonce-Reuse Misuse-Resistance", CRYPTO 2015): chunks of 64 KiB, each sealed with
//! XChaCha20-Poly1305 under the nonce prefix (19, random) || index (big-endian u32) || last flag (0 or 1).
//! So chunks cannot be cut off, added, swapped or taken from another stream. The key of a stream is
//! derived from the data key, the header and the record, and is used for nothing else.
//!
//! Format: header (24) = "LWS" || version 1 || log2 of the chunk size (16) || prefix (19), then the chunks,
//! each 16 bytes longer than its plaintext. All but the last are full; the last is empty only when the
//! whole plaintext is.

mod chunks;
mod opener;
mod sealer;

use domain::Random;
use uuid::Uuid;
use zeroize::Zeroizing;

pub use chunks::Chunks;
pub use opener::Opener;
pub use sealer::Sealer;

use crate::primitive::{self, KEY_LEN, NONCE_LEN, TAG_LEN};
use crate::{DataKey, SealError};

/// Plaintext bytes in every chunk but the last.
pub const CHUNK: usize = 64 * 1024;
/// Sealed bytes of every chunk but the last.
pub const SEALED_CHUNK: usize = CHUNK + TAG_LEN;
/// Bytes before the first chunk.
pub const HEADER: usize = 24;

const PREFIX: usize = 19;
const MAGIC: [u8; HEADER - PREFIX] = [b'L', b'W', b'S', 1, 16];

/// Length of the sealed stream of a plaintext of `plain` bytes; `None` past 2^32 chunks.
pub fn sealed_len(plain: u64) -> Option<u64> {
    let chunks = plain.div_ceil(CHUNK as u64).max(1);
    (chunks <= 1 << 32).then(|| HEADER as u64 + plain + chunks * TAG_LEN as u64)
}

/// Key and nonces of one stream.
struct Cipher {
    key: Zeroizing<[u8; KEY_LEN]>,
    prefix: [u8; PREFIX],
}

impl Cipher {
    /// A new stream: its cipher and its header.
    fn new(key: &DataKey, record: Uuid, random: &dyn Random) -> (Cipher, [u8; HEADER]) {
        let mut header = [0; HEADER];
        let (magic, prefix) = header.split_at_mut(MAGIC.len());
        magic.copy_from_slice(&MAGIC);
        random.fill(prefix);
        let mut own = [0; PREFIX];
        own.copy_from_slice(prefix);
        (Cipher { key: key.stream_key(&header, record), prefix: own }, header)
    }

    /// The cipher of the stream with this header.
    fn from_header(key: &DataKey, record: Uuid, header: &[u8; HEADER]) -> Result<Cipher, SealError> {
        let prefix = header.strip_prefix(MAGIC.as_slice()).and_then(|rest| rest.try_into().ok());
        let prefix = prefix.ok_or(SealError::Format("header of a stream"))?;
        Ok(Cipher { key: key.stream_key(header, record), prefix })
    }

    fn nonce(&self, index: u32, last: bool) -> [u8; NONCE_LEN] {
        let mut nonce = [0; NONCE_LEN];
        nonce[..PREFIX].copy_from_slice(&self.prefix);
        nonce[PREFIX..NONCE_LEN - 1].copy_from_slice(&index.to_be_bytes());
        nonce[NONCE_LEN - 1] = u8::from(last);
        nonce
    }

    /// Appends the sealed chunk to `out`.
    fn seal(&self, index: u32, last: bool, plain: &[u8], out: &mut Vec<u8>) {
        let start = out.len();
        out.extend_from_slice(plain);
        primitive::encrypt_tail(&self.key, self.nonce(index, last), &[], out, start);
    }

    /// Opens one chunk and checks that its length is the only one it can have been sealed with.
    fn open(&self, index: u32, last: bool, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, SealError> {
        let plain = primitive::decrypt(&self.key, self.nonce(index, last), &[], sealed)?;
        let canonical = if last { index == 0 || !plain.is_empty() } else { plain.len() == CHUNK };
        if canonical { Ok(plain) } else { Err(SealError::Open) }
    }
}
