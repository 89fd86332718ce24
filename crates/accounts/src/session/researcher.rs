//! Sessions of researchers: a kind of their own, opened by a link by mail. Each sees those of their account and
//! can end them.

use super::{NewSession, Opening, REPORTER_IDLE, REPORTER_LIFE, SessionInfo, open, outside, running};
use crate::AccountError;
use db::{Db, Tx, execute, fetch_optional, stmt};
use domain::{PersonId, SessionId, Ts};
use uuid::Uuid;
use web::STEP_UP_LASTS;

/// Opens a session for whoever has just spent a link. Callers spend one in the same write.
pub(crate) async fn open_researcher_session(
    tx: &mut Tx,
    db: &Db,
    person: PersonId,
) -> Result<NewSession, AccountError> {
    let opening = Opening { researcher: Some(person.uuid()), ..Opening::of("researcher", REPORTER_LIFE) };
    open(tx, db, opening).await
}

/// The account and session of a cookie, when it still runs.
pub(crate) async fn researcher_of(db: &Db, token: &str) -> Result<Option<(PersonId, SessionId)>, AccountError> {
    let statement = stmt!(
        "SELECT s.public_id, s.researcher, s.seen_at FROM sessions s JOIN researchers r ON r.id = s.researcher
         WHERE s.id = $1 AND s.kind = 'researcher' AND r.state = 'active' AND s.expires_at > $2 AND s.seen_at > $3"
    );
    Ok(outside(db, token, statement).await?.map(|(person, session)| (PersonId::from_uuid(person), session)))
}

/// The running sessions of an account, newest first.
pub async fn list_of_researcher(tx: &mut Tx, person: PersonId, now: Ts) -> Result<Vec<SessionInfo>, AccountError> {
    let statement = stmt!(
        "SELECT public_id, created_at, seen_at, expires_at FROM sessions
         WHERE researcher = $1 AND expires_at > $2 AND seen_at > $3 ORDER BY seen_at DESC, public_id LIMIT 100"
    );
    running(tx, statement, (person, REPORTER_IDLE), now).await
}

/// Whether a session began so lately that its link still proves who it is.
pub async fn is_fresh(tx: &mut Tx, (person, session): (PersonId, SessionId), now: Ts) -> Result<bool, AccountError> {
    let row = fetch_optional!(
        tx,
        (Uuid,),
        stmt!("SELECT public_id FROM sessions WHERE researcher = $1 AND public_id = $2 AND created_at > $3"),
        person.uuid(),
        session.uuid(),
        now.minus(STEP_UP_LASTS).micros()
    )?;
    Ok(row.is_some())
}

/// Ends one session of an account.
pub async fn end_of_researcher(tx: &mut Tx, person: PersonId, id: SessionId) -> Result<(), AccountError> {
    let statement = stmt!("DELETE FROM sessions WHERE researcher = $1 AND public_id = $2");
    let ended = execute!(tx, statement, person.uuid(), id.uuid())?;
    if ended == 0 { Err(AccountError::NotFound) } else { Ok(()) }
}

/// Ends every session of an account; gives how many.
pub(crate) async fn end_all_of_researcher(tx: &mut Tx, person: PersonId) -> Result<u64, AccountError> {
    Ok(execute!(tx, stmt!("DELETE FROM sessions WHERE researcher = $1"), person.uuid())?)
}

/// Ends every session of an account but one.
pub async fn end_others_of_researcher(tx: &mut Tx, person: PersonId, kept: SessionId) -> Result<u64, AccountError> {
    let statement = stmt!("DELETE FROM sessions WHERE researcher = $1 AND public_id <> $2");
    Ok(execute!(tx, statement, person.uuid(), kept.uuid())?)
}
