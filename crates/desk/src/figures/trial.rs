//! Cases that are no reports: somebody tried the desk out. They stay as they are and are counted nowhere.

use crate::engine::EngineError;
use db::{Db, Tx, event, execute, fetch_optional, stmt};
use serde_json::json;
use uuid::Uuid;

/// Marks the case of this name (`REP-12`) as a trial, or as a report again; false when it was so already.
/// `NotFound` when there is no such case. The log keeps that it was done.
pub async fn mark_trial(db: &Db, name: &str, trial: bool) -> Result<bool, EngineError> {
    let (store, name) = (db.clone(), name.trim().to_owned());
    db.write(move |tx| Box::pin(async move { mark(tx, &store, (&name, trial)).await })).await
}

async fn mark(tx: &mut Tx, db: &Db, (name, trial): (&str, bool)) -> Result<bool, EngineError> {
    let (prefix, number) = name.rsplit_once('-').ok_or(EngineError::NotFound)?;
    let number: i64 = number.parse().map_err(|_| EngineError::NotFound)?;
    let row = fetch_optional!(tx, (Uuid, String), stmt!("SELECT id, type FROM cases WHERE number = $1"), number)?;
    let ours = |kind: &str| domain::case::find(kind).is_some_and(|m| m.prefix().eq_ignore_ascii_case(prefix));
    let (case, _) = row.filter(|(_, kind)| ours(kind)).ok_or(EngineError::NotFound)?;
    let since = trial.then(|| db.ambient().now().micros());
    let changed = execute!(
        tx,
        stmt!("UPDATE cases SET trial_at = $1 WHERE id = $2 AND (trial_at IS NULL) = $3"),
        since,
        case,
        trial
    )?;
    if changed == 0 {
        return Ok(false);
    }
    let kind = if trial { "case_marked_as_trial" } else { "case_marked_as_report" };
    let data = json!({ "subject": case.to_string() });
    event::append_house(tx, db.keys(), db.ambient(), kind, None, data).await?;
    Ok(true)
}
