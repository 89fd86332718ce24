//! Making a person.

use super::{PersonState, check_name, email_index, grant, new_email};
use crate::AccountError;
use db::{Db, Tx, event, execute, stmt};
use domain::{Grant, PersonId};
use seal::{KeyKind, field};
use serde_json::json;

/// Somebody about to be known to the house.
#[derive(Debug, Clone)]
pub struct NewPerson {
    /// Display name; may be empty for an invitation.
    pub name: String,
    /// Mail address as typed.
    pub email: String,
    /// Whether they can sign in at once.
    pub state: PersonState,
    /// What they may do.
    pub grants: Vec<Grant>,
}

/// Makes the person, their key and their grants. `by` is who did it, if a person did.
pub async fn create(tx: &mut Tx, db: &Db, new: NewPerson, by: Option<PersonId>) -> Result<PersonId, AccountError> {
    let folded = new_email(&new.email)?;
    let name =
        if new.state == PersonState::Invited && new.name.is_empty() { String::new() } else { check_name(&new.name)? };
    let (keys, ambient) = (db.keys(), db.ambient());
    let id: PersonId = ambient.id();
    let key = keys.create(tx, KeyKind::Person, id.uuid()).await?;
    let random = ambient.random.as_ref();
    let made = execute!(
        tx,
        stmt!(
            "INSERT INTO people (id, state, email_index, name, email, totp_step, version, created_at)
             VALUES ($1, $2, $3, $4, $5, 0, 1, $6) ON CONFLICT (email_index) DO NOTHING"
        ),
        id.uuid(),
        new.state.as_str(),
        email_index(keys, &folded),
        key.seal(field::PERSON_NAME, id.uuid(), 0, name.as_bytes(), random),
        key.seal(field::PERSON_EMAIL, id.uuid(), 0, folded.as_bytes(), random),
        ambient.now().micros()
    )?;
    if made == 0 {
        return Err(AccountError::EmailTaken);
    }
    let kind = if new.state == PersonState::Invited { "person_invited" } else { "person_created" };
    let data = json!({ "person": id.to_string() });
    event::append_house(tx, keys, ambient, kind, by.map(PersonId::uuid), data).await?;
    for new_grant in new.grants {
        grant(tx, db, id, new_grant, by).await?;
    }
    Ok(id)
}

/// Changes what a person is called.
pub(crate) async fn rename(tx: &mut Tx, db: &Db, id: PersonId, name: &str) -> Result<(), AccountError> {
    let name = check_name(name)?;
    let Some(key) = db.keys().person(tx, id).await? else { return Err(AccountError::NotFound) };
    let sealed = key.seal(field::PERSON_NAME, id.uuid(), 0, name.as_bytes(), db.ambient().random.as_ref());
    execute!(tx, stmt!("UPDATE people SET name = $1, version = version + 1 WHERE id = $2"), sealed, id.uuid())?;
    Ok(())
}
