//! API tokens: made by a person for a program, with fewer rights than the person, for a limited time.

mod ending;
mod everybody;
mod format;
mod mask;
pub(crate) mod words;

pub use ending::{ENDS_SOON, Ending, ending};
pub use everybody::{PAGE, everybody, owner_of};
pub use format::looks_like_token;
pub use mask::{mask_of, permissions_of};

use crate::AccountError;
use crate::person::grants_of;
use db::{DataKey, Db, Tx, event, execute, fetch_all, fetch_optional, stmt};
use domain::{Actor, Permission, PersonId, Span, Ts};
use seal::{field, label};
use serde_json::json;
use uuid::Uuid;

/// Longest life of a token.
pub const TOKEN_LIFE_MAX: Span = Span::from_days(366);
/// `used_at` is written at most this often.
const USED_EVERY: Span = Span::from_minutes(1);
/// Tokens one person may have at the same time.
const MOST: usize = 50;

/// A token that was just made: the only place where it is in clear.
#[derive(Clone)]
pub struct NewToken {
    /// What the token is called on pages.
    pub id: Uuid,
    /// `lwd_…`, to be shown once.
    pub text: String,
}

/// A token as its owner sees it.
#[derive(Debug, Clone)]
pub struct TokenInfo {
    /// Its public id.
    pub id: Uuid,
    /// What its person calls it.
    pub label: String,
    /// What it may be used for.
    pub permissions: Vec<Permission>,
    /// When it was made.
    pub created_at: Ts,
    /// When it ends.
    pub expires_at: Ts,
    /// When it was last used, to the minute.
    pub used_at: Option<Ts>,
}

/// A token about to be made.
#[derive(Debug, Clone)]
pub struct TokenWish {
    /// What to call it, 1 to 100 characters.
    pub label: String,
    /// What it may be used for; only what the person may do somewhere is given.
    pub permissions: Vec<Permission>,
    /// How long it is good for, at most [`TOKEN_LIFE_MAX`].
    pub life: Span,
}

/// Makes a token for a person who has just proved themselves.
pub async fn create(tx: &mut Tx, db: &Db, person: PersonId, wish: TokenWish) -> Result<NewToken, AccountError> {
    check(&wish)?;
    let label_text = checked_label(&wish)?;
    let held = grants_of(tx, person).await?;
    if wish.permissions.iter().any(|p| !held.iter().any(|g| g.holds(*p))) {
        return Err(no_permission());
    }
    if list(tx, db, person).await?.len() >= MOST {
        return Err(AccountError::invalid("label", "You have 50 tokens. Revoke one that is not used."));
    }
    let (ambient, now) = (db.ambient(), db.ambient().now());
    let bytes: [u8; 32] = ambient.bytes();
    let id: domain::SessionId = ambient.id();
    let id = id.uuid();
    let Some(key) = db.keys().person(tx, person).await? else { return Err(AccountError::NotFound) };
    execute!(
        tx,
        stmt!(
            "INSERT INTO tokens (id, public_id, person, mask, label, created_at, expires_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7)"
        ),
        db.keys().token().hmac(label::API_TOKEN, &[&bytes]).to_vec(),
        id,
        person.uuid(),
        mask_of(&wish.permissions),
        key.seal(field::TOKEN_LABEL, id, 0, label_text.as_bytes(), ambient.random.as_ref()),
        now.micros(),
        now.plus(wish.life).micros()
    )?;
    let words: Vec<_> = wish.permissions.iter().map(|p| p.as_str()).collect();
    let data = json!({ "person": person.to_string(), "token": id.to_string(), "permissions": words });
    event::append_house(tx, db.keys(), ambient, "token_made", Some(person.uuid()), data).await?;
    Ok(NewToken { id, text: format::write(&bytes) })
}

fn no_permission() -> AccountError {
    AccountError::invalid("permissions", "Choose at least one thing that you may do yourself.")
}

/// What can be said of a wish before its person has proved themselves.
pub(crate) fn check(wish: &TokenWish) -> Result<(), AccountError> {
    checked_label(wish)?;
    if wish.permissions.is_empty() { Err(no_permission()) } else { Ok(()) }
}

fn checked_label(wish: &TokenWish) -> Result<String, AccountError> {
    let label = wish.label.trim();
    if label.is_empty() || label.chars().count() > 100 || label.chars().any(char::is_control) {
        return Err(AccountError::invalid("label", "Say in at most 100 characters what will use this token."));
    }
    if wish.life.micros() <= 0 || wish.life > TOKEN_LIFE_MAX {
        return Err(AccountError::invalid("days", "A token is good for 1 to 366 days."));
    }
    Ok(label.to_owned())
}

