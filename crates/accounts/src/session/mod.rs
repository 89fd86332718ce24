//! Sessions: an unguessable cookie, stored only as a keyed hash, that ends by itself.
//!
//! Staff sessions end after 30 quiet minutes and after 12 hours; those of reporters after two quiet
//! hours, with a code or an account. Every change of a credential ends all sessions of the person.

mod reporter;
mod researcher;
mod staff;

pub use reporter::{code_index, open_reporter_session};
pub(crate) use reporter::{erased_case_of, reporter_of};
pub(crate) use researcher::{end_all_of_researcher, open_researcher_session, researcher_of};
pub use researcher::{end_of_researcher, end_others_of_researcher, is_fresh, list_of_researcher};
pub use staff::open_staff_session;
pub(crate) use staff::{renew, staff_of};

use crate::AccountError;
use crate::person::{self, PersonState};
use axum::http::HeaderMap;
use data_encoding::BASE64URL_NOPAD;
use db::{Db, Keyring, Stmt, Tx, event, execute, fetch_all, fetch_optional, stmt};
use domain::{PersonId, SessionId, Span, Ts};
use seal::label;
use serde_json::json;
use uuid::Uuid;
use web::App;
use web::cookie::CookieName;

/// Staff: quiet time after which a session ends (ASVS 7.3.1).
pub const STAFF_IDLE: Span = Span::from_minutes(30);
/// Staff: longest life of a session (ASVS 7.3.2).
pub const STAFF_LIFE: Span = Span::from_hours(12);
/// Reporters: quiet time after which a session ends.
pub const REPORTER_IDLE: Span = Span::from_hours(2);
/// Reporters: longest life of a session.
pub const REPORTER_LIFE: Span = Span::from_hours(12);
/// `seen_at` is written at most this often, so that reading pages costs no fsync each.
pub(crate) const SEEN_EVERY: Span = Span::from_minutes(1);

/// A session that was just opened. The token goes into the cookie and is nowhere else.
#[derive(Clone)]
pub struct NewSession {
    /// What the session is called on pages.
    pub id: SessionId,
    /// Cookie value: 256 random bits in base64url.
    pub token: String,
}

impl std::fmt::Debug for NewSession {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewSession").field("id", &self.id).finish_non_exhaustive()
    }
}

/// A running session as its owner sees it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct SessionInfo {
    /// Its public id.
    #[sqlx(rename = "public_id")]
    pub id: Uuid,
    /// When it began, in microseconds.
    pub created_at: i64,
    /// When it was last used, in microseconds, to the minute.
    pub seen_at: i64,
    /// When it ends at the latest, in microseconds.
    pub expires_at: i64,
}

/// The running staff sessions of a person, newest first.
pub async fn list(tx: &mut Tx, person: PersonId, now: Ts) -> Result<Vec<SessionInfo>, AccountError> {
    let statement = stmt!(
        "SELECT public_id, created_at, seen_at, expires_at FROM sessions
         WHERE person = $1 AND expires_at > $2 AND seen_at > $3 ORDER BY seen_at DESC, public_id LIMIT 100"
    );
    running(tx, statement, (person, STAFF_IDLE), now).await
}

/// The running sessions that a statement lists: $1 whose, $2 now, $3 since when they were used.
async fn running(
    tx: &mut Tx,
    statement: Stmt,
    (whose, idle): (PersonId, Span),
    now: Ts,
) -> Result<Vec<SessionInfo>, AccountError> {
    Ok(fetch_all!(tx, SessionInfo, statement, whose.uuid(), now.micros(), now.minus(idle).micros())?)
}

/// Ends one session of a person.
pub async fn end(tx: &mut Tx, person: PersonId, id: SessionId) -> Result<(), AccountError> {
    let ended =
        execute!(tx, stmt!("DELETE FROM sessions WHERE person = $1 AND public_id = $2"), person.uuid(), id.uuid())?;
    if ended == 0 { Err(AccountError::NotFound) } else { Ok(()) }
}

/// That this session of a person was not ended, and that they can sign in, holding them until the write ends: asked by
/// what rests on a proof that was given before the write. [`AccountError::NotFound`] when not.
pub async fn check_runs(tx: &mut Tx, (person, id): (PersonId, SessionId)) -> Result<(), AccountError> {
    let active = person::lock(tx, person).await? == Some(PersonState::Active);
    let row = fetch_optional!(
        tx,
        (Uuid,),
        stmt!("SELECT public_id FROM sessions WHERE person = $1 AND public_id = $2"),
        person.uuid(),
        id.uuid()
    )?;
    if active && row.is_some() { Ok(()) } else { Err(AccountError::NotFound) }
}

/// Ends every session of a person; gives how many.
pub async fn end_all(tx: &mut Tx, person: PersonId) -> Result<u64, AccountError> {
    Ok(execute!(tx, stmt!("DELETE FROM sessions WHERE person = $1"), person.uuid())?)
}

/// Ends every session of a person because `by` asked for it, and records that.
pub async fn end_all_by(tx: &mut Tx, db: &Db, person: PersonId, by: PersonId) -> Result<(), AccountError> {
    let ended = end_all(tx, person).await?;
    let data = json!({ "person": person.to_string(), "sessions_ended": ended });
    event::append_house(tx, db.keys(), db.ambient(), "signed_out_everywhere", Some(by.uuid()), data).await?;
    Ok(())
}

