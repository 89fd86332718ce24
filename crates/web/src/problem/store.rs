//! The one map from errors of the store to problems.

use super::Problem;
use db::DbError;
use db::blob::BlobError;

/// What a person is told when the disk is the reason.
const NO_ROOM: &str = "Our disk is full, so nothing was saved. Your text is still with you: try again in a while.";
const NOT_NOW: &str = "We could not save this just now. Nothing was saved. Try again in a few seconds.";

impl From<DbError> for Problem {
    fn from(error: DbError) -> Self {
        match error {
            DbError::Full | DbError::Blob(BlobError::Full) => Self::unavailable(NO_ROOM).because(error),
            DbError::Halted | DbError::Busy | DbError::NotCommitted(_) | DbError::Blob(BlobError::Halted) => {
                Self::unavailable(NOT_NOW).because(error)
            }
            DbError::Blob(BlobError::TooLarge { limit }) => {
                crate::body::too_large(usize::try_from(limit).unwrap_or(usize::MAX))
            }
            DbError::Erased => Self::gone("This was erased, as the law or its owner asked. It cannot be brought back."),
            other if other.is_unavailable() => Self::unavailable(NOT_NOW).because(other),
            other => Self::internal(other),
        }
    }
}
