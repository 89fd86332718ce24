//! Whose account a case is in, and who follows it beside them. Each change is an event of the case: it says that
//! somebody came or went, and to nobody outside who.

use super::guest::of_account;
use super::links;
use super::own::{self, Own};
use super::{EngineError, as_seen, load_for_change};
use accounts::researcher::{self, Part};
use db::{Db, Tx};
use domain::case::{Audience, Party, Refused};
use domain::{CaseId, PersonId};
use serde_json::json;

/// Field of the form that names somebody: its page has another one for guests.
pub(crate) const ADDRESS: &str = "reporter-address";

/// What came of a code that somebody brought into their account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// It is in their account now.
    Now,
    /// It was there before.
    Before,
    /// It is in the account of somebody else.
    Elsewhere,
}

/// A change that the house makes.
#[derive(Debug, Clone, Copy)]
pub struct Change {
    /// Of which case.
    pub case: CaseId,
    /// The version the caller saw; `None` to go by what is there.
    pub seen: Option<i64>,
    /// Who makes it.
    pub by: PersonId,
    /// Whom it is about.
    pub researcher: PersonId,
    /// Whether they are to follow the case, or no longer to.
    pub follows: bool,
}

/// Takes a case whose code somebody gave into their account, once.
pub async fn take_into_account(tx: &mut Tx, db: &Db, case: CaseId, person: PersonId) -> Result<Taken, EngineError> {
    let case = load_for_change(tx, db, case).await?;
    if researcher::owner_of(tx, case.id).await.map_err(of_account)? == Some(person) {
        return Ok(Taken::Before);
    }
    if !researcher::take(tx, (case.id, person), db.ambient().now()).await.map_err(of_account)? {
        return Ok(Taken::Elsewhere);
    }
    let data = json!({ "person": person.to_string() });
    let new = Own { kind: "account_joined", audience: Audience::Reporter, data };
    own::record(tx, db, &case, new, &Party::Reporter).await?;
    Ok(Taken::Now)
}

/// Lets a co-reporter follow a case, or takes a case out of an account; gives the new version.
pub async fn change_reporters(tx: &mut Tx, db: &Db, change: Change) -> Result<i64, EngineError> {
    let Change { case, seen, by, researcher: person, follows } = change;
    let case = load_for_change(tx, db, case).await?;
    as_seen(tx, &case, (seen, Some(by))).await?;
    if links::home(tx, case.id).await? != case.id {
        let message = "Whoever follows the report that this belongs to follows it too: change it there";
        return Err(Refused::invalid(ADDRESS, message).into());
    }
    let part = researcher::part_of(tx, (case.id, person)).await.map_err(of_account)?;
    let kind = match (follows, part) {
        (true, Some(_)) => return Ok(case.version),
        (false, None) => return Err(EngineError::NotFound),
        (true, None) => {
            if !researcher::join(tx, (case.id, person), db.ambient().now()).await.map_err(of_account)? {
                return Err(Refused::invalid(ADDRESS, "At most 20 people can follow a report beside its owner").into());
            }
            "co_reporter_joined"
        }
        (false, Some(part)) => {
            researcher::leave_case(tx, (case.id, person)).await.map_err(of_account)?;
            if part == Part::Owner { "account_left" } else { "co_reporter_left" }
        }
    };
    let new = Own { kind, audience: Audience::Reporter, data: json!({ "person": person.to_string() }) };
    own::record(tx, db, &case, new, &Party::Team(by)).await.map(|(_, version)| version)
}

/// Whether somebody follows a case from their account.
pub(crate) async fn from_account(tx: &mut Tx, tie: (CaseId, PersonId)) -> Result<bool, EngineError> {
    Ok(researcher::part_of(tx, tie).await.map_err(of_account)?.is_some())
}
