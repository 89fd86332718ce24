//! Taking back a close that was a mistake: the case is as it was before, and its events say what happened meanwhile.

use super::{EngineError, act, as_seen, load_for_change};
use db::{Db, Tx};
use domain::case::Party;
use domain::{CaseId, PersonId};
use serde_json::json;

/// Takes the close of a case back that is still at the version it got by it; gives the new version. Whether the
/// caller may act on the case, and how long a mistake can be undone, is asked before.
pub async fn take_back_close(
    tx: &mut Tx,
    db: &Db,
    (case, seen): (CaseId, i64),
    by: PersonId,
) -> Result<i64, EngineError> {
    let case = load_for_change(tx, db, case).await?;
    as_seen(tx, &case, (Some(seen), Some(by))).await?;
    let now = db.ambient().now().max(case.updated_at);
    // To the machine it is the house that does it: nobody is offered it, other than as the undoing of what they did.
    let acted = case.machine.act(&case.state, "take-back-close", json!({}), &Party::System, now)?;
    act::keep(tx, db, &case, &acted, &Party::Team(by)).await
}
