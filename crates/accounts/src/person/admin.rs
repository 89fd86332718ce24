//! Shutting people out and letting them in again.

use super::PersonState;
use super::grants::keep_an_owner_without;
use super::keepers::look_again;
use crate::{AccountError, link, session};
use db::{Db, Tx, event, execute, fetch_optional, stmt};
use domain::PersonId;
use serde_json::json;

/// Shuts a person out: no sign-in, no session, no token, no link. Their grants stay for [`enable`].
pub async fn disable(tx: &mut Tx, db: &Db, person: PersonId, by: Option<PersonId>) -> Result<(), AccountError> {
    keep_an_owner_without(tx, person).await?;
    let now = db.ambient().now().micros();
    let done = execute!(
        tx,
        stmt!(
            "UPDATE people SET state = 'disabled', version = version + 1 WHERE id = $1 AND state IN ('active', 'invited')"
        ),
        person.uuid()
    )?;
    if done == 0 {
        return Err(AccountError::NotFound);
    }
    session::end_all(tx, person).await?;
    execute!(
        tx,
        stmt!("UPDATE tokens SET revoked_at = $1 WHERE person = $2 AND revoked_at IS NULL"),
        now,
        person.uuid()
    )?;
    link::end_all(tx, db, person).await?;
    look_again(tx, db, person).await?;
    record(tx, db, "person_disabled", person, by).await
}

/// Lets a person sign in again; somebody who never had credentials needs a new link.
pub async fn enable(tx: &mut Tx, db: &Db, person: PersonId, by: Option<PersonId>) -> Result<(), AccountError> {
    let done = execute!(
        tx,
        stmt!(
            "UPDATE people SET state = CASE WHEN password IS NULL THEN 'invited' ELSE 'active' END,
             version = version + 1 WHERE id = $1 AND state = 'disabled'"
        ),
        person.uuid()
    )?;
    if done == 0 {
        return Err(AccountError::NotFound);
    }
    record(tx, db, "person_enabled", person, by).await
}

/// Holds a person until the write ends, and says whether they can sign in: before their links, as everybody who
/// locks both goes.
pub(crate) async fn lock(tx: &mut Tx, person: PersonId) -> Result<Option<PersonState>, AccountError> {
    let row = fetch_optional!(
        tx,
        (String,),
        stmt!(
            sqlite: "SELECT state FROM people WHERE id = $1",
            pg: "SELECT state FROM people WHERE id = $1 FOR NO KEY UPDATE",
        ),
        person.uuid()
    )?;
    Ok(row.map(|(state,)| PersonState::parse(&state)))
}

async fn record(tx: &mut Tx, db: &Db, kind: &str, person: PersonId, by: Option<PersonId>) -> Result<(), AccountError> {
    let data = json!({ "person": person.to_string() });
    event::append_house(tx, db.keys(), db.ambient(), kind, by.map(PersonId::uuid), data).await?;
    Ok(())
}
