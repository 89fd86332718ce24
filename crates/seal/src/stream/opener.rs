//! Opening a stream from front to back. Holds at most one sealed chunk beyond what was pushed.

use uuid::Uuid;

use super::{Cipher, HEADER, SEALED_CHUNK};
use crate::{DataKey, SealError};

/// Opens a sealed stream piece by piece: [`push`](Opener::push), then [`finish`](Opener::finish).
///
/// Plaintext given by `push` is authentic and in its place, but only `finish` proves that the stream was
/// not cut: a caller must treat what it got as incomplete until then. After an error every further call
/// fails.
pub struct Opener<'k> {
    key: &'k DataKey,
    record: Uuid,
    cipher: Option<Cipher>,
    /// Index of the next chunk; past `u32::MAX` the stream is too long.
    index: u64,
    held: Vec<u8>,
    failed: Option<SealError>,
}

impl<'k> Opener<'k> {
    /// Opens a stream that was sealed with this key for this record.
    pub fn new(key: &'k DataKey, record: Uuid) -> Opener<'k> {
        Opener { key, record, cipher: None, index: 0, held: Vec::with_capacity(SEALED_CHUNK), failed: None }
    }

    /// Takes sealed bytes and gives the plaintext of the chunks that are complete, possibly none.
    pub fn push(&mut self, sealed: &[u8]) -> Result<Vec<u8>, SealError> {
        self.guarded(|opener| opener.advance(sealed))
    }

    /// Opens the last chunk and gives its plaintext; fails when the stream was cut.
    pub fn finish(mut self) -> Result<Vec<u8>, SealError> {
        self.guarded(|opener| {
            let cipher = opener.cipher.as_ref().ok_or(SealError::Format("header of a stream"))?;
            cipher.open(chunk_index(opener.index)?, true, &opener.held).map(|mut plain| std::mem::take(&mut *plain))
        })
    }

    fn advance(&mut self, mut sealed: &[u8]) -> Result<Vec<u8>, SealError> {
        let mut out = Vec::with_capacity(self.held.len() + sealed.len());
        while !sealed.is_empty() {
            let full = if self.cipher.is_none() { HEADER } else { SEALED_CHUNK };
            // A full chunk is opened only when another byte follows; till then it may be the last one.
            if let (Some(cipher), true) = (&self.cipher, self.held.len() == full) {
                out.extend_from_slice(&cipher.open(chunk_index(self.index)?, false, &self.held)?);
                self.index += 1;
                self.held.clear();
            }
            let (now, later) = sealed.split_at(sealed.len().min(full - self.held.len()));
            self.held.extend_from_slice(now);
            sealed = later;
            if let (None, Some(header)) = (&self.cipher, self.held.first_chunk()) {
                self.cipher = Some(Cipher::from_header(self.key, self.record, header)?);
                self.held.clear();
            }
        }
        Ok(out)
    }

    fn guarded(&mut self, step: impl FnOnce(&mut Self) -> Result<Vec<u8>, SealError>) -> Result<Vec<u8>, SealError> {
        if let Some(error) = self.failed {
            return Err(error);
        }
        step(self).inspect_err(|error| self.failed = Some(*error))
    }
}

fn chunk_index(index: u64) -> Result<u32, SealError> {
    u32::try_from(index).map_err(|_| SealError::TooLong)
}
