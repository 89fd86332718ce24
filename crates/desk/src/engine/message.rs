//! Words between people: three functions for three directions, each with the type of its audience,
//! so that a team note has no way to a reporter.

use super::{EngineError, Loaded, act, load_for_change, store};
use db::{Db, Tx, execute, stmt};
use domain::case::{Audience, NewEvent, Party};
use domain::{CaseId, PersonId, ReporterText, TeamText};
use serde_json::json;

/// Writes a note that only the team reads; gives the new version.
pub async fn note(
    tx: &mut Tx,
    db: &Db,
    case: CaseId,
    (by, text): (PersonId, TeamText),
) -> Result<i64, EngineError> {
    let case = load_for_change(tx, db, case).await?;
    let new = ("note_added", Audience::Team, text.as_str());
    write(tx, db, &case, new, &Party::Team(by)).await
}

/// Writes to the reporter; the first time this stops the clock of the first answer.
pub async fn to_reporter(
    tx: &mut Tx,
    db: &Db,
    case: CaseId,
    (by, text): (PersonId, ReporterText),
) -> Result<i64, EngineError> {
    let loaded = load_for_change(tx, db, case).await?;
    let by = Party::Team(by);
    let version = write(tx, db, &loaded, ("message_sent", Audience::Reporter, text.as_str()), &by).await?;
    let first = loaded.machine.legal(&loaded.state, &Party::System).iter().any(|a| a.name == "first-response");
    if !first {
        return Ok(version);
    }
    let loaded = load_for_change(tx, db, case).await?;
    act::take(tx, db, &loaded, ("first-response", json!({})), &Party::System).await
}

/// Takes words of the reporter: an answer when we wait for one, else a message.
pub async fn from_reporter(tx: &mut Tx, db: &Db, case: CaseId, text: ReporterText) -> Result<i64, EngineError> {
    let case = load_for_change(tx, db, case).await?;
    let answers = case.machine.legal(&case.state, &Party::Reporter).iter().any(|a| a.name == "answer");
    if answers {
        let input = json!({ "text": text.as_str() });
        return act::take(tx, db, &case, ("answer", input), &Party::Reporter).await;
    }
    let new = ("message_received", Audience::Reporter, text.as_str());
    write(tx, db, &case, new, &Party::Reporter).await
}

async fn write(
    tx: &mut Tx,
    db: &Db,
    case: &Loaded,
    (kind, audience, text): (&'static str, Audience, &str),
    by: &Party,
) -> Result<i64, EngineError> {
    let at = db.ambient().now().max(case.updated_at);
    let new = NewEvent { kind, audience, at, data: json!({ "text": text }) };
    let (_, version) = store::events(tx, db, &case.key, (case.id, case.version, by), &[new]).await?;
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
    Ok(version)
}
