//! What can go wrong with a blob. No variant carries a file name that people gave, or content.

use seal::SealError;

use super::BlobName;

/// An error of the blob store. Its text is for operators; [`BlobError::TooLarge`], [`BlobError::Source`]
/// and [`BlobError::Full`] have answers of their own (413, nothing, 503).
#[derive(Debug, thiserror::Error)]
pub enum BlobError {
    /// More plaintext came than was allowed.
    #[error("larger than {limit} bytes")]
    TooLarge {
        /// The limit in bytes.
        limit: u64,
    },
    /// The source of the plaintext failed, mostly because the sender went away.
    #[error("the upload broke off: {0}")]
    Source(Box<dyn std::error::Error + Send + Sync>),
    /// There is no blob of this name.
    #[error("no blob {0}")]
    NotFound(BlobName),
    /// The stored bytes are not those that were stored, or were sealed by another key or for another record.
    #[error("blob {0} was altered, or belongs elsewhere")]
    Altered(BlobName),
    /// Sealing failed.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// No space is left.
    #[error("the blob store is full")]
    Full,
    /// An earlier blob could not be made durable, so this process stores no more.
    #[error("an earlier blob could not be made durable; restart after checking the disk")]
    Halted,
    /// The folder refused.
    #[error("blob folder, {doing}: {source}")]
    Folder {
        /// The step that failed.
        doing: &'static str,
        /// What the system said.
        source: std::io::Error,
    },
    /// The bucket refused, or did not answer.
    #[error("blob bucket, {doing}: {source}")]
    Bucket {
        /// The step that failed.
        doing: &'static str,
        /// What the client said.
        source: Box<object_store::Error>,
    },
    /// What the bucket holds is not what it acknowledged.
    #[error("blob bucket acknowledged {0} but does not hold it")]
    Lost(BlobName),
    /// The address of the store is not understood.
    #[error("blob store address: {0}")]
    Address(&'static str),
    /// A bucket is configured but the environment holds no credentials.
    #[error("a bucket needs AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment")]
    NoCredentials,
}

impl BlobError {
    pub(super) fn folder(doing: &'static str) -> impl Fn(std::io::Error) -> BlobError {
        move |source| if is_full(&source) { BlobError::Full } else { BlobError::Folder { doing, source } }
    }

    pub(super) fn bucket(doing: &'static str) -> impl Fn(object_store::Error) -> BlobError {
        move |source| BlobError::Bucket { doing, source: Box::new(source) }
    }
}

/// Whether the system refused for want of space, which passes when space is made.
pub(super) fn is_full(error: &std::io::Error) -> bool {
    matches!(error.kind(), std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded)
}
