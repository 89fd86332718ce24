//! Events the engine writes itself, beside what the machine of the case decides: the state stays as it
//! is and is sealed again under the new version.

use super::{EngineError, Loaded, store};
use db::{Db, Tx, execute, stmt};
use domain::EventId;
use domain::case::{Audience, NewEvent, Party};
use serde_json::Value;

/// One event of [`super::OWN_KINDS`].
pub(super) struct Own {
    /// Its kind.
    pub kind: &'static str,
    /// Who may read it.
    pub audience: Audience,
    /// What happened.
    pub data: Value,
}

/// Stores the event and counts the version up; gives both.
pub(super) async fn record(
    tx: &mut Tx,
    db: &Db,
    case: &Loaded,
    own: Own,
    by: &Party,
) -> Result<(EventId, i64), EngineError> {
    let at = db.ambient().now().max(case.updated_at);
    let new = NewEvent { kind: own.kind, audience: own.audience, at, data: own.data };
    let (event, version) = store::events(tx, db, &case.key, (case.id, case.version, by), &[new]).await?;
    let event = event.ok_or_else(|| EngineError::corrupt("an event without an id"))?;
    let body = store::seal_state(db, &case.key, case.id, version, &case.state)?;
    let changed = execute!(
        tx,
        stmt!("UPDATE cases SET version = $1, updated_at = $2, body = $3 WHERE id = $4 AND version = $5"),
        version,
        at.micros(),
        body,
        case.id.uuid(),
        case.version
    )?;
    if changed != 1 {
        return Err(EngineError::Stale { version: case.version });
    }
    store::follow_up(tx, db, case.id, &case.summary(), true).await?;
    Ok((event, version))
}
