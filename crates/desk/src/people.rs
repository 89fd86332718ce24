//! Names of colleagues on a case page: who may be given it, who can read its notes, what they are called.

use crate::engine::EngineError;
use accounts::person;
use db::{Db, Tx, fetch_optional, stmt};
use domain::{Actor, CaseFacts, Permission, PersonId, may, may_house};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Names that were looked up once for a page.
#[derive(Debug, Default)]
pub(crate) struct Names(BTreeMap<PersonId, String>);

impl Names {
    /// What to call somebody.
    pub(crate) async fn get(&mut self, tx: &mut Tx, db: &Db, id: PersonId) -> Result<String, EngineError> {
        if let Some(name) = self.0.get(&id) {
            return Ok(name.clone());
        }
        let name = person::name_of(tx, db.keys(), id).await.map_err(EngineError::corrupt)?;
        let name = if name.is_empty() { "somebody invited".to_owned() } else { name };
        self.0.insert(id, name.clone());
        Ok(name)
    }

    /// A name that was looked up before.
    pub(crate) fn known(&self, id: PersonId) -> &str {
        self.0.get(&id).map_or(person::ERASED_NAME, String::as_str)
    }
}

/// Somebody who can sign in, with their grants.
#[derive(Debug, Clone)]
pub(crate) struct Colleague {
    pub(crate) id: PersonId,
    pub(crate) name: String,
    actor: Actor,
}

impl Colleague {
    /// For tests of what is decided about people.
    #[cfg(test)]
    pub(crate) fn new(id: PersonId, name: &str, actor: Actor) -> Self {
        Self { id, name: name.to_owned(), actor }
    }

    /// Whether they may do this to the case, its restriction included.
    pub(crate) fn may(&self, permission: Permission, case: &CaseFacts) -> bool {
        may(&self.actor, permission, case)
    }

    /// Whether they may do this to the whole house.
    pub(crate) fn may_house(&self, permission: Permission) -> bool {
        may_house(&self.actor, permission)
    }

    /// Whether they could read the case if they were one of its members.
    pub(crate) fn could_read(&self, case: &CaseFacts) -> bool {
        self.could(Permission::ReadCases, case)
    }

    /// Whether they could do this to the case if they were one of its members.
    pub(crate) fn could(&self, permission: Permission, case: &CaseFacts) -> bool {
        let open = CaseFacts { restricted: false, ..case.clone() };
        may(&self.actor, permission, &open)
    }
}

/// Whether somebody can sign in and may do this to a case.
pub(crate) async fn can(
    tx: &mut Tx,
    (person, permission): (PersonId, Permission),
    case: &CaseFacts,
) -> Result<bool, EngineError> {
    let active =
        fetch_optional!(tx, (Uuid,), stmt!("SELECT id FROM people WHERE id = $1 AND state = 'active'"), person.uuid())?;
    if active.is_none() {
        return Ok(false);
    }
    let grants = person::grants_of(tx, person).await.map_err(EngineError::corrupt)?;
    Ok(may(&Actor::person(person, grants), permission, case))
}

/// What every role may but the guest's: who holds it somewhere is of the team.
pub(crate) const OF_TEAM: Permission = Permission::SearchCases;

/// Everybody who can sign in and is of the team.
pub(crate) async fn team(tx: &mut Tx, db: &Db) -> Result<Vec<Colleague>, EngineError> {
    let mut people = colleagues(tx, db).await?;
    people.retain(|c| c.actor.grants.iter().any(|grant| grant.holds(OF_TEAM)));
    Ok(people)
}

/// Everybody who can sign in and may do anything, guests of cases too.
pub(crate) async fn colleagues(tx: &mut Tx, db: &Db) -> Result<Vec<Colleague>, EngineError> {
    let people = person::with_roles(tx, db.keys(), false).await.map_err(EngineError::corrupt)?;
    Ok(people.into_iter().map(|p| Colleague { id: p.id, name: p.name, actor: Actor::person(p.id, p.grants) }).collect())
}
