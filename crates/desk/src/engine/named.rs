//! The list of a restricted case, one name at a time. It never becomes a list of people who cannot look.

use super::people::{give, is_kept, name_members, with_its_case};
use super::{EngineError, load_seen};
use crate::people::can;
use db::{Db, Tx};
use domain::case::{Party, Refused};
use domain::{CaseFacts, CaseId, Permission, PersonId};

/// Most people who are named on one restricted case.
pub const NAMED_MAX: usize = 200;

/// A change of the list.
#[derive(Debug, Clone)]
pub struct Naming {
    /// Of which case.
    pub case: CaseId,
    /// The version the caller saw; `None` to go by what is there.
    pub seen: Option<i64>,
    /// Who changes it.
    pub by: PersonId,
    /// Whose name.
    pub person: PersonId,
}

/// Puts a name on the list of a restricted case; gives the new version.
pub async fn name(tx: &mut Tx, db: &Db, naming: Naming) -> Result<i64, EngineError> {
    change(tx, db, naming, true).await
}

/// Takes a name off, one's own too. Refused for the last who can look; who worked on the case no longer does.
pub async fn unname(tx: &mut Tx, db: &Db, naming: Naming) -> Result<i64, EngineError> {
    change(tx, db, naming, false).await
}

async fn change(tx: &mut Tx, db: &Db, naming: Naming, on: bool) -> Result<i64, EngineError> {
    let Naming { case, seen, by, person } = naming;
    let case = load_seen(tx, db, case, (seen, by)).await?;
    with_its_case(tx, db, &case).await?;
    let refuse = |message: &str| Err(Refused::invalid("person", message).into());
    if !case.facts.restricted {
        return refuse("This case is open to everybody with the right. Restrict it to named people first.");
    }
    let mut facts = case.facts.clone();
    if on {
        let open = CaseFacts { restricted: false, ..facts.clone() };
        if !can(tx, (person, Permission::ReadCases), &open).await? {
            return refuse("This person cannot read cases here. Invite them as a guest.");
        }
        facts.members.insert(person);
        if facts.members.len() > NAMED_MAX {
            return refuse("At most 200 people can be named on one case.");
        }
    } else {
        facts.members.remove(&person);
        if !is_kept(tx, &facts).await? {
            return refuse(
                "Then nobody could look after this case. Name somebody else who works on cases first, or lift the restriction.",
            );
        }
    }
    let party = Party::Team(by);
    let id = case.id;
    let assignee = case.assignee;
    let mut version = name_members(tx, db, id, (&party, facts.members)).await?;
    if !on && assignee == Some(person) {
        version = give(tx, db, id, (&party, None)).await?;
    }
    Ok(version)
}
