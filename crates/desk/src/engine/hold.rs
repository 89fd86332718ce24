//! Legal holds: while one is set, nobody can erase the case.
//!
//! Two events tell of each: one of the case, for its timeline, and one of the house, which stays when the
//! case is erased later.

use super::own::{self, Own};
use super::{EngineError, Loaded, as_seen, load_for_change};
use db::erase::{self, EraseError, Order};
use db::{Db, Tx};
use domain::case::{Audience, Party, Refused};
use domain::{CaseId, PersonId, TeamText};
use serde_json::json;

/// A hold about to be set or lifted.
#[derive(Debug, Clone)]
pub struct Hold {
    /// On which case.
    pub case: CaseId,
    /// The version the caller saw; `None` to go by what is there.
    pub seen: Option<i64>,
    /// Who does it.
    pub by: PersonId,
    /// Why, for the team and the log.
    pub reason: TeamText,
}

/// Puts a case on hold; gives the new version. Refused when it is on hold.
pub async fn hold(tx: &mut Tx, db: &Db, hold: Hold) -> Result<i64, EngineError> {
    change(tx, db, hold, true).await
}

/// Lifts the hold; gives the new version. Refused when there is none.
pub async fn release(tx: &mut Tx, db: &Db, hold: Hold) -> Result<i64, EngineError> {
    change(tx, db, hold, false).await
}

async fn change(tx: &mut Tx, db: &Db, hold: Hold, held: bool) -> Result<i64, EngineError> {
    let case = load_for_change(tx, db, hold.case).await?;
    as_seen(tx, &case, (hold.seen, Some(hold.by))).await?;
    possible(&case, held)?;
    let kind = if held { "hold_set" } else { "hold_lifted" };
    let new = Own { kind, audience: Audience::Team, data: json!({ "reason": hold.reason.as_str() }) };
    let (_, version) = own::record(tx, db, &case, new, &Party::Team(hold.by)).await?;
    let order = Order { by: Some(hold.by), reason: hold.reason.as_str().to_owned() };
    let done = if held {
        erase::hold_case(tx, db.keys(), db.ambient(), case.id, &order).await
    } else {
        erase::release_case(tx, db.keys(), db.ambient(), case.id, &order).await
    };
    match done {
        Ok(()) => Ok(version),
        Err(EraseError::Db(error)) => Err(error.into()),
        Err(_) => Err(EngineError::NotFound),
    }
}

fn possible(case: &Loaded, held: bool) -> Result<(), Refused> {
    match (held, case.held_since.is_some()) {
        (true, true) => Err(Refused::Illegal { state: "on legal hold", action: "hold".into(), legal: vec!["release"] }),
        (false, false) => {
            Err(Refused::Illegal { state: "not on legal hold", action: "release".into(), legal: vec!["hold"] })
        }
        _ => Ok(()),
    }
}
