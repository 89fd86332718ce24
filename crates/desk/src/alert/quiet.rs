//! Quiet hours of a person, sealed under their key: erased with it.

use crate::engine::EngineError;
use db::{Db, Tx, execute, fetch_optional, field, stmt};
use domain::calendar::Quiet;
use domain::{PersonId, Ts};

/// The quiet hours of a person with their version; 0 where nothing was ever set.
pub(super) async fn read(tx: &mut Tx, db: &Db, person: PersonId) -> Result<(i64, Option<Quiet>), EngineError> {
    let row = fetch_optional!(
        tx,
        (i64, Vec<u8>),
        stmt!("SELECT version, body FROM quiet_hours WHERE person = $1"),
        person.uuid()
    )?;
    let Some((version, body)) = row else { return Ok((0, None)) };
    let Some(key) = db.keys().person(tx, person).await? else { return Ok((0, None)) };
    let column = u32::try_from(version).map_err(EngineError::corrupt)?;
    let plain = key.open(field::QUIET_HOURS, person.uuid(), column, &body).map_err(db::DbError::from)?;
    Ok((version, serde_json::from_slice(&plain).map_err(EngineError::corrupt)?))
}

/// Writes the quiet hours of a person, or none, over those of version `seen`; gives the new version.
pub(super) async fn put(
    tx: &mut Tx,
    db: &Db,
    (person, seen, quiet): (PersonId, i64, Option<&Quiet>),
) -> Result<i64, EngineError> {
    let there = read(tx, db, person).await?.0;
    if there != seen {
        return Err(EngineError::Stale { version: there });
    }
    let key = db.keys().person(tx, person).await?.ok_or(EngineError::NotFound)?;
    let version = seen + 1;
    let column = u32::try_from(version).map_err(EngineError::corrupt)?;
    let plain = serde_json::to_vec(&quiet).map_err(EngineError::corrupt)?;
    let body = key.seal(field::QUIET_HOURS, person.uuid(), column, &plain, db.ambient().random.as_ref());
    let changed = execute!(
        tx,
        stmt!(
            "INSERT INTO quiet_hours (person, version, body) VALUES ($1, $2, $3)
             ON CONFLICT (person) DO UPDATE SET version = excluded.version, body = excluded.body
             WHERE quiet_hours.version = excluded.version - 1"
        ),
        person.uuid(),
        version,
        body
    )?;
    if changed == 1 { Ok(version) } else { Err(EngineError::Stale { version: there }) }
}

/// The first instant from `now` on at which mail does not disturb them.
pub(super) async fn over(tx: &mut Tx, db: &Db, person: PersonId, now: Ts) -> Result<Ts, EngineError> {
    Ok(read(tx, db, person).await?.1.map_or(now, |quiet| quiet.over(now)))
}
