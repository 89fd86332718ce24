//! One-time links: shown once, stored as a keyed hash, good for three days and for one use.
//!
//! A `GET` of the link only shows a page, because mail scanners follow links; the `POST` of its form
//! spends it, in the same write as what it was for.

mod invite;

pub use invite::{first_owner_link, invite, invite_by, invite_guest, password_link, person_of, recovery_link};

use crate::{AccountError, person};
use data_encoding::BASE32_NOPAD;
use db::{Db, Keyring, Tx, event, execute, fetch_optional, stmt};
use domain::{PersonId, Span, Ts};
use seal::{field, label};
use serde_json::json;
use uuid::Uuid;

/// How long a link is good for.
pub const LINK_LIFE: Span = Span::from_hours(72);

/// What a link is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Makes the first owner of a new house.
    SetUp,
    /// Gives an invited person their credentials.
    Invite,
    /// Gives a person a new authenticator; the password is asked for as well.
    RecoverSecondFactor,
    /// Gives a person a new password; the second factor is asked for as well.
    RecoverPassword,
}

impl Purpose {
    const fn as_str(self) -> &'static str {
        match self {
            Self::SetUp => "set-up",
            Self::Invite => "invite",
            Self::RecoverSecondFactor => "recover-second-factor",
            Self::RecoverPassword => "recover-password",
        }
    }

    fn parse(word: &str) -> Option<Self> {
        [Self::SetUp, Self::Invite, Self::RecoverSecondFactor, Self::RecoverPassword]
            .into_iter()
            .find(|p| p.as_str() == word)
    }
}

/// A link that was just made: the only place where its token is in clear.
#[derive(Clone)]
pub struct OneTimeLink {
    token: String,
    /// Until when it is good.
    pub expires_at: Ts,
}

impl OneTimeLink {
    /// The path to put behind the public URL: `/desk/set-up/…`.
    pub fn path(&self) -> String {
        format!("/desk/set-up/{}", self.token)
    }

    /// The secret part alone, 32 letters and digits.
    pub fn token(&self) -> &str {
        &self.token
    }
}

impl std::fmt::Debug for OneTimeLink {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OneTimeLink").field("expires_at", &self.expires_at).finish_non_exhaustive()
    }
}

/// A link that can still be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenLink {
    /// What it is for.
    pub purpose: Purpose,
    /// Whom it is for; nobody yet for [`Purpose::SetUp`].
    pub person: Option<PersonId>,
}

/// Makes a link. Earlier ones of the same purpose for the same person are no longer good.
pub async fn make(
    tx: &mut Tx,
    db: &Db,
    purpose: Purpose,
    person: Option<PersonId>,
    by: Option<PersonId>,
) -> Result<OneTimeLink, AccountError> {
    let (ambient, now) = (db.ambient(), db.ambient().now());
    let bytes: [u8; 20] = ambient.bytes();
    let token = BASE32_NOPAD.encode(&bytes).to_ascii_lowercase();
    let place = db.keys().token().hmac(label::SIGN_IN_LINK, &[&bytes]);
    execute!(
        tx,
        stmt!(
            "UPDATE links SET spent_at = $1 WHERE purpose = $2 AND spent_at IS NULL
             AND (person = $3 OR (person IS NULL AND $4 = 1))"
        ),
        now.micros(),
        purpose.as_str(),
        person.map(PersonId::uuid),
        i64::from(person.is_none())
    )?;
    let body = json!({ "by": by.map(|p| p.to_string()) }).to_string();
    let sealed = db.keys().house().seal(field::INVITATION, record(&place), 0, body.as_bytes(), ambient.random.as_ref());
    let expires_at = now.plus(LINK_LIFE);
    execute!(
        tx,
        stmt!("INSERT INTO links (id, purpose, person, body, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6)"),
        place.to_vec(),
        purpose.as_str(),
        person.map(PersonId::uuid),
        sealed,
        now.micros(),
        expires_at.micros()
    )?;
    let data = json!({ "purpose": purpose.as_str(), "person": person.map(|p| p.to_string()) });
    event::append_house(tx, db.keys(), ambient, "link_made", by.map(PersonId::uuid), data).await?;
    Ok(OneTimeLink { token, expires_at })
}

/// Ends every link of a person that could still be used.
pub(crate) async fn end_all(tx: &mut Tx, db: &Db, person: PersonId) -> Result<(), AccountError> {
    let now = db.ambient().now().micros();
    execute!(tx, stmt!("UPDATE links SET spent_at = $1 WHERE person = $2 AND spent_at IS NULL"), now, person.uuid())?;
    Ok(())
}

/// Whether somebody has an invitation that can still be used.
pub(crate) async fn is_open(tx: &mut Tx, db: &Db, person: PersonId) -> Result<bool, AccountError> {
    let open = fetch_optional!(
        tx,
        (i64,),
        stmt!("SELECT created_at FROM links WHERE person = $1 AND spent_at IS NULL AND expires_at > $2 LIMIT 1"),
        person.uuid(),
        db.ambient().now().micros()
    )?;
    Ok(open.is_some())
}

/// What a link is for, when it can still be used. Changes nothing.
pub async fn look(tx: &mut Tx, db: &Db, token: &str) -> Result<Option<OpenLink>, AccountError> {
    let Some(place) = place_of(db.keys(), token) else { return Ok(None) };
    let row = fetch_optional!(
        tx,
        (String, Option<Uuid>),
        stmt!("SELECT purpose, person FROM links WHERE id = $1 AND spent_at IS NULL AND expires_at > $2"),
        place.to_vec(),
        db.ambient().now().micros()
    )?;
    Ok(row.and_then(|(purpose, person)| {
        Some(OpenLink { purpose: Purpose::parse(&purpose)?, person: person.map(PersonId::from_uuid) })
    }))
}

/// Uses a link up; [`AccountError::LinkGone`] when somebody did before.
pub(crate) async fn spend(tx: &mut Tx, db: &Db, token: &str) -> Result<OpenLink, AccountError> {
    let Some(link) = look(tx, db, token).await? else { return Err(AccountError::LinkGone) };
    let Some(place) = place_of(db.keys(), token) else { return Err(AccountError::LinkGone) };
    if let Some(person) = link.person {
        person::lock(tx, person).await?;
    }
    let spent = execute!(
        tx,
        stmt!("UPDATE links SET spent_at = $1 WHERE id = $2 AND spent_at IS NULL"),
        db.ambient().now().micros(),
        place.to_vec()
    )?;
    if spent != 1 {
        return Err(AccountError::LinkGone);
    }
    let person = link.person.map(|p| p.to_string());
    let data = json!({ "purpose": link.purpose.as_str(), "person": person });
    event::append_house(tx, db.keys(), db.ambient(), "link_spent", link.person.map(PersonId::uuid), data).await?;
    Ok(link)
}

/// The 160 bits of a token as typed or pasted; `None` for what is none.
pub(crate) fn token_bytes(token: &str) -> Option<Vec<u8>> {
    BASE32_NOPAD.decode(token.trim().to_ascii_uppercase().as_bytes()).ok().filter(|b| b.len() == 20)
}

fn place_of(keys: &Keyring, token: &str) -> Option<[u8; 32]> {
    Some(keys.token().hmac(label::SIGN_IN_LINK, &[&token_bytes(token)?]))
}

/// The seal of the body is bound to the link it belongs to.
fn record(place: &[u8; 32]) -> Uuid {
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&place[..16]);
    Uuid::from_bytes(bytes)
}
