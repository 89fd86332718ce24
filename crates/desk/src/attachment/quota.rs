//! How many files a case takes: whoever holds a return code or a token must not be able to fill the disk with it, and
//! what only the team reads leaves the room of the reporter as it is.

use super::NewFile;
use crate::engine::EngineError;
use db::{Tx, fetch_one, stmt};
use domain::CaseId;
use domain::case::{Audience, Refused};

/// Files in one case that the reporter may fetch, whoever added them, those of the report included. As many again that
/// only the team reads.
pub const CASE_FILES: i64 = 500;
/// Bytes of them.
pub const CASE_SIZE: u64 = 2 << 30;

/// Refuses when these files, or just any more, would be too much. Ask in the write that adds them.
pub async fn check_room(
    tx: &mut Tx,
    (case, audience): (CaseId, Audience),
    more: &[NewFile],
) -> Result<(), EngineError> {
    let (files, bytes) = fetch_one!(
        tx,
        (i64, i64),
        stmt!(
            "SELECT COUNT(*), CAST(COALESCE(SUM(size), 0) AS BIGINT) FROM attachments WHERE owner = $1 AND audience = $2"
        ),
        case.uuid(),
        audience.as_str()
    )?;
    let files = files.saturating_add(i64::try_from(more.len().max(1)).unwrap_or(i64::MAX));
    let bytes = more.iter().fold(u64::try_from(bytes).unwrap_or(0), |sum, file| sum.saturating_add(file.size));
    if files <= CASE_FILES && bytes <= CASE_SIZE {
        return Ok(());
    }
    let message = match audience {
        Audience::Team => "A case can hold 500 files and 2 GB for the team".to_owned(),
        _ => "A report can hold 500 files and 2 GB. Write to us how to send more".to_owned(),
    };
    Err(EngineError::Refused(Refused::Invalid { field: "file".into(), message }))
}
