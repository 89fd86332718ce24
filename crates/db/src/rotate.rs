//! Rotation of the master key, online: every wrapped key is wrapped again, in small writes of their own,
//! so that a stop in between loses nothing. Open the store with the new key as current and the old one
//! beside it, rotate, then take the old one away.
//!
//! Not reached by it: key files of earlier backups, which the old master key still opens, and the copy
//! of the master key for the recovery words, which must be sealed again.

use crate::{Db, DbError, event, fetch_one, stmt};
use seal::MasterId;
use serde_json::json;

/// Keys rewrapped in one write.
pub const BATCH: i64 = 256;

/// What a rotation did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rotated {
    /// Keys that were wrapped again.
    pub keys: u64,
    /// The master key that wraps all of them now.
    pub master: MasterId,
}

/// Rewraps one batch; gives how many keys are still under an older master key.
pub async fn step(db: &Db, batch: i64) -> Result<(u64, u64), DbError> {
    let store = db.clone();
    let done = db.write(move |tx| Box::pin(async move { store.keys().rewrap(tx, batch).await })).await?;
    Ok((done as u64, left(db).await?))
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
            break;
        }
    }
    let master = db.keys().master_id();
    if keys > 0 {
        let store = db.clone();
        let data = json!({ "master": master.to_string(), "keys": keys });
        db.write(move |tx| {
            Box::pin(async move {
                let (keys, ambient) = (store.keys(), store.ambient());
                event::append_house(tx, keys, ambient, "master_key_rotated", None, data).await
            })
        })
        .await?;
    }
    Ok(Rotated { keys, master })
}

/// Keys that an older master key still wraps.
pub async fn left(db: &Db) -> Result<u64, DbError> {
    let mut tx = db.read().await?;
    let current = db.keys().master_id().0.to_vec();
    let (count,) = fetch_one!(&mut tx, (i64,), stmt!("SELECT COUNT(*) FROM keys WHERE master <> $1"), current)?;
    Ok(u64::try_from(count).unwrap_or_default())
}