#[derive(sqlx::FromRow)]
struct Row {
    person: Uuid,
    public_id: Uuid,
    mask: i64,
    label: Vec<u8>,
    created_at: i64,
    expires_at: i64,
    used_at: Option<i64>,
}

impl Row {
    /// With its label, by the key of whoever made it.
    fn open(self, key: &DataKey) -> Result<TokenInfo, AccountError> {
        let label = key.open(field::TOKEN_LABEL, self.public_id, 0, &self.label).map_err(db::DbError::from)?;
        Ok(TokenInfo {
            id: self.public_id,
            label: String::from_utf8_lossy(&label).into_owned(),
            permissions: permissions_of(self.mask),
            created_at: Ts::from_micros(self.created_at),
            expires_at: Ts::from_micros(self.expires_at),
            used_at: self.used_at.map(Ts::from_micros),
        })
    }
}

/// The tokens of a person that are good now, newest first.
pub async fn list(tx: &mut Tx, db: &Db, person: PersonId) -> Result<Vec<TokenInfo>, AccountError> {
    let rows = fetch_all!(
        tx,
        Row,
        stmt!(
            "SELECT person, public_id, mask, label, created_at, expires_at, used_at FROM tokens
             WHERE person = $1 AND revoked_at IS NULL AND expires_at > $2 ORDER BY created_at DESC, public_id LIMIT 100"
        ),
        person.uuid(),
        db.ambient().now().micros()
    )?;
    let Some(key) = db.keys().person(tx, person).await? else { return Ok(Vec::new()) };
    rows.into_iter().map(|row| row.open(&key)).collect()
}

/// Makes a token useless. `by` may be somebody else, who was checked before.
pub async fn revoke(tx: &mut Tx, db: &Db, person: PersonId, token: Uuid, by: PersonId) -> Result<(), AccountError> {
    let done = execute!(
        tx,
        stmt!("UPDATE tokens SET revoked_at = $1 WHERE public_id = $2 AND person = $3 AND revoked_at IS NULL"),
        db.ambient().now().micros(),
        token,
        person.uuid()
    )?;
    if done == 0 {
        return Err(AccountError::NotFound);
    }
    let data = json!({ "person": person.to_string(), "token": token.to_string() });
    event::append_house(tx, db.keys(), db.ambient(), "token_revoked", Some(by.uuid()), data).await?;
    Ok(())
}

/// Makes every token of a person useless, after a loss: whoever has the lost thing may have made some.
pub(crate) async fn revoke_all(tx: &mut Tx, db: &Db, person: PersonId) -> Result<(), AccountError> {
    let revoked = execute!(
        tx,
        stmt!("UPDATE tokens SET revoked_at = $1 WHERE person = $2 AND revoked_at IS NULL"),
        db.ambient().now().micros(),
        person.uuid()
    )?;
    let data = json!({ "person": person.to_string(), "tokens_revoked": revoked });
    event::append_house(tx, db.keys(), db.ambient(), "tokens_revoked", Some(person.uuid()), data).await?;
    Ok(())
}

/// Who stands behind a token and what it was given, when it is good now.
pub(crate) async fn actor_of(db: &Db, text: &str) -> Result<Option<(Actor, Vec<Permission>)>, AccountError> {
    let Some(bytes) = format::read(text) else { return Ok(None) };
    let place = db.keys().token().hmac(label::API_TOKEN, &[&bytes]).to_vec();
    let now = db.ambient().now();
    let mut tx = db.glance().await?;
    let row = fetch_optional!(
        &mut tx,
        (Uuid, i64, Option<i64>),
        stmt!(
            "SELECT t.person, t.mask, t.used_at FROM tokens t JOIN people p ON p.id = t.person
             WHERE t.id = $1 AND t.revoked_at IS NULL AND t.expires_at > $2 AND p.state = 'active'"
        ),
        place.clone(),
        now.micros()
    )?;
    let Some((person, mask, used_at)) = row else { return Ok(None) };
    let person = PersonId::from_uuid(person);
    let grants = grants_of(&mut tx, person).await?;
    drop(tx);
    note_use(db, place, used_at.map(Ts::from_micros), now).await;
    Ok(Some((Actor::person(person, grants), permissions_of(mask))))
}

async fn note_use(db: &Db, place: Vec<u8>, used_at: Option<Ts>, now: Ts) {
    if used_at.is_some_and(|at| now < at.plus(USED_EVERY)) {
        return;
    }
    let noted: Result<u64, db::DbError> = db
        .write(move |tx| {
            Box::pin(
                async move { execute!(tx, stmt!("UPDATE tokens SET used_at = $1 WHERE id = $2"), now.micros(), place) },
            )
        })
        .await;
    if let Err(error) = noted {
        tracing::warn!(%error, "the use of a token could not be noted");
    }
}
