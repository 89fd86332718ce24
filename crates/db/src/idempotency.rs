//! Replayed requests: one effect, the same answer. The record is written in the same transaction as
//! the effect, sealed, and names neither the caller nor the request.

use crate::{DbError, Keyring, Tx, execute, fetch_optional, later, stmt};
use domain::{Ambient, CaseId};
use seal::{DataKey, field};
use uuid::Uuid;

/// What identifies one request of one caller.
#[derive(Debug, Clone)]
pub struct Request {
    place: [u8; 32],
    digest: [u8; 32],
}

impl Request {
    /// `caller` keeps two people with the same key apart; `route` two doors; `body` is everything
    /// that decides the effect.
    pub fn new(keys: &Keyring, key: &str, caller: &str, route: &str, body: &[u8]) -> Self {
        let place = keys.token().hmac("idempotency/place", &[key.as_bytes(), caller.as_bytes(), route.as_bytes()]);
        let digest = keys.token().hmac("idempotency/digest", &[&place, body]);
        Self { place, digest }
    }

    /// 32 bytes that only this request of this caller gives: return codes are derived from it, so
    /// that a replay shows the same code without its having been stored.
    pub fn digest(&self) -> &[u8; 32] {
        &self.digest
    }
}

/// What a key was used for before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Earlier {
    /// Not used: go on, then call [`keep`] in the same write.
    No,
    /// The same request: answer with this.
    Same(Vec<u8>),
    /// Another request under the same key: refuse (409).
    Other,
}

/// Claims the key. On PostgreSQL a second request waits here until the first has committed.
pub async fn claim(tx: &mut Tx, keys: &Keyring, ambient: &Ambient, request: &Request) -> Result<Earlier, DbError> {
    let claimed = execute!(
        tx,
        stmt!(
            "INSERT INTO idempotency (key, digest, reply, created_at) VALUES ($1, $2, $3, $4)
             ON CONFLICT (key) DO NOTHING"
        ),
        request.place.to_vec(),
        request.digest.to_vec(),
        Vec::<u8>::new(),
        ambient.now().micros()
    )?;
    if claimed == 1 {
        return Ok(Earlier::No);
    }
    let row = fetch_optional!(
        tx,
        (Vec<u8>, Option<Uuid>, Vec<u8>),
        stmt!("SELECT digest, case_id, reply FROM idempotency WHERE key = $1"),
        request.place.to_vec()
    )?;
    let Some((digest, case, reply)) = row else { return Ok(Earlier::Other) };
    if digest != request.digest {
        return Ok(Earlier::Other);
    }
    let Some(key) = keys.of(tx, case.map(CaseId::from_uuid)).await? else { return Err(DbError::Erased) };
    Ok(Earlier::Same(key.open(field::IDEMPOTENCY_REPLY, record(request), 0, &reply)?.to_vec()))
}

/// Whether the key was used, for whatever request.
pub async fn used(tx: &mut Tx, request: &Request) -> Result<bool, DbError> {
    let row = fetch_optional!(
        tx,
        (i64,),
        stmt!("SELECT created_at FROM idempotency WHERE key = $1"),
        request.place.to_vec()
    )?;
    Ok(row.is_some())
}

/// Claims the key and stores the answer beside its effect, both at the end of the action: for a request
/// that nearly always comes once. A key that is already there undoes the action, and [`claim`] in a write of
/// its own says what it was used for.
pub async fn claim_kept(
    tx: &mut Tx,
    ambient: &Ambient,
    request: &Request,
    ((case, key), reply): ((CaseId, &DataKey), &[u8]),
) -> Result<(), DbError> {
    let sealed = key.seal(field::IDEMPOTENCY_REPLY, record(request), 0, reply, ambient.random.as_ref());
    later!(
        tx,
        stmt!("INSERT INTO idempotency (key, digest, case_id, reply, created_at) VALUES ($1, $2, $3, $4, $5)"),
        request.place.to_vec(),
        request.digest.to_vec(),
        case.uuid(),
        sealed,
        ambient.now().micros()
    )
}

/// Stores the answer beside its effect, sealed under the key of the case it made, if it made one.
pub async fn keep(
    tx: &mut Tx,
    keys: &Keyring,
    ambient: &Ambient,
    request: &Request,
    (case, reply): (Option<(CaseId, &DataKey)>, &[u8]),
) -> Result<(), DbError> {
    let key = case.map_or(keys.house().as_ref(), |(_, key)| key);
    let sealed = key.seal(field::IDEMPOTENCY_REPLY, record(request), 0, reply, ambient.random.as_ref());
    later!(
        tx,
        stmt!("UPDATE idempotency SET case_id = $1, reply = $2 WHERE key = $3"),
        case.map(|(id, _)| id.uuid()),
        sealed,
        request.place.to_vec()
    )
}

/// Forgets keys older than `before`, microseconds.
pub async fn forget(tx: &mut Tx, before: i64) -> Result<u64, DbError> {
    execute!(tx, stmt!("DELETE FROM idempotency WHERE created_at < $1"), before)
}

/// The seal is bound to the request it answers.
fn record(request: &Request) -> Uuid {
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&request.place[..16]);
    Uuid::from_bytes(bytes)
}
