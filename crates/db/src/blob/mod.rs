//! Attachments outside the database: sealed, content-addressed, in a folder or an S3 bucket.
//!
//! A blob is a sealed stream ([`seal::stream`]) whose name is the SHA-256 of its sealed bytes, so a scrub
//! can compare name and bytes without any key. Order of writing: **blob first, row after**. [`Blobs::put`]
//! returns only when the blob is durable under its name; a blob without a row is an orphan, which
//! [`Blobs::list`] finds; a row without a blob cannot come about. Nothing is visible under a name before it
//! is whole: uploads grow under another name (see [`folder`] and [`bucket`]) and are swept when abandoned.
//! Memory is bounded by one chunk (folder) or two parts (bucket), whatever the size.

mod address;
mod bucket;
mod error;
mod folder;
mod name;
mod read;
mod sealed;
mod write;

use std::future::Future;

use bytes::Bytes;
use domain::{Random, Ts};
use futures::Stream;
use futures::stream::BoxStream;
use seal::DataKey;
use uuid::Uuid;

pub use address::BlobUrl;
pub use bucket::Credentials;
pub use error::BlobError;
pub use name::BlobName;

/// What [`Blobs::put`] made. `size` and `sha256` tell of the plaintext, so they belong sealed into a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stored {
    /// Address of the blob.
    pub blob: BlobName,
    /// Length of the plaintext in bytes.
    pub size: u64,
    /// SHA-256 of the plaintext.
    pub sha256: [u8; 32],
    /// Length of the sealed blob in bytes.
    pub sealed_size: u64,
}

/// A blob that is being read.
pub struct Opened {
    /// Length of the plaintext in bytes, if the blob is whole.
    pub size: u64,
    /// The plaintext in order. Each chunk is authentic; an error item means that the blob was cut or
    /// altered behind it, and what came before must not be taken for the whole.
    pub chunks: BoxStream<'static, Result<Bytes, BlobError>>,
}

/// A stored blob as [`Blobs::list`] sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Listed {
    /// Address of the blob.
    pub blob: BlobName,
    /// Length of the sealed blob in bytes.
    pub sealed_size: u64,
    /// When it was written, by the clock of the store.
    pub modified: Ts,
}

/// The blob store. Cheap to clone; opened once.
#[derive(Clone)]
pub struct Blobs(Store);

#[derive(Clone)]
enum Store {
    Folder(folder::Folder),
    Bucket(bucket::Bucket),
}

impl Blobs {
    /// Opens the store; a folder is made if it is not there. A bucket must exist, and its credentials
    /// come from the environment ([`Credentials::from_env`]). Does not connect: see [`Blobs::probe`].
    pub fn open(url: &BlobUrl) -> Result<Blobs, BlobError> {
        Blobs::open_with(url, Credentials::from_env())
    }

    /// As [`Blobs::open`], with credentials given by the caller; a folder needs none.
    pub fn open_with(url: &BlobUrl, credentials: Option<Credentials>) -> Result<Blobs, BlobError> {
        match url {
            BlobUrl::Folder(path) => folder::Folder::open(path).map(|folder| Blobs(Store::Folder(folder))),
            BlobUrl::Bucket(place) => {
                let credentials = credentials.ok_or(BlobError::NoCredentials)?;
                bucket::Bucket::open(place, &credentials).map(|bucket| Blobs(Store::Bucket(bucket)))
            }
        }
    }

    /// Seals what `source` gives under `key`, bound to `record`, and stores it durably.
    ///
    /// [`BlobError::TooLarge`] as soon as the plaintext exceeds `limit` bytes. On any error, and when the
    /// future is dropped, nothing stays behind but what [`Blobs::sweep`] removes.
    pub fn put<E>(
        &self,
        key: &DataKey,
        record: Uuid,
        source: impl Stream<Item = Result<Bytes, E>> + Send,
        limit: u64,
        random: &dyn Random,
    ) -> impl Future<Output = Result<Stored, BlobError>> + Send
    where
        E: Into<Box<dyn std::error::Error + Send + Sync>> + Send,
    {
        write::put(&self.0, key, record, source, limit, random)
    }

    /// Opens a blob for reading. [`BlobError::NotFound`] and [`BlobError::Altered`] of the header come at
    /// once, everything later through the stream.
    pub async fn get(&self, key: &DataKey, record: Uuid, blob: BlobName) -> Result<Opened, BlobError> {
        let (sealed_size, bytes) = self.bytes(blob).await?;
        read::open(key, record, blob, sealed_size, bytes).await
    }

    /// Reads the whole blob and compares its SHA-256 with its name; needs no key. For the scrub.
    pub async fn verify(&self, blob: BlobName) -> Result<(), BlobError> {
        let (_, bytes) = self.bytes(blob).await?;
        read::verify(blob, bytes).await
    }

    /// Removes a blob, durably. Fine when it is gone already.
    ///
    /// A bucket that keeps versions keeps the old one: its life-cycle rules must expire them.
    pub async fn delete(&self, blob: BlobName) -> Result<(), BlobError> {
        match &self.0 {
            Store::Folder(folder) => folder.delete(blob).await,
            Store::Bucket(bucket) => bucket.delete(blob).await,
        }
    }

    /// Every stored blob, in no particular order, for finding those without a row.
    pub fn list(&self) -> BoxStream<'static, Result<Listed, BlobError>> {
        match &self.0 {
            Store::Folder(folder) => folder.list(),
            Store::Bucket(bucket) => bucket.list(),
        }
    }

    /// Removes uploads that were begun before `before` and never finished; tells how many there were.
    pub async fn sweep(&self, before: Ts) -> Result<u64, BlobError> {
        match &self.0 {
            Store::Folder(folder) => folder.sweep(before).await,
            Store::Bucket(bucket) => bucket.sweep(before).await,
        }
    }

    /// Bytes left on the disk of a folder for a process without privileges; `None` for a bucket.
    pub fn free_bytes(&self) -> Result<Option<u64>, BlobError> {
        match &self.0 {
            Store::Folder(folder) => folder.free_bytes().map(Some),
            Store::Bucket(_) => Ok(None),
        }
    }

    /// Writes and removes a few bytes, to find out at start whether the store is there and lets us.
    pub async fn probe(&self, random: &dyn Random) -> Result<(), BlobError> {
        write::probe(&self.0, random).await
    }

    async fn bytes(&self, blob: BlobName) -> Result<(u64, BoxStream<'static, Result<Bytes, BlobError>>), BlobError> {
        match &self.0 {
            Store::Folder(folder) => folder.read(blob).await,
            Store::Bucket(bucket) => bucket.read(blob).await,
        }
    }
}
