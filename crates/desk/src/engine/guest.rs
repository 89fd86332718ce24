//! Guests: people from outside of the team who see one case.

use super::own::{self, Own};
use super::people::{give, is_kept, name_members};
use super::{EngineError, load_seen};
use crate::people::can;
use accounts::{AccountError, OneTimeLink, link, person};
use db::{Db, Tx, fetch_all, stmt};
use domain::case::{Audience, Party, Refused};
use domain::{Actor, CaseFacts, CaseId, Grant, Permission, PersonId, Role, Scope, may};
use serde_json::json;
use uuid::Uuid;

/// Most guests of one case.
pub const GUESTS_MAX: usize = 50;

/// A guest about to be invited or sent away.
#[derive(Debug, Clone)]
pub struct Inviting {
    /// To which case.
    pub case: CaseId,
    /// The version the caller saw; `None` to go by what is there.
    pub seen: Option<i64>,
    /// Who invites.
    pub by: PersonId,
}

/// Somebody who is a guest now.
#[derive(Debug, Clone)]
pub struct Invited {
    /// Who.
    pub person: PersonId,
    /// Their way in, where they have none yet: shown once.
    pub link: Option<OneTimeLink>,
    /// The version of the case now.
    pub version: i64,
}

/// Invites whoever has this address. On a restricted case they are named too, since they could not see it else.
pub async fn invite_guest(tx: &mut Tx, db: &Db, wanted: Inviting, email: &str) -> Result<Invited, EngineError> {
    let case = load_seen(tx, db, wanted.case, (wanted.seen, wanted.by)).await?;
    if guests(tx, case.id).await?.len() >= GUESTS_MAX {
        return Err(Refused::invalid("email", format!("A case has at most {GUESTS_MAX} guests.")).into());
    }
    let open = CaseFacts { restricted: false, ..case.facts.clone() };
    if let Some(known) = link::person_of(tx, db, email).await.map_err(of_account)? {
        let grants = person::grants_of(tx, known).await.map_err(of_account)?;
        let named = !case.facts.restricted || case.facts.members.contains(&known);
        let other = grants.iter().any(|g| *g != grant(case.id));
        if other && named && may(&Actor::person(known, grants), Permission::ReadCases, &open) {
            return Err(Refused::invalid("email", "This person can see the case already.").into());
        }
    }
    let (person, link) = link::invite_guest(tx, db, (email, case.id), wanted.by).await.map_err(of_account)?;
    let by = Party::Team(wanted.by);
    let data = json!({ "person": person.to_string() });
    let new = Own { kind: "guest_invited", audience: Audience::Team, data };
    let (_, mut version) = own::record(tx, db, &case, new, &by).await?;
    if case.facts.restricted {
        let mut members = case.facts.members.clone();
        members.insert(person);
        version = name_members(tx, db, case.id, (&by, members)).await?;
    }
    Ok(Invited { person, link, version })
}

/// Sends a guest away: they are no longer named on the case either, and nobody's work is theirs that they cannot see.
/// Refused where nobody would be left who may look after it. Gives the new version.
pub async fn send_away(tx: &mut Tx, db: &Db, wanted: Inviting, guest: PersonId) -> Result<i64, EngineError> {
    let case = load_seen(tx, db, wanted.case, (wanted.seen, wanted.by)).await?;
    match person::remove_grant(tx, db, guest, grant(case.id), Some(wanted.by)).await {
        Ok(()) => {}
        Err(AccountError::NotFound) => return Err(EngineError::NotFound),
        Err(error) => return Err(of_account(error)),
    }
    let by = Party::Team(wanted.by);
    let data = json!({ "person": guest.to_string() });
    let new = Own { kind: "guest_sent_away", audience: Audience::Team, data };
    let (_, mut version) = own::record(tx, db, &case, new, &by).await?;
    let mut facts = case.facts.clone();
    if case.facts.restricted && case.facts.members.contains(&guest) {
        facts.members.remove(&guest);
        if !is_kept(tx, &facts).await? {
            let message = "Then nobody could look after this case. Name somebody else who works on cases first.";
            return Err(Refused::invalid("person", message).into());
        }
        version = name_members(tx, db, case.id, (&by, facts.members.clone())).await?;
    }
    if case.assignee == Some(guest) && !can(tx, (guest, Permission::ReadCases), &facts).await? {
        version = give(tx, db, case.id, (&by, None)).await?;
    }
    Ok(version)
}

/// The guests of a case.
pub async fn guests(tx: &mut Tx, case: CaseId) -> Result<Vec<PersonId>, EngineError> {
    let rows = fetch_all!(
        tx,
        (Uuid,),
        stmt!(
            "SELECT person FROM grants WHERE scope = 'case' AND scope_id = $1 AND role = $2
             ORDER BY granted_at, person LIMIT 100"
        ),
        case.uuid(),
        Role::Guest.bit()
    )?;
    Ok(rows.into_iter().map(|(id,)| PersonId::from_uuid(id)).collect())
}

const fn grant(case: CaseId) -> Grant {
    Grant { role: Role::Guest, scope: Scope::Case(case) }
}

/// What a person reads who typed an address.
pub(crate) fn of_account(error: AccountError) -> EngineError {
    match error {
        AccountError::Store(error) => error.into(),
        AccountError::Invalid { field, message } => Refused::invalid(field, message).into(),
        AccountError::NotFound => EngineError::NotFound,
        other => EngineError::corrupt(other),
    }
}
