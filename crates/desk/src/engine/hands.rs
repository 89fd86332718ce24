//! Decisions that are not for whoever they are about: who may take them, and what is different where nobody
//! else is there.

use super::{EngineError, Loaded};
use crate::people::{Colleague, colleagues};
use db::{Db, Tx};
use domain::case::Party;
use domain::{Permission, PersonId};

/// Who could decide in place of the one who is barred from it. A restriction does not count: whoever closed a case
/// may restrict it, and would make themselves alone by that.
fn others<'c>(case: &Loaded, barred: PersonId, people: &'c [Colleague]) -> Vec<&'c Colleague> {
    people.iter().filter(|c| c.id != barred && c.could(Permission::ActOnCases, &case.facts)).collect()
}

/// As whom this person acts on the case: alone, where they are barred from deciding and nobody else could. That
/// they proved anew who they are is for the caller to see to.
pub(crate) async fn party(tx: &mut Tx, db: &Db, (case, person): (&Loaded, PersonId)) -> Result<Party, EngineError> {
    if case.machine.barred(&case.state) != Some(person) {
        return Ok(Party::Team(person));
    }
    let people = colleagues(tx, db).await?;
    Ok(if others(case, person, &people).is_empty() { Party::Alone(person) } else { Party::Team(person) })
}

/// Refuses who says that they are alone and is not.
pub(super) async fn check(tx: &mut Tx, db: &Db, (case, by): (&Loaded, &Party)) -> Result<(), EngineError> {
    let Party::Alone(person) = by else { return Ok(()) };
    match party(tx, db, (case, *person)).await? {
        Party::Alone(_) => Ok(()),
        _ => Err(somebody_else(tx, db, (case, by)).await?),
    }
}

/// The names of those who can decide in place of somebody who is barred from it.
pub(crate) async fn who_else(
    tx: &mut Tx,
    db: &Db,
    (case, barred): (&Loaded, PersonId),
) -> Result<Vec<String>, EngineError> {
    let people = colleagues(tx, db).await?;
    let called = |c: &Colleague| {
        let name = c.name.clone();
        if c.may(Permission::ActOnCases, &case.facts) { name } else { name + " (name them on the case first)" }
    };
    Ok(others(case, barred, &people).into_iter().map(called).collect())
}

/// Why a decision was not taken, with the names of those who can take it.
pub(super) async fn somebody_else(
    tx: &mut Tx,
    db: &Db,
    (case, by): (&Loaded, &Party),
) -> Result<EngineError, EngineError> {
    let Some(person) = by.person() else { return Ok(EngineError::NotFound) };
    Ok(EngineError::OtherHands { who: who_else(tx, db, (case, person)).await? })
}
