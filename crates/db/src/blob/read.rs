//! Reading: cut the sealed bytes into chunks, open each in its place, compare the whole with the name.

use bytes::{Bytes, BytesMut};
use futures::StreamExt;
use futures::stream::{self, BoxStream};
use seal::DataKey;
use seal::stream::{Chunks, HEADER};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{BlobError, BlobName, Opened};

type Source = BoxStream<'static, Result<Bytes, BlobError>>;

/// Sealed bytes on their way in.
struct Incoming {
    blob: BlobName,
    source: Source,
    held: BytesMut,
    hash: Sha256,
}

impl Incoming {
    /// Exactly `len` further bytes; a blob that ends before was cut.
    async fn take(&mut self, len: usize) -> Result<Bytes, BlobError> {
        while self.held.len() < len {
            let more = self.source.next().await.ok_or(BlobError::Altered(self.blob))??;
            self.hash.update(&more);
            self.held.extend_from_slice(&more);
        }
        Ok(self.held.split_to(len).freeze())
    }

    /// The end: nothing more may come, and all that came must hash to the name.
    async fn finish(&mut self) -> Result<(), BlobError> {
        let more = self.source.next().await.transpose()?;
        let whole = self.held.is_empty() && more.is_none_or(|more| more.is_empty());
        let hash: [u8; 32] = self.hash.finalize_reset().into();
        if whole && hash == *self.blob.as_bytes() { Ok(()) } else { Err(BlobError::Altered(self.blob)) }
    }
}

/// Reads the header and gives the plaintext as a stream.
pub(super) async fn open(
    key: &DataKey,
    record: Uuid,
    blob: BlobName,
    sealed_size: u64,
    source: Source,
) -> Result<Opened, BlobError> {
    let mut incoming = Incoming { blob, source, held: BytesMut::new(), hash: Sha256::new() };
    let header = incoming.take(HEADER).await?;
    let header = header.first_chunk().ok_or(BlobError::Altered(blob))?;
    let chunks = Chunks::new(key, record, header, sealed_size).map_err(|_| BlobError::Altered(blob))?;
    let size = chunks.plain_len();
    let chunks = stream::try_unfold((incoming, chunks, 0), |(mut incoming, chunks, index)| async move {
        if index == chunks.count() {
            return Ok(None);
        }
        let range = chunks.sealed_range(index);
        let altered = BlobError::Altered(incoming.blob);
        let Ok(len) = usize::try_from(range.end - range.start) else { return Err(altered) };
        let sealed = incoming.take(len).await?;
        let plain = chunks.open_chunk(index, &sealed).map_err(|_| altered)?;
        if index + 1 == chunks.count() {
            incoming.finish().await?;
        }
        Ok(Some((Bytes::from(plain), (incoming, chunks, index + 1))))
    });
    Ok(Opened { size, chunks: chunks.boxed() })
}

/// Whether the sealed bytes hash to the name.
pub(super) async fn verify(blob: BlobName, mut source: Source) -> Result<(), BlobError> {
    let mut hash = Sha256::new();
    while let Some(bytes) = source.next().await {
        hash.update(&bytes?);
    }
    let hash: [u8; 32] = hash.finalize().into();
    if hash == *blob.as_bytes() { Ok(()) } else { Err(BlobError::Altered(blob)) }
}
