//! Who gets a link: the first owner, an invited colleague, somebody whose authenticator is lost.

use super::{OneTimeLink, Purpose, make};
use crate::AccountError;
use crate::person::{self, NewPerson, PersonState, active_owners, email_index, fold_email};
use db::{Db, Tx, fetch_optional, stmt};
use domain::{Actor, CaseId, Grant, PersonId, Role, Scope};
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
    let person = match known(tx, db, &folded).await? {
        Some((id, state)) if state == PersonState::Invited.as_str() => {
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

/// Whose address this is, if it is anybody's.
pub async fn person_of(tx: &mut Tx, db: &Db, email: &str) -> Result<Option<PersonId>, AccountError> {
    Ok(known(tx, db, &fold_email(email)?).await?.map(|(id, _)| id))
}

async fn known(tx: &mut Tx, db: &Db, folded: &str) -> Result<Option<(PersonId, String)>, AccountError> {
    let row = fetch_optional!(
        tx,
        (Uuid, String),
        stmt!("SELECT id, state FROM people WHERE email_index = $1"),
        email_index(db.keys(), folded)
    )?;
    Ok(row.map(|(id, state)| (PersonId::from_uuid(id), state)))
}

/// Makes whoever has this address a guest of one case. The caller was asked whether they may name people of
/// that case; they need no right over people of the house, so this gives no more than the one case: a link
/// only to somebody who is nothing else here than its guest. Who can sign in needs none. Who was invited by
/// others and has not come yet is refused: whoever holds that link would see this case.
pub async fn invite_guest(
    tx: &mut Tx,
    db: &Db,
    (email, case): (&str, CaseId),
    by: PersonId,
) -> Result<(PersonId, Option<OneTimeLink>), AccountError> {
    let folded = fold_email(email)?;
    let guest = Grant { role: Role::Guest, scope: Scope::Case(case) };
    let Some((id, state)) = known(tx, db, &folded).await? else {
        let new = NewPerson { name: String::new(), email: folded, state: PersonState::Invited, grants: vec![guest] };
        let id = person::create(tx, db, new, Some(by)).await?;
        return Ok((id, Some(make(tx, db, Purpose::Invite, Some(id), Some(by)).await?)));
    };
    if state == PersonState::Disabled.as_str() {
        return Err(AccountError::invalid("email", "This person was shut out of this house."));
    }
    let nothing_else = person::grants_of(tx, id).await?.iter().all(|held| *held == guest);
    let invited = state == PersonState::Invited.as_str();
    if invited && !nothing_else {
        let message =
            "This person was invited by somebody else and has not come yet. Ask them to use their link first.";
        return Err(AccountError::invalid("email", message));
    }
    person::grant(tx, db, id, guest, Some(by)).await?;
    let link = if invited { Some(make(tx, db, Purpose::Invite, Some(id), Some(by)).await?) } else { None };
    Ok((id, link))
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
