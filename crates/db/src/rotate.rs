//! Rotation of the master key, online: every wrapped key is wrapped again, in small writes of their own,
//! so that a stop in between loses nothing. Open the store with the new key as current and the old one
//! beside it, rotate, then take the old one away.
//!
//! Not reached by it: key files of earlier backups, which the old master key still opens, and the copy
//! of the master key for the recovery words, which must be sealed again.

use crate::{Db, DbError, Tx, event, execute, fetch_one, fetch_optional, stmt};
use domain::{Span, Ts};
use seal::MasterId;
use serde_json::json;

/// Keys rewrapped in one write.
pub const BATCH: i64 = 256;

/// After how long in use a master key is old: what docs/security-rules.md says of it.
pub const MASTER_LIFE: Span = Span::from_days(366);
/// Where the store notes since when the master key is in use.
const SINCE: &str = "master key in use since";

/// What a rotation did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rotated {
    /// Keys that were wrapped again.
    pub keys: u64,
    /// The master key that wraps all of them now.
    pub master: MasterId,
}

/// Rewraps one batch; gives how many keys were done and how many are still under an older master key.
/// The write that leaves none also holds the event `master_key_rotated`, so that no stop comes between.
pub async fn step(db: &Db, batch: i64) -> Result<(u64, u64), DbError> {
    let store = db.clone();
    db.write(move |tx| {
        Box::pin(async move {
            let (keys, ambient) = (store.keys(), store.ambient());
            let done = keys.rewrap(tx, batch).await? as u64;
            let left = left_in(tx, keys.master_id()).await?;
            if done > 0 && left == 0 {
                let data = json!({ "master": keys.master_id().to_string() });
                event::append_house(tx, keys, ambient, "master_key_rotated", None, data).await?;
                let now = ambient.now().micros().to_be_bytes().to_vec();
                execute!(
                    tx,
                    stmt!(
                        "INSERT INTO meta (name, value) VALUES ($1, $2)
                         ON CONFLICT (name) DO UPDATE SET value = excluded.value"
                    ),
                    SINCE,
                    now
                )?;
            }
            Ok((done, left))
        })
    })
    .await
}

/// Rewraps all keys; to be called again after a stop. `told` hears after each batch how many keys were
/// done in it and how many are left.
pub async fn rotate(db: &Db, mut told: impl FnMut(u64, u64) + Send) -> Result<Rotated, DbError> {
    let mut keys = 0;
    loop {
        let (done, left) = step(db, BATCH).await?;
        keys += done;
        told(done, left);
        if left == 0 {
            return Ok(Rotated { keys, master: db.keys().master_id() });
        }
    }
}

/// Since when the master key is in use: the end of the last rotation, or when the store was made. None before there are keys.
pub async fn since(tx: &mut Tx) -> Result<Option<Ts>, DbError> {
    let noted = fetch_optional!(tx, (Vec<u8>,), stmt!("SELECT value FROM meta WHERE name = $1"), SINCE)?;
    let noted = noted.and_then(|(bytes,)| bytes.try_into().ok()).map(i64::from_be_bytes);
    let since = noted.map(Ts::from_micros);
    if since.is_some() { Ok(since) } else { made(tx).await }
}

/// When the store was made: its first key is as old. Ids of keys rise with time, so that no other key is read for it.
pub(crate) async fn made(tx: &mut Tx) -> Result<Option<Ts>, DbError> {
    let first = fetch_optional!(tx, (i64,), stmt!("SELECT created_at FROM keys ORDER BY id LIMIT 1"))?;
    Ok(first.map(|(at,)| Ts::from_micros(at)))
}

/// Keys that an older master key still wraps.
pub async fn left(db: &Db) -> Result<u64, DbError> {
    left_in(&mut db.read().await?, db.keys().master_id()).await
}

async fn left_in(tx: &mut Tx, current: MasterId) -> Result<u64, DbError> {
    let (count,) = fetch_one!(tx, (i64,), stmt!("SELECT COUNT(*) FROM keys WHERE master <> $1"), current.0.to_vec())?;
    Ok(u64::try_from(count).unwrap_or_default())
}
