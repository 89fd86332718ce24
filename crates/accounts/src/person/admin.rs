//! Shutting people out and letting them in again.

use super::grants::keep_an_owner_without;
use crate::{AccountError, session};
use db::{Db, Tx, event, execute, stmt};
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
    execute!(tx, stmt!("UPDATE links SET spent_at = $1 WHERE person = $2 AND spent_at IS NULL"), now, person.uuid())?;
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

async fn record(tx: &mut Tx, db: &Db, kind: &str, person: PersonId, by: Option<PersonId>) -> Result<(), AccountError> {
    let data = json!({ "person": person.to_string() });
    event::append_house(tx, db.keys(), db.ambient(), kind, by.map(PersonId::uuid), data).await?;
    Ok(())
}
