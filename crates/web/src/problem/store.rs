//! The one map from errors of the store to problems.

use super::Problem;
use db::DbError;

impl From<DbError> for Problem {
    fn from(error: DbError) -> Self {
        match error {
            DbError::Full => Self::unavailable(
                "Our disk is full, so nothing was saved. Your text is still with you: try again in a while.",
            )
            .because(error),
            DbError::Halted | DbError::Busy => Self::unavailable(
                "We could not save this just now. Nothing was saved. Try again in a few seconds.",
            )
            .because(error),
            DbError::Erased => Self::gone("This was erased, as the law or its owner asked. It cannot be brought back."),
            other => Self::internal(other),
        }
    }
}
