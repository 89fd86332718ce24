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

/// The sender's side of an upload failed; the problem itself is kept beside.
#[derive(Debug, thiserror::Error)]
#[error("the upload ended early")]
struct Ended;

impl FileSink for Files {
    async fn file(&mut self, head: FileHead, chunks: &mut FileChunks<'_>) -> Result<(), Problem> {
        let id: AttachmentId = self.db.ambient().id();
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
        let random = self.db.ambient().random.clone();
        let stored = self.blobs.put(&self.key, id.uuid(), source, FILE_LIMIT, random.as_ref()).await;
        let stored = match (fault, stored) {
            (Some(problem), _) => return Err(problem),
            (None, Ok(stored)) => stored,
            (None, Err(BlobError::TooLarge { limit })) => {
                let message = format!("{} is larger than {} MB. Send a smaller file", head.name, limit >> 20);
                return Err(Problem::invalid_field(head.field, message));
            }
            (None, Err(error)) => {
                let text = "We could not keep the file just now. Nothing was saved. Try again in a few minutes.";
                return Err(Problem::unavailable(text).because(error));
            }
        };
        self.stored.push(NewFile {
            id,
            name: head.name,
            media_type: head.content_type,
            size: stored.size,
            sha256: HEXLOWER.encode(&stored.sha256),
            blob: stored.blob.to_string(),
        });
        Ok(())
    }
}
