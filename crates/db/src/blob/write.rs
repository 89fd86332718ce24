//! Storing: count, hash, seal, hash again, write; then give the blob its name.

use std::future::Future;
use std::pin::pin;

use bytes::Bytes;
use domain::Random;
use futures::{Stream, StreamExt};
use seal::DataKey;
use seal::stream::{CHUNK, Sealer};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{BlobError, BlobName, Store, Stored, bucket, folder};

/// An upload that has no name yet. Dropped without [`Upload::commit`], it removes what it wrote.
enum Upload {
    Folder(folder::Upload),
    Bucket(bucket::Upload),
}

impl Upload {
    async fn begin(store: &Store, random: &dyn Random) -> Result<Upload, BlobError> {
        let mut id = [0; 16];
        random.fill(&mut id);
        let id = Uuid::from_bytes(id);
        match store {
            Store::Folder(folder) => folder.begin(id).await.map(Upload::Folder),
            Store::Bucket(bucket) => Ok(Upload::Bucket(bucket.begin(id))),
        }
    }

    async fn write(&mut self, sealed: Bytes) -> Result<(), BlobError> {
        match self {
            Upload::Folder(upload) => upload.write(&sealed).await,
            Upload::Bucket(upload) => upload.write(sealed).await,
        }
    }

    async fn commit(self, blob: BlobName) -> Result<(), BlobError> {
        match self {
            Upload::Folder(upload) => upload.commit(blob).await,
            Upload::Bucket(upload) => upload.commit(blob).await,
        }
    }
}

/// The sealed side of an upload: everything written is hashed and counted.
struct Sink {
    upload: Upload,
    hash: Sha256,
    size: u64,
}

impl Sink {
    async fn write(&mut self, sealed: Vec<u8>) -> Result<(), BlobError> {
        if sealed.is_empty() {
            return Ok(());
        }
        self.hash.update(&sealed);
        self.size += sealed.len() as u64;
        self.upload.write(Bytes::from(sealed)).await
    }
}

pub(super) fn put<E>(
    store: &Store,
    key: &DataKey,
    record: Uuid,
    source: impl Stream<Item = Result<Bytes, E>> + Send,
    limit: u64,
    random: &dyn Random,
) -> impl Future<Output = Result<Stored, BlobError>> + Send
where
    E: Into<Box<dyn std::error::Error + Send + Sync>> + Send,
{
    let mut sealer = Sealer::new(key, record, random);
    async move {
        let mut source = pin!(source);
        let mut sink = Sink { upload: Upload::begin(store, random).await?, hash: Sha256::new(), size: 0 };
        let (mut plain_hash, mut size) = (Sha256::new(), 0_u64);
        while let Some(bytes) = source.next().await {
            let bytes = bytes.map_err(|error| BlobError::Source(error.into()))?;
            size = size.saturating_add(bytes.len() as u64);
            if size > limit {
                return Err(BlobError::TooLarge { limit });
            }
            plain_hash.update(&bytes);
            // A source may give megabytes at once; what is held sealed stays one chunk.
            for piece in bytes.chunks(CHUNK) {
                sink.write(sealer.push(piece)?).await?;
            }
        }
        sink.write(sealer.finish()?).await?;
        let blob = BlobName::from_bytes(sink.hash.finalize().into());
        sink.upload.commit(blob).await?;
        Ok(Stored { blob, size, sha256: plain_hash.finalize().into(), sealed_size: sink.size })
    }
}

/// Stores bytes that are sealed already, under the name that they must hash to.
pub(super) async fn put_sealed<E>(
    store: &Store,
    blob: BlobName,
    source: impl Stream<Item = Result<Bytes, E>> + Send,
    random: &dyn Random,
) -> Result<(), BlobError>
where
    E: Into<Box<dyn std::error::Error + Send + Sync>> + Send,
{
    let mut source = pin!(source);
    let mut upload = Upload::begin(store, random).await?;
    let mut hash = Sha256::new();
    while let Some(bytes) = source.next().await {
        let bytes = bytes.map_err(|error| BlobError::Source(error.into()))?;
        hash.update(&bytes);
        upload.write(bytes).await?;
    }
    let hash: [u8; 32] = hash.finalize().into();
    if hash != *blob.as_bytes() {
        return Err(BlobError::Altered(blob));
    }
    upload.commit(blob).await
}

/// Stores a few random bytes, reads their size back by committing them, and removes them.
pub(super) async fn probe(store: &Store, random: &dyn Random) -> Result<(), BlobError> {
    let mut bytes = [0; 32];
    random.fill(&mut bytes);
    let blob = BlobName::from_bytes(Sha256::digest(bytes).into());
    let mut upload = Upload::begin(store, random).await?;
    upload.write(Bytes::copy_from_slice(&bytes)).await?;
    upload.commit(blob).await?;
    match store {
        Store::Folder(folder) => folder.delete(blob).await,
        Store::Bucket(bucket) => bucket.delete(blob).await,
    }
}
