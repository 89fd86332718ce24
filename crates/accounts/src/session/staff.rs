//! Sessions of the desk's side.

use super::{NewSession, Opening, STAFF_IDLE, STAFF_LIFE, draw, open, place_of, touch};
use crate::AccountError;
use crate::person::grants_of;
use crate::visible;
use db::{Db, List, Tx, event, execute, fetch_optional, stmt};
use domain::{Actor, Permission, PersonId, SessionId, Ts};
use serde_json::json;
use uuid::Uuid;

/// A running staff session with the grants of this moment.
#[derive(Debug, Clone)]
pub(crate) struct StaffSession {
    pub(crate) actor: Actor,
    pub(crate) id: SessionId,
    pub(crate) step_up_at: Option<Ts>,
    pub(crate) unseen: i64,
    pub(crate) keys_off: bool,
}

#[derive(sqlx::FromRow)]
struct Row {
    public_id: Uuid,
    person: Uuid,
    seen_at: i64,
    step_up_at: Option<i64>,
    unseen: i64,
    keys_off: bool,
}

/// Opens a session for somebody who has just shown both factors: that counts as a step-up too.
pub async fn open_staff_session(tx: &mut Tx, db: &Db, person: PersonId) -> Result<NewSession, AccountError> {
    let opening = Opening { person: Some(person.uuid()), step_up: true, ..Opening::of("staff", STAFF_LIFE) };
    let session = open(tx, db, opening).await?;
    let data = json!({ "person": person.to_string(), "session": session.id.to_string() });
    event::append_house(tx, db.keys(), db.ambient(), "signed_in", Some(person.uuid()), data).await?;
    Ok(session)
}

/// The session of a cookie, when it still runs and its person can sign in.
pub(crate) async fn staff_of(db: &Db, token: &str) -> Result<Option<StaffSession>, AccountError> {
    let Some(place) = place_of(db.keys(), token) else { return Ok(None) };
    let now = db.ambient().now();
    let mut tx = db.glance().await?;
    let row = fetch_optional!(
        &mut tx,
        Row,
        stmt!(
            "SELECT s.public_id, s.person, s.seen_at, s.step_up_at,
                    (SELECT COUNT(*) FROM (SELECT 1 FROM alerts a WHERE a.person = s.person AND a.seen_at IS NULL
                                           LIMIT 100) n) AS unseen,
                    EXISTS (SELECT 1 FROM inbox_choices h WHERE h.person = s.person AND h.keys_off) AS keys_off
             FROM sessions s JOIN people p ON p.id = s.person
             WHERE s.id = $1 AND s.kind = 'staff' AND p.state = 'active' AND s.expires_at > $2 AND s.seen_at > $3"
        ),
        place.clone(),
        now.micros(),
        now.minus(STAFF_IDLE).micros()
    )?;
    let Some(row) = row else { return Ok(None) };
    let person = PersonId::from_uuid(row.person);
    let grants = grants_of(&mut tx, person).await?;
    let actor = Actor::person(person, grants);
    let unseen = if row.unseen == 0 { 0 } else { unseen(&mut tx, &actor, person).await? };
    drop(tx);
    touch(db, place, row.seen_at, now).await;
    let step_up_at = row.step_up_at.map(Ts::from_micros);
    let (id, keys_off) = (SessionId::from_uuid(row.public_id), row.keys_off);
    Ok(Some(StaffSession { actor, id, step_up_at, unseen, keys_off }))
}

/// Alerts that this person has not seen and still may, up to 100.
async fn unseen(tx: &mut Tx, actor: &Actor, person: PersonId) -> Result<i64, AccountError> {
    let head = "SELECT a.id FROM alerts a JOIN cases c ON c.id = a.case_id WHERE a.seen_at IS NULL
                  AND c.erased_at IS NULL";
    let list = visible(List::new(head).and("a.person = ?", [person.uuid().into()]), actor, Permission::ReadCases);
    let rows = list.tail("LIMIT ?", [100_i64.into()]).fetch::<(Uuid,)>(tx).await?;
    Ok(i64::try_from(rows.len()).unwrap_or(100))
}

/// Notes that the person has just proved themselves again, and gives the session another cookie value.
pub(crate) async fn renew(tx: &mut Tx, db: &Db, session: SessionId) -> Result<NewSession, AccountError> {
    let (place, token) = draw(db);
    let renewed = execute!(
        tx,
        stmt!("UPDATE sessions SET id = $1, step_up_at = $2 WHERE public_id = $3"),
        place,
        db.ambient().now().micros(),
        session.uuid()
    )?;
    if renewed == 1 { Ok(NewSession { id: session, token }) } else { Err(AccountError::NotFound) }
}
