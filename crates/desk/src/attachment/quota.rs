//! How much a reporter may add to a case: whoever holds a return code must not be able to fill the disk with it.

use super::NewFile;
use crate::engine::EngineError;
use db::{Tx, fetch_one, stmt};
use domain::CaseId;
use domain::case::{Audience, Refused};

/// Files that the reporter and the team share in one case, those of the report included.
pub const CASE_FILES: i64 = 500;
/// Bytes of them.
pub const CASE_SIZE: u64 = 2 << 30;

/// Refuses when these files, or just any more, would be too much. Ask in the write that adds them.
pub async fn check_room(tx: &mut Tx, case: CaseId, more: &[NewFile]) -> Result<(), EngineError> {
    let (files, bytes) = fetch_one!(
        tx,
        (i64, i64),
        stmt!(
            "SELECT COUNT(*), CAST(COALESCE(SUM(size), 0) AS BIGINT) FROM attachments WHERE owner = $1 AND audience = $2"
        ),
        case.uuid(),
        Audience::Reporter.as_str()
    )?;
    let files = files.saturating_add(i64::try_from(more.len().max(1)).unwrap_or(i64::MAX));
    let bytes = more.iter().fold(u64::try_from(bytes).unwrap_or(0), |sum, file| sum.saturating_add(file.size));
    if files <= CASE_FILES && bytes <= CASE_SIZE {
        return Ok(());
    }
    let message = "A report can hold 500 files and 2 GB. Write to us how to send more".to_owned();
    Err(EngineError::Refused(Refused::Invalid { field: "file".into(), message }))
}
