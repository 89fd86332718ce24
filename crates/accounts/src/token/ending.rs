//! Tokens whose end is near: a program that is not looked after stops on that day.

use db::{DbError, Tx, fetch_all, stmt};
use domain::{PersonId, Span, Ts};
use uuid::Uuid;

/// How long before its end somebody hears of a token that was made for longer.
pub const ENDS_SOON: Span = Span::from_days(7);
/// Tokens that are looked at in one go; the others follow when these are told.
const MOST: i64 = 500;

/// A token that ends soon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ending {
    /// Its public id.
    pub id: Uuid,
    /// Whose it is.
    pub person: PersonId,
    /// When it ends.
    pub at: Ts,
}

/// Tokens of people who are here that end within [`ENDS_SOON`], the nearest first. Those that were made for no longer
/// than that are left out: their person knows.
pub async fn ending(tx: &mut Tx, now: Ts) -> Result<Vec<Ending>, DbError> {
    let rows = fetch_all!(
        tx,
        (Uuid, Uuid, i64),
        stmt!(
            "SELECT t.public_id, t.person, t.expires_at FROM tokens t JOIN people p ON p.id = t.person
             WHERE t.revoked_at IS NULL AND t.expires_at > $1 AND t.expires_at <= $2
               AND t.created_at < t.expires_at - $3 AND p.state = 'active'
             ORDER BY t.expires_at, t.public_id LIMIT $4"
        ),
        now.micros(),
        now.plus(ENDS_SOON).micros(),
        ENDS_SOON.micros(),
        MOST
    )?;
    let read = |(id, person, at)| Ending { id, person: PersonId::from_uuid(person), at: Ts::from_micros(at) };
    Ok(rows.into_iter().map(read).collect())
}
