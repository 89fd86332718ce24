//! Watching: following a case without working on it. Who watches is told what its owner is told.

use super::{EngineError, load_for_change};
use db::{Db, Tx, event, execute, fetch_all, fetch_one, stmt};
use domain::case::Refused;
use domain::{CaseId, PersonId};
use serde_json::json;
use uuid::Uuid;

/// Most people who watch one case.
pub const WATCHERS_MAX: i64 = 100;

/// Lets somebody watch a case, or stop. Doing it twice changes nothing. It is an event of the house and not
/// of the case, so that nobody's open form goes stale because a colleague looks on.
pub async fn watch(tx: &mut Tx, db: &Db, (case, person): (CaseId, PersonId), on: bool) -> Result<(), EngineError> {
    let case = load_for_change(tx, db, case).await?;
    let (id, who) = (case.id.uuid(), person.uuid());
    let changed = if on {
        let (there,) = fetch_one!(
            tx,
            (i64,),
            stmt!("SELECT COUNT(*) FROM case_watchers WHERE case_id = $1 AND person <> $2"),
            id,
            who
        )?;
        if there >= WATCHERS_MAX {
            let message = format!("{WATCHERS_MAX} people watch this case already. Ask one of them to stop first.");
            return Err(Refused::invalid("", message).into());
        }
        let since = db.ambient().now().micros();
        let put = stmt!(
            "INSERT INTO case_watchers (case_id, person, since) VALUES ($1, $2, $3) ON CONFLICT (case_id, person) DO NOTHING"
        );
        execute!(tx, put, id, who, since)?
    } else {
        execute!(tx, stmt!("DELETE FROM case_watchers WHERE case_id = $1 AND person = $2"), id, who)?
    };
    if changed == 1 {
        let kind = if on { "case_watched" } else { "case_unwatched" };
        let data = json!({ "subject": case.id.to_string() });
        event::append_house(tx, db.keys(), db.ambient(), kind, Some(who), data).await?;
    }
    Ok(())
}

/// Who watches a case, longest first; some of them may not see it any more.
pub async fn watchers(tx: &mut Tx, case: CaseId) -> Result<Vec<PersonId>, EngineError> {
    let rows = fetch_all!(
        tx,
        (Uuid,),
        stmt!("SELECT person FROM case_watchers WHERE case_id = $1 ORDER BY since, person LIMIT 100"),
        case.uuid()
    )?;
    Ok(rows.into_iter().map(|(id,)| PersonId::from_uuid(id)).collect())
}
