//! Roles given and taken. The house never loses its last owner, and only owners make owners.

use super::keepers::look_again;
use crate::{AccountError, link, scope};
use db::{Db, Tx, event, execute, fetch_all, stmt};
use domain::{Actor, Grant, Permission, PersonId, Role, Scope, may_house};
use serde_json::json;
use std::collections::BTreeMap;
use uuid::Uuid;

/// The grants in force. Rows of roles or scopes that this release does not know grant nothing.
pub async fn grants_of(tx: &mut Tx, person: PersonId) -> Result<Vec<Grant>, AccountError> {
    let rows = fetch_all!(
        tx,
        (i64, String, Uuid),
        stmt!("SELECT role, scope, scope_id FROM grants WHERE person = $1 ORDER BY role, scope, scope_id LIMIT 1000"),
        person.uuid()
    )?;
    Ok(rows.into_iter().filter_map(read).collect())
}

fn read((role, word, id): (i64, String, Uuid)) -> Option<Grant> {
    let role = *Role::ALL.iter().find(|r| r.bit() == role)?;
    Some(Grant { role, scope: scope::read(&word, id)? })
}

/// The grants of everybody who holds any.
pub(super) async fn of_everybody(tx: &mut Tx) -> Result<BTreeMap<PersonId, Vec<Grant>>, AccountError> {
    let rows = fetch_all!(
        tx,
        (Uuid, i64, String, Uuid),
        stmt!("SELECT person, role, scope, scope_id FROM grants ORDER BY person, role, scope, scope_id LIMIT 100000")
    )?;
    let mut held: BTreeMap<PersonId, Vec<Grant>> = BTreeMap::new();
    for (person, role, word, id) in rows {
        held.entry(PersonId::from_uuid(person)).or_default().extend(read((role, word, id)));
    }
    Ok(held)
}

/// Gives a role; giving it twice changes nothing. Links of theirs that are open end: whoever holds one, or made
/// it, must not come by a right that was given later.
pub async fn grant(
    tx: &mut Tx,
    db: &Db,
    person: PersonId,
    grant: Grant,
    by: Option<PersonId>,
) -> Result<(), AccountError> {
    let (word, id) = scope::columns(grant.scope);
    let given = execute!(
        tx,
        stmt!(
            "INSERT INTO grants (person, role, scope, scope_id, granted_at) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (person, role, scope, scope_id) DO NOTHING"
        ),
        person.uuid(),
        grant.role.bit(),
        word,
        id,
        db.ambient().now().micros()
    )?;
    if given == 1 {
        link::end_all(tx, db, person).await?;
        record(tx, db, "role_granted", person, grant, by).await?;
    }
    Ok(())
}

/// Takes a role away. It bites on the person's next request; what they were told of is looked at again. With
/// the last role go links that are open: somebody who was sent away before they came does not come any more.
pub async fn remove_grant(
    tx: &mut Tx,
    db: &Db,
    person: PersonId,
    grant: Grant,
    by: Option<PersonId>,
) -> Result<(), AccountError> {
    if grant == OWNER {
        keep_an_owner_without(tx, person).await?;
    }
    let (word, id) = scope::columns(grant.scope);
    let taken = execute!(
        tx,
        stmt!("DELETE FROM grants WHERE person = $1 AND role = $2 AND scope = $3 AND scope_id = $4"),
        person.uuid(),
        grant.role.bit(),
        word,
        id
    )?;
    if taken == 0 {
        return Err(AccountError::NotFound);
    }
    if grants_of(tx, person).await?.is_empty() {
        link::end_all(tx, db, person).await?;
    }
    look_again(tx, db, person).await?;
    record(tx, db, "role_removed", person, grant, by).await
}

/// The grant that makes somebody answer for the house.
pub(crate) const OWNER: Grant = Grant { role: Role::Owner, scope: Scope::House };

/// Refuses when nobody but `person` is an owner who can sign in. On PostgreSQL the rows stay locked, so
/// that two owners cannot remove each other at the same time.
pub(crate) async fn keep_an_owner_without(tx: &mut Tx, person: PersonId) -> Result<(), AccountError> {
    let owners = active_owners(tx).await?;
    if is_last(&owners, person) { Err(AccountError::LastOwner) } else { Ok(()) }
}

/// The same as a forecast, for a page: locks nothing, so it may be asked in a read.
pub(crate) async fn is_last_owner(tx: &mut Tx, person: PersonId) -> Result<bool, AccountError> {
    let rows = fetch_all!(
        tx,
        (Uuid,),
        stmt!(
            "SELECT g.person FROM grants g JOIN people p ON p.id = g.person
             WHERE g.role = $1 AND g.scope = 'house' AND p.state = 'active' ORDER BY g.person LIMIT 100"
        ),
        Role::Owner.bit()
    )?;
    let owners: Vec<PersonId> = rows.into_iter().map(|(id,)| PersonId::from_uuid(id)).collect();
    Ok(is_last(&owners, person))
}

fn is_last(owners: &[PersonId], person: PersonId) -> bool {
    owners == [person]
}

/// Owners who can sign in. On PostgreSQL their rows and grants are locked: the grants so that one taken away
/// meanwhile is not seen any more, the people only so far that alerts of theirs can be raised beside it.
pub(crate) async fn active_owners(tx: &mut Tx) -> Result<Vec<PersonId>, AccountError> {
    let rows = fetch_all!(
        tx,
        (Uuid,),
        stmt!(
            sqlite: "SELECT g.person FROM grants g JOIN people p ON p.id = g.person
                     WHERE g.role = $1 AND g.scope = 'house' AND p.state = 'active' ORDER BY g.person LIMIT 100",
            pg: "SELECT g.person FROM grants g JOIN people p ON p.id = g.person
                     WHERE g.role = $1 AND g.scope = 'house' AND p.state = 'active' ORDER BY g.person LIMIT 100
                     FOR NO KEY UPDATE OF p FOR UPDATE OF g",
        ),
        Role::Owner.bit()
    )?;
    Ok(rows.into_iter().map(|(id,)| PersonId::from_uuid(id)).collect())
}

/// Whether `actor` may change `person`, who then would hold `wanted` too. People are managed by whoever
/// holds that right for the whole house; owners only by owners.
pub async fn check_manage(
    tx: &mut Tx,
    actor: &Actor,
    person: Option<PersonId>,
    wanted: Option<Grant>,
) -> Result<(), AccountError> {
    if !may_house(actor, Permission::ManagePeople) {
        return Err(AccountError::NotFound);
    }
    let held = match person {
        Some(person) => grants_of(tx, person).await?,
        None => Vec::new(),
    };
    let touches_owner = held.iter().chain(&wanted).any(|g| g.role == Role::Owner);
    if touches_owner && !actor.grants.contains(&OWNER) { Err(AccountError::OwnersOnly) } else { Ok(()) }
}

async fn record(
    tx: &mut Tx,
    db: &Db,
    kind: &str,
    person: PersonId,
    grant: Grant,
    by: Option<PersonId>,
) -> Result<(), AccountError> {
    let (word, id) = scope::columns(grant.scope);
    let id = (!id.is_nil()).then(|| id.to_string());
    let data = json!({ "person": person.to_string(), "role": grant.role.as_str(), "scope": word, "scope_id": id });
    event::append_house(tx, db.keys(), db.ambient(), kind, by.map(PersonId::uuid), data).await?;
    Ok(())
}
