//! Why an export did not begin, or broke off.

use crate::engine::EngineError;
use db::DbError;
use db::blob::BlobError;
use web::Problem;

#[derive(Debug, thiserror::Error)]
pub(super) enum ExportError {
    #[error(transparent)]
    Db(#[from] DbError),
    #[error(transparent)]
    Engine(#[from] EngineError),
    #[error(transparent)]
    Blob(#[from] BlobError),
    /// Nobody takes what we send.
    #[error("the client left before the end")]
    Left,
    /// An archive of this form ends at 4 GiB.
    #[error("the archive is larger than 4 GiB")]
    TooLarge,
    /// The log did not take the export in while somebody waited.
    #[error("the log has not taken the export in yet")]
    Unsealed,
    #[error("a member could not be packed: {0}")]
    Packing(#[from] std::io::Error),
    #[error("the document could not be written: {0}")]
    Json(#[from] serde_json::Error),
    #[error("the dossier could not be printed: {0}")]
    Print(String),
}

impl From<ExportError> for Problem {
    fn from(error: ExportError) -> Self {
        match error {
            ExportError::Db(error) => error.into(),
            ExportError::Engine(error) => error.into(),
            ExportError::TooLarge => Self::conflict(
                "The files of this case are larger than 4 GB together. Export it without files and fetch them one by one.",
            ),
            ExportError::Unsealed => Self::unavailable("The log is busy. Try again in a few seconds.").because(error),
            ExportError::Blob(error) => Self::unavailable("A file cannot be read just now. Try again.").because(error),
            ExportError::Left | ExportError::Packing(_) | ExportError::Json(_) | ExportError::Print(_) => {
                Self::internal(error)
            }
        }
    }
}
