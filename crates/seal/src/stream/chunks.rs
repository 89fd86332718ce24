//! Opening single chunks of a stream whose header and length are known: for downloads by range.

use std::ops::Range;

use uuid::Uuid;

use super::{CHUNK, Cipher, HEADER, SEALED_CHUNK};
use crate::primitive::TAG_LEN;
use crate::{DataKey, SealError};

/// A sealed stream as a row of chunks.
///
/// Which chunk is the last follows from the stored length, and the last chunk only opens as the last: a
/// stream that was cut or extended fails when its end is read, but not when only earlier chunks are.
pub struct Chunks {
    cipher: Cipher,
    /// Sealed bytes of all chunks, without the header.
    body: u64,
    count: u64,
}

impl Chunks {
    /// Reads the header of a stream of `sealed_len` bytes in all.
    pub fn new(key: &DataKey, record: Uuid, header: &[u8; HEADER], sealed_len: u64) -> Result<Chunks, SealError> {
        let cipher = Cipher::from_header(key, record, header)?;
        let body = sealed_len.checked_sub(HEADER as u64).ok_or(SealError::Format("length of a stream"))?;
        let count = body.div_ceil(SEALED_CHUNK as u64);
        let last = body - count.saturating_sub(1) * SEALED_CHUNK as u64;
        // An empty last chunk exists only in an empty stream.
        let least = if count == 1 { TAG_LEN } else { TAG_LEN + 1 } as u64;
        if !(1..=1 << 32).contains(&count) || last < least {
            return Err(SealError::Format("length of a stream"));
        }
        Ok(Chunks { cipher, body, count })
    }

    /// How many chunks there are, 1 to 2^32.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Length of the plaintext in bytes.
    pub fn plain_len(&self) -> u64 {
        self.body - self.count * TAG_LEN as u64
    }

    /// Which chunk holds the plaintext byte at `offset`, and where in it.
    pub fn locate(&self, offset: u64) -> (u64, usize) {
        let within = usize::try_from(offset % CHUNK as u64).unwrap_or_default();
        (offset / CHUNK as u64, within)
    }

    /// Where the sealed bytes of a chunk stand in the stream; empty past the last chunk.
    pub fn sealed_range(&self, index: u64) -> Range<u64> {
        let start = index.saturating_mul(SEALED_CHUNK as u64).min(self.body);
        let end = start.saturating_add(SEALED_CHUNK as u64).min(self.body);
        HEADER as u64 + start..HEADER as u64 + end
    }

    /// Opens the chunk whose sealed bytes (all of [`sealed_range`](Chunks::sealed_range)) are given.
    pub fn open_chunk(&self, index: u64, sealed: &[u8]) -> Result<Vec<u8>, SealError> {
        let number = u32::try_from(index).map_err(|_| SealError::TooLong)?;
        if index >= self.count {
            return Err(SealError::Format("chunk past the end of a stream"));
        }
        self.cipher.open(number, index + 1 == self.count, sealed).map(|mut plain| std::mem::take(&mut *plain))
    }
}
