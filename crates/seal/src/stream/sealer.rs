//! Sealing a stream as it comes in. Holds at most one chunk of plaintext.

use domain::Random;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::{CHUNK, Cipher, HEADER, SEALED_CHUNK};
use crate::{DataKey, SealError};

/// Seals a plaintext piece by piece: [`push`](Sealer::push) any number of times, then [`finish`](Sealer::finish).
pub struct Sealer {
    cipher: Cipher,
    header: Option<[u8; HEADER]>,
    /// Index of the chunk in `held`; past `u32::MAX` the stream is too long.
    index: u64,
    held: Zeroizing<Vec<u8>>,
}

impl Sealer {
    /// Starts a stream that only opens with the same key and record.
    pub fn new(key: &DataKey, record: Uuid, random: &dyn Random) -> Sealer {
        let (cipher, header) = Cipher::new(key, record, random);
        Sealer { cipher, header: Some(header), index: 0, held: Zeroizing::new(Vec::with_capacity(CHUNK)) }
    }

    /// Takes plaintext and gives the sealed bytes that are ready, possibly none. The first bytes given are the header.
    pub fn push(&mut self, mut plain: &[u8]) -> Result<Vec<u8>, SealError> {
        let full = (self.held.len() + plain.len()) / CHUNK;
        let mut out = Vec::with_capacity(HEADER + full * SEALED_CHUNK);
        out.extend(self.header.take().into_iter().flatten());
        // A full chunk is held back until another byte follows: only then is it known not to be the last.
        while !plain.is_empty() {
            if self.held.len() == CHUNK {
                self.cipher.seal(self.chunk_index()?, false, &self.held, &mut out);
                self.held.clear();
                self.index += 1;
            }
            let (now, later) = plain.split_at(plain.len().min(CHUNK - self.held.len()));
            self.held.extend_from_slice(now);
            plain = later;
        }
        Ok(out)
    }

    /// Seals what is left as the last chunk and gives the last sealed bytes.
    pub fn finish(mut self) -> Result<Vec<u8>, SealError> {
        let mut out = Vec::with_capacity(HEADER + SEALED_CHUNK);
        out.extend(self.header.take().into_iter().flatten());
        self.cipher.seal(self.chunk_index()?, true, &self.held, &mut out);
        Ok(out)
    }

    fn chunk_index(&self) -> Result<u32, SealError> {
        u32::try_from(self.index).map_err(|_| SealError::TooLong)
    }
}
