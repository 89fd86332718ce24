//! Taking files in: each is sealed and stored while it arrives, none is held in memory.

use super::NewFile;
use data_encoding::HEXLOWER;
use db::blob::{BlobError, Blobs};
use db::{DataKey, Db};
use domain::AttachmentId;
use futures::stream;
use std::sync::Arc;
use web::{FileChunks, FileHead, FileSink, Problem};

/// Largest file, in bytes.
pub const FILE_LIMIT: u64 = 50 << 20;
/// Largest upload of several files, in bytes.
pub const UPLOAD_LIMIT: usize = 200 << 20;

/// A sink that stores files for an owner. Blobs without a row are swept as orphans later.
pub struct Files {
    db: Db,
    blobs: Blobs,
    key: Arc<DataKey>,
    stored: Vec<NewFile>,
}

impl Files {
    /// A sink for an owner with this key.
    pub fn new(db: Db, blobs: Blobs, key: Arc<DataKey>) -> Self {
        Self { db, blobs, key, stored: Vec::new() }
    }

    /// What was stored, in order.
    pub fn into_stored(self) -> Vec<NewFile> {
        self.stored
    }
}

/// Why a file was not taken.
#[derive(Debug)]
pub enum NotTaken {
    /// The sender went away, was too slow or sent nonsense.
    Sender(Problem),
    /// Larger than [`FILE_LIMIT`]; what to say beside the field.
    TooLarge(String),
    /// Our side.
    Store(BlobError),
}

/// The sender's side of an upload failed; the problem itself is kept beside.
#[derive(Debug, thiserror::Error)]
#[error("the upload ended early")]
struct Ended;

/// Seals one file under `key` and stores it while it arrives. The blob has no row yet: the caller
/// writes one, or the sweep of orphans takes the blob away later.
pub async fn store(
    db: &Db,
    blobs: &Blobs,
    key: &DataKey,
    head: FileHead,
    chunks: &mut FileChunks<'_>,
) -> Result<NewFile, NotTaken> {
    let id: AttachmentId = db.ambient().id();
    let mut fault = None;
    let source = stream::unfold((chunks, &mut fault), |(chunks, fault)| async move {
        match chunks.next().await {
            Ok(None) => None,
            Ok(Some(bytes)) => Some((Ok(bytes), (chunks, fault))),
            Err(problem) => {
                *fault = Some(problem);
                Some((Err(Ended), (chunks, fault)))
            }
        }
    });
    let random = db.ambient().random.clone();
    let stored = blobs.put(key, id.uuid(), source, FILE_LIMIT, random.as_ref()).await;
    let FileHead { name, content_type, .. } = head;
    let stored = match (fault, stored) {
        (Some(problem), _) => return Err(NotTaken::Sender(problem)),
        (None, Ok(stored)) => stored,
        (None, Err(BlobError::TooLarge { limit })) => {
            let words = format!("“{name}” is larger than {} MB. Send a smaller file", limit >> 20);
            return Err(NotTaken::TooLarge(words));
        }
        (None, Err(error)) => return Err(NotTaken::Store(error)),
    };
    let (sha256, blob) = (HEXLOWER.encode(&stored.sha256), stored.blob.to_string());
    Ok(NewFile { id, name, media_type: content_type, size: stored.size, sha256, blob })
}

/// Deletes blobs that no row names; what fails is left to the sweep of orphans.
pub async fn drop_blobs(blobs: &Blobs, names: &[String]) {
    for name in names.iter().filter_map(|name| name.parse().ok()) {
        if let Err(error) = blobs.delete(name).await {
            tracing::warn!(%error, "a blob without a row was left to the sweep");
        }
    }
}

/// The same for a file that is in memory already, such as a part of a mail. Its name is made harmless here.
pub async fn store_bytes(
    db: &Db,
    blobs: &Blobs,
    key: &DataKey,
    (name, media_type, bytes): (&str, Option<String>, Vec<u8>),
) -> Result<NewFile, BlobError> {
    let id: AttachmentId = db.ambient().id();
    let random = db.ambient().random.clone();
    let source = stream::iter([Ok::<_, Ended>(bytes.into())]);
    let stored = blobs.put(key, id.uuid(), source, FILE_LIMIT, random.as_ref()).await?;
    let (sha256, blob) = (HEXLOWER.encode(&stored.sha256), stored.blob.to_string());
    Ok(NewFile { id, name: web::tame_file_name(name), media_type, size: stored.size, sha256, blob })
}

impl FileSink for Files {
    async fn file(&mut self, head: FileHead, chunks: &mut FileChunks<'_>) -> Result<(), Problem> {
        let field = head.field.clone();
        match store(&self.db, &self.blobs, &self.key, head, chunks).await {
            Ok(file) => self.stored.push(file),
            Err(NotTaken::Sender(problem)) => return Err(problem),
            Err(NotTaken::TooLarge(words)) => return Err(Problem::invalid_field(field, words)),
            Err(NotTaken::Store(error)) => {
                let text = "We could not keep the file just now. Nothing was saved. Try again in a few minutes.";
                return Err(Problem::unavailable(text).because(error));
            }
        }
        Ok(())
    }
}
