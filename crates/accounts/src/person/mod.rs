//! People: who has an account, what they are called, what they may do.
//!
//! Name and address are sealed under the key of the person, so that destroying it erases them; the
//! address is found again by a keyed hash. Events of the house carry ids only, never a name.

mod admin;
mod create;
mod erase;
mod grants;
mod input;
mod keepers;

pub(crate) use admin::lock;
pub use admin::{disable, enable};
pub(crate) use create::rename;
pub use create::{NewPerson, create};
pub use erase::{check_erasure, foresee_erasure};
pub(crate) use grants::{OWNER, active_owners};
pub use grants::{check_manage, grant, grants_of, remove_grant};
pub use input::{check_name, email_index, fold_email, new_email};
pub(crate) use keepers::Before;
pub use keepers::{look_again, unkept};

use crate::{AccountError, researcher};
use db::{Keyring, Tx, fetch_all, fetch_optional, stmt};
use domain::{Grant, PersonId, Role, Scope, Ts};
use seal::field;
use uuid::Uuid;

/// Whether somebody can sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PersonState {
    /// Has a link and no credentials yet.
    Invited,
    /// Can sign in.
    Active,
    /// Was shut out; nothing is lost.
    Disabled,
    /// Their key is destroyed; only the id is left.
    Erased,
}

impl PersonState {
    /// The stored word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Invited => "invited",
            Self::Active => "active",
            Self::Disabled => "disabled",
            Self::Erased => "erased",
        }
    }

    /// What is shown.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Invited => "Invited",
            Self::Active => "Active",
            Self::Disabled => "Disabled",
            Self::Erased => "Erased",
        }
    }

    fn parse(word: &str) -> Self {
        match word {
            "active" => Self::Active,
            "invited" => Self::Invited,
            "erased" => Self::Erased,
            _ => Self::Disabled,
        }
    }
}

/// A person, opened.
#[derive(Debug, Clone)]
pub struct Person {
    /// Their id.
    pub id: PersonId,
    /// Whether they can sign in.
    pub state: PersonState,
    /// What they call themselves; "erased person" when their key is gone.
    pub name: String,
    /// Where they get mail; empty when their key is gone.
    pub email: String,
    /// Their roles.
    pub grants: Vec<Grant>,
    /// Grows with each change.
    pub version: i64,
    /// When they were invited.
    pub created_at: Ts,
}

impl Person {
    /// Whether they answer for the house.
    pub fn is_owner(&self) -> bool {
        self.grants.contains(&Grant { role: Role::Owner, scope: Scope::House })
    }
}

/// What stands for the name of somebody whose key was destroyed.
pub const ERASED_NAME: &str = "erased person";

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    state: String,
    name: Vec<u8>,
    email: Vec<u8>,
    version: i64,
    created_at: i64,
}

/// One person with their grants.
pub async fn load(tx: &mut Tx, keys: &Keyring, id: PersonId) -> Result<Option<Person>, AccountError> {
    let row = fetch_optional!(
        tx,
        Row,
        stmt!("SELECT id, state, name, email, version, created_at FROM people WHERE id = $1"),
        id.uuid()
    )?;
    match row {
        Some(row) => Ok(Some(open(tx, keys, row).await?)),
        None => Ok(None),
    }
}

/// Most people of a page of [`list`].
pub const PAGE: usize = 200;
/// Most people whom [`with_roles`] gives.
const WITH_ROLES_MAX: i64 = 10_000;

/// Everybody who came after `after`, oldest first, a page; and whether there are more.
pub async fn list(tx: &mut Tx, keys: &Keyring, after: Option<PersonId>) -> Result<(Vec<Person>, bool), AccountError> {
    let mut rows = fetch_all!(
        tx,
        Row,
        stmt!("SELECT id, state, name, email, version, created_at FROM people WHERE id > $1 ORDER BY id LIMIT $2"),
        after.map_or(Uuid::nil(), PersonId::uuid),
        i64::try_from(PAGE + 1).unwrap_or(i64::MAX)
    )?;
    let more = rows.len() > PAGE;
    rows.truncate(PAGE);
    let mut people = Vec::with_capacity(rows.len());
    for row in rows {
        people.push(open(tx, keys, row).await?);
    }
    Ok((people, more))
}

/// Everybody who can sign in and holds a role, oldest first, or with `shut_out` those too who could: people who have
/// not come yet or were sent away are no part of it, however many there were.
pub async fn with_roles(tx: &mut Tx, keys: &Keyring, shut_out: bool) -> Result<Vec<Person>, AccountError> {
    let rows = fetch_all!(
        tx,
        Row,
        stmt!(
            "SELECT p.id, p.state, p.name, p.email, p.version, p.created_at FROM people p
             WHERE (p.state = 'active' OR ($2 = 1 AND p.state = 'disabled'))
               AND EXISTS (SELECT 1 FROM grants g WHERE g.person = p.id)
             ORDER BY p.id LIMIT $1"
        ),
        WITH_ROLES_MAX,
        i64::from(shut_out)
    )?;
    let mut held = grants::of_everybody(tx).await?;
    let mut people = Vec::with_capacity(rows.len());
    for row in rows {
        let grants = held.remove(&PersonId::from_uuid(row.id)).unwrap_or_default();
        people.push(open_with(tx, keys, row, grants).await?);
    }
    Ok(people)
}

/// What to call somebody of the house, or a researcher, on a page; [`ERASED_NAME`] when their key is gone.
pub async fn name_of(tx: &mut Tx, keys: &Keyring, id: PersonId) -> Result<String, AccountError> {
    let row = fetch_optional!(tx, (Vec<u8>,), stmt!("SELECT name FROM people WHERE id = $1"), id.uuid())?;
    let Some((name,)) = row else {
        let known = researcher::load(tx, keys, id).await?;
        return Ok(known.map_or_else(|| ERASED_NAME.to_owned(), |who| who.name().to_owned()));
    };
    let Some(key) = keys.person(tx, id).await? else { return Ok(ERASED_NAME.to_owned()) };
    Ok(text(&key.open(field::PERSON_NAME, id.uuid(), 0, &name).map_err(db::DbError::from)?))
}

async fn open(tx: &mut Tx, keys: &Keyring, row: Row) -> Result<Person, AccountError> {
    let grants = grants_of(tx, PersonId::from_uuid(row.id)).await?;
    open_with(tx, keys, row, grants).await
}

async fn open_with(tx: &mut Tx, keys: &Keyring, row: Row, grants: Vec<Grant>) -> Result<Person, AccountError> {
    let id = PersonId::from_uuid(row.id);
    let (name, email) = match keys.person(tx, id).await? {
        None => (ERASED_NAME.to_owned(), String::new()),
        Some(key) => {
            let name = key.open(field::PERSON_NAME, row.id, 0, &row.name).map_err(db::DbError::from)?;
            let email = key.open(field::PERSON_EMAIL, row.id, 0, &row.email).map_err(db::DbError::from)?;
            (text(&name), text(&email))
        }
    };
    let state = PersonState::parse(&row.state);
    Ok(Person { id, state, name, email, grants, version: row.version, created_at: Ts::from_micros(row.created_at) })
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
