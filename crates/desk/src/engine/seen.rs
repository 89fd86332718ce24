//! Whether a case is still as whoever acts on it saw it. Their own message to its reporter, which lay for ten seconds
//! after they wrote it, is no news to them, and neither is that the reporter was answered by it.

use super::{EngineError, Loaded};
use db::{Tx, fetch_all, stmt};
use domain::PersonId;
use uuid::Uuid;

/// Messages of one person that may go while they look; more lie nowhere.
const MESSAGES: usize = 20;

/// Refuses what was asked of a version that the case no longer has, if one was named.
pub(crate) async fn as_seen(
    tx: &mut Tx,
    case: &Loaded,
    (seen, by): (Option<i64>, Option<PersonId>),
) -> Result<(), EngineError> {
    match seen {
        Some(seen) if !is_as_seen(tx, case, (seen, by)).await? => Err(EngineError::Stale { version: case.version }),
        _ => Ok(()),
    }
}

/// Whether nothing happened on the case since this version that this person does not know of.
pub(crate) async fn is_as_seen(
    tx: &mut Tx,
    case: &Loaded,
    (seen, by): (i64, Option<PersonId>),
) -> Result<bool, EngineError> {
    if seen == case.version {
        return Ok(true);
    }
    let Some(by) = by.filter(|_| seen < case.version) else { return Ok(false) };
    // Each message may be followed by the note that the reporter was answered.
    let rows = fetch_all!(
        tx,
        (String, Option<Uuid>),
        stmt!("SELECT kind, actor FROM events WHERE case_id = $1 AND seq > $2 ORDER BY seq LIMIT $3"),
        case.id.uuid(),
        seen,
        i64::try_from(2 * MESSAGES + 1).unwrap_or(i64::MAX)
    )?;
    let known = |(kind, actor): &(String, Option<Uuid>)| match (kind.as_str(), actor) {
        ("message_sent", actor) => *actor == Some(by.uuid()),
        ("responded", None) => true,
        _ => false,
    };
    Ok(rows.len() <= 2 * MESSAGES && rows.iter().all(known))
}
