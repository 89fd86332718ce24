//! Whose account a case is in, and who follows it beside them. Each change is an event of the case: it says that
//! somebody came or went, and to nobody outside who.

use super::guest::of_account;
use super::links;
use super::own::{self, Own};
use super::{EngineError, Loaded, as_seen, load_for_change};
use accounts::researcher::{self, Part, Researcher};
use db::{Db, Tx, event, fetch_one, stmt};
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

/// What becomes of somebody's tie to a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tie {
    /// They follow it beside its owner.
    Follows,
    /// It ends: no longer do they follow it, or is it in their account.
    Ends,
    /// It is in their account again, from which we took it.
    Returns,
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
    /// What it makes.
    pub tie: Tie,
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

/// Lets a co-reporter follow a case, takes a case out of an account, or puts it back; gives the new version.
pub async fn change_reporters(tx: &mut Tx, db: &Db, change: Change) -> Result<i64, EngineError> {
    let Change { case, seen, by, researcher: person, tie } = change;
    let case = load_for_change(tx, db, case).await?;
    as_seen(tx, &case, (seen, Some(by))).await?;
    if links::home(tx, case.id).await? != case.id {
        let message = "Whoever follows the report that this belongs to follows it too: change it there";
        return Err(Refused::invalid(ADDRESS, message).into());
    }
    let part = researcher::part_of(tx, (case.id, person)).await.map_err(of_account)?;
    let now = db.ambient().now();
    let kind = match (tie, part) {
        (Tie::Follows, Some(_)) | (Tie::Returns, Some(Part::Owner)) => return Ok(case.version),
        (Tie::Ends, None) => return Err(EngineError::NotFound),
        (Tie::Returns, _) => {
            if taken_out_of(tx, db, &case).await?.is_none_or(|from| from.id != person) {
                let message = "It can go back only to the account that we took it from, while it is in no other";
                return Err(Refused::invalid(ADDRESS, message).into());
            }
            is_there(tx, person).await?;
            researcher::take(tx, (case.id, person), now).await.map_err(of_account)?;
            "account_joined"
        }
        (Tie::Follows, None) => {
            is_there(tx, person).await?;
            if !researcher::join(tx, (case.id, person), now).await.map_err(of_account)? {
                return Err(Refused::invalid(ADDRESS, "At most 20 people can follow a report beside its owner").into());
            }
            "co_reporter_joined"
        }
        (Tie::Ends, Some(part)) => {
            // Of an erased account the tie stays: it keeps letters from the address that was left with the report.
            if part == Part::Owner {
                is_there(tx, person).await?;
            }
            researcher::leave_case(tx, (case.id, person)).await.map_err(of_account)?;
            if part == Part::Owner { "account_left" } else { "co_reporter_left" }
        }
    };
    let new = Own { kind, audience: Audience::Reporter, data: json!({ "person": person.to_string() }) };
    own::record(tx, db, &case, new, &Party::Team(by)).await.map(|(_, version)| version)
}

/// The account that we took a case out of last, while it is in none and that account is there: where it can go back.
pub(crate) async fn taken_out_of(tx: &mut Tx, db: &Db, case: &Loaded) -> Result<Option<Researcher>, EngineError> {
    if researcher::owner_of(tx, case.id).await.map_err(of_account)?.is_some() {
        return Ok(None);
    }
    let records = event::of_kinds(tx, &case.key, case.id, (&["account_left"], true)).await?;
    match records.last().and_then(|record| record.data["person"].as_str()?.parse::<PersonId>().ok()) {
        Some(person) => researcher::load(tx, db.keys(), person).await.map_err(of_account),
        None => Ok(None),
    }
}

/// Refuses what is asked of an account that was erased.
async fn is_there(tx: &mut Tx, person: PersonId) -> Result<(), EngineError> {
    let gone = || Refused::invalid(ADDRESS, "This account was erased").into();
    if researcher::is_there(tx, person).await.map_err(of_account)? { Ok(()) } else { Err(gone()) }
}

/// Whether a report can be opened by a code: else an account is the only way to it.
pub(crate) async fn has_code(tx: &mut Tx, case: CaseId) -> Result<bool, EngineError> {
    let statement = stmt!("SELECT EXISTS (SELECT 1 FROM cases WHERE id = $1 AND code_index IS NOT NULL)");
    let (there,) = fetch_one!(tx, (bool,), statement, case.uuid())?;
    Ok(there)
}

/// Whether somebody follows a case from their account.
pub(crate) async fn from_account(tx: &mut Tx, tie: (CaseId, PersonId)) -> Result<bool, EngineError> {
    Ok(researcher::part_of(tx, tie).await.map_err(of_account)?.is_some())
}
