//! Who gets a link: the first owner, an invited colleague, somebody whose authenticator is lost.

use super::{OneTimeLink, Purpose, make};
use crate::AccountError;
use crate::person::{self, NewPerson, PersonState, active_owners, email_index, fold_email};
use db::{Db, Tx, fetch_optional, stmt};
use domain::{Actor, Grant, PersonId, Role, Scope};
use uuid::Uuid;

/// A link that makes the first owner; `None` once there is an owner who can sign in. Each call makes
/// earlier set-up links useless.
pub async fn first_owner_link(db: &Db) -> Result<Option<OneTimeLink>, AccountError> {
    let house = db.clone();
    db.write(move |tx| {
        Box::pin(async move {
            if !active_owners(tx).await?.is_empty() {
                return Ok(None);
            }
            make(tx, &house, Purpose::SetUp, None, None).await.map(Some)
        })
    })
    .await
}

/// Invites somebody, from the command line. An address that was invited before gets the role too and a
/// new link.
pub async fn invite(db: &Db, email: &str, role: Role, scope: Scope) -> Result<OneTimeLink, AccountError> {
    let (house, email) = (db.clone(), email.to_owned());
    db.write(move |tx| Box::pin(async move { invite_by(tx, &house, &email, Grant { role, scope }, None).await })).await
}

/// Invites somebody on behalf of `by`, who was checked with [`person::check_manage`].
pub async fn invite_by(
    tx: &mut Tx,
    db: &Db,
    email: &str,
    grant: Grant,
    by: Option<PersonId>,
) -> Result<OneTimeLink, AccountError> {
    let folded = fold_email(email)?;
    let known = fetch_optional!(
        tx,
        (Uuid, String),
        stmt!("SELECT id, state FROM people WHERE email_index = $1"),
        email_index(db.keys(), &folded)
    )?;
    let person = match known {
        Some((id, state)) if state == PersonState::Invited.as_str() => {
            let id = PersonId::from_uuid(id);
            if let Some(by) = by {
                // Whoever gets the new link can become this person, with every role they were given before.
                let actor = Actor::person(by, person::grants_of(tx, by).await?);
                person::check_manage(tx, &actor, Some(id), Some(grant)).await?;
            }
            person::grant(tx, db, id, grant, by).await?;
            id
        }
        Some(_) => return Err(AccountError::EmailTaken),
        None => {
            let new =
                NewPerson { name: String::new(), email: folded, state: PersonState::Invited, grants: vec![grant] };
            person::create(tx, db, new, by).await?
        }
    };
    make(tx, db, Purpose::Invite, Some(person), by).await
}

/// A link for somebody who lost authenticator and recovery codes. The link asks for their password, so
/// that it alone opens nothing.
pub async fn recovery_link(
    tx: &mut Tx,
    db: &Db,
    person: PersonId,
    by: Option<PersonId>,
) -> Result<OneTimeLink, AccountError> {
    for_a_loss(tx, db, person, Purpose::RecoverSecondFactor, by).await
}

/// A link for somebody who lost their password. The link asks for their second factor, so that it alone
/// opens nothing. Whoever lost both is shut out and invited again under another address.
pub async fn password_link(
    tx: &mut Tx,
    db: &Db,
    person: PersonId,
    by: Option<PersonId>,
) -> Result<OneTimeLink, AccountError> {
    for_a_loss(tx, db, person, Purpose::RecoverPassword, by).await
}

/// Somebody who was only invited so far gets their invitation again.
async fn for_a_loss(
    tx: &mut Tx,
    db: &Db,
    person: PersonId,
    purpose: Purpose,
    by: Option<PersonId>,
) -> Result<OneTimeLink, AccountError> {
    let row = fetch_optional!(tx, (String,), stmt!("SELECT state FROM people WHERE id = $1"), person.uuid())?;
    match row {
        Some((state,)) if state == PersonState::Active.as_str() => make(tx, db, purpose, Some(person), by).await,
        Some((state,)) if state == PersonState::Invited.as_str() => {
            make(tx, db, Purpose::Invite, Some(person), by).await
        }
        _ => Err(AccountError::NotFound),
    }
}
