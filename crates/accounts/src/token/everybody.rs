//! The tokens of everybody, for whoever looks after people: what lets programs in, and whose doing it is.

use super::{Row, TokenInfo};
use crate::AccountError;
use db::{Db, Tx, fetch_all, fetch_optional, stmt};
use domain::PersonId;
use uuid::Uuid;

/// Tokens of a page of [`everybody`].
pub const PAGE: usize = 100;

/// The tokens that are good now after the one with the id `after`, oldest first, with who made each, a page; and
/// whether there are more. Those of somebody erased are left out: they open nothing.
pub async fn everybody(
    tx: &mut Tx,
    db: &Db,
    after: Option<Uuid>,
) -> Result<(Vec<(PersonId, TokenInfo)>, bool), AccountError> {
    let mut rows = fetch_all!(
        tx,
        Row,
        stmt!(
            "SELECT person, public_id, mask, label, created_at, expires_at, used_at FROM tokens
             WHERE revoked_at IS NULL AND expires_at > $1 AND public_id > $2 ORDER BY public_id LIMIT $3"
        ),
        db.ambient().now().micros(),
        after.unwrap_or(Uuid::nil()),
        i64::try_from(PAGE + 1).unwrap_or(i64::MAX)
    )?;
    let more = rows.len() > PAGE;
    rows.truncate(PAGE);
    let mut tokens = Vec::with_capacity(rows.len());
    for row in rows {
        let person = PersonId::from_uuid(row.person);
        if let Some(key) = db.keys().person(tx, person).await? {
            tokens.push((person, row.open(&key)?));
        }
    }
    Ok((tokens, more))
}

/// Who made the token with this id, good or not.
pub async fn owner_of(tx: &mut Tx, token: Uuid) -> Result<Option<PersonId>, AccountError> {
    let row = fetch_optional!(tx, (Uuid,), stmt!("SELECT person FROM tokens WHERE public_id = $1"), token)?;
    Ok(row.map(|(person,)| PersonId::from_uuid(person)))
}