/// Ends the session with this cookie value, of whatever kind; an unknown one is no error.
pub async fn end_by_token(tx: &mut Tx, keys: &Keyring, token: &str) -> Result<(), AccountError> {
    if let Some(place) = place_of(keys, token) {
        execute!(tx, stmt!("DELETE FROM sessions WHERE id = $1"), place)?;
    }
    Ok(())
}

/// Ends the session whose cookie came with a request, if one did: whoever comes in or goes leaves none behind.
pub async fn end_presented(app: &App, headers: &HeaderMap, name: CookieName) -> Result<(), AccountError> {
    let Some(token) = app.cookies().read(headers, name) else { return Ok(()) };
    let db = app.store.clone();
    app.store.write(move |tx| Box::pin(async move { end_by_token(tx, db.keys(), &token).await })).await
}

/// The same where the way in or out stays open whatever happens to the session before, which ends by itself.
pub async fn try_end_presented(app: &App, headers: &HeaderMap, name: CookieName) {
    if let Err(error) = end_presented(app, headers, name).await {
        tracing::warn!(%error, "a session could not be ended");
    }
}

/// Removes sessions, links and tokens that ended; call now and then.
pub async fn sweep(tx: &mut Tx, now: Ts) -> Result<u64, AccountError> {
    let sessions = execute!(
        tx,
        stmt!("DELETE FROM sessions WHERE expires_at < $1 OR seen_at < $2"),
        now.micros(),
        now.minus(REPORTER_IDLE).micros()
    )?;
    let links =
        execute!(tx, stmt!("DELETE FROM links WHERE expires_at < $1"), now.minus(Span::from_days(30)).micros())?;
    let tokens = execute!(
        tx,
        stmt!("DELETE FROM tokens WHERE expires_at < $1 OR revoked_at < $1"),
        now.minus(Span::from_days(30)).micros()
    )?;
    Ok(sessions + links + tokens + crate::researcher::sweep(tx, now).await?)
}

/// Where a session lies: the keyed hash of its cookie value; `None` for what is no cookie of ours.
pub(crate) fn place_of(keys: &Keyring, token: &str) -> Option<Vec<u8>> {
    let bytes = BASE64URL_NOPAD.decode(token.as_bytes()).ok().filter(|b| b.len() == 32)?;
    Some(keys.token().hmac(label::SESSION, &[&bytes]).to_vec())
}

/// Whose session the cookie of somebody outside is, when it still runs. The statement of its kind gives its id, whose it
/// is and when it was used: $1 where it lies, $2 now, $3 since when it must have been used.
async fn outside(db: &Db, token: &str, statement: Stmt) -> Result<Option<(Uuid, SessionId)>, AccountError> {
    let Some(place) = place_of(db.keys(), token) else { return Ok(None) };
    let now = db.ambient().now();
    let mut tx = db.glance().await?;
    let since = now.minus(REPORTER_IDLE).micros();
    let row = fetch_optional!(&mut tx, (Uuid, Uuid, i64), statement, place.clone(), now.micros(), since)?;
    drop(tx);
    let Some((id, whose, seen_at)) = row else { return Ok(None) };
    touch(db, place, seen_at, now).await;
    Ok(Some((whose, SessionId::from_uuid(id))))
}

struct Opening {
    kind: &'static str,
    person: Option<Uuid>,
    case: Option<Uuid>,
    researcher: Option<Uuid>,
    life: Span,
    step_up: bool,
}

impl Opening {
    /// A session of nobody yet.
    const fn of(kind: &'static str, life: Span) -> Self {
        Self { kind, person: None, case: None, researcher: None, life, step_up: false }
    }
}

async fn open(tx: &mut Tx, db: &Db, opening: Opening) -> Result<NewSession, AccountError> {
    let ambient = db.ambient();
    let id: SessionId = ambient.id();
    let (place, token) = draw(db);
    let now = ambient.now();
    execute!(
        tx,
        stmt!(
            "INSERT INTO sessions (id, public_id, kind, person, case_id, researcher, created_at, seen_at, expires_at, step_up_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
        ),
        place,
        id.uuid(),
        opening.kind,
        opening.person,
        opening.case,
        opening.researcher,
        now.micros(),
        now.micros(),
        now.plus(opening.life).micros(),
        opening.step_up.then_some(now.micros())
    )?;
    Ok(NewSession { id, token })
}

/// A new cookie value, and where its session lies.
fn draw(db: &Db) -> (Vec<u8>, String) {
    let bytes: [u8; 32] = db.ambient().bytes();
    (db.keys().token().hmac(label::SESSION, &[&bytes]).to_vec(), BASE64URL_NOPAD.encode(&bytes))
}

/// Notes that a session is in use, at most once a minute.
pub(crate) async fn touch(db: &Db, place: Vec<u8>, seen_at: i64, now: Ts) {
    if now.micros() < Ts::from_micros(seen_at).plus(SEEN_EVERY).micros() {
        return;
    }
    let noted: Result<u64, db::DbError> = db
        .write(move |tx| {
            Box::pin(async move {
                execute!(
                    tx,
                    stmt!("UPDATE sessions SET seen_at = $1 WHERE id = $2 AND seen_at < $1"),
                    now.micros(),
                    place
                )
            })
        })
        .await;
    if let Err(error) = noted {
        // A full disk must not sign everybody out at once.
        tracing::warn!(%error, "the use of a session could not be noted");
    }
}
