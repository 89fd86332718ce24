//! After an erasure: remove what is left of it on the disk, and only then report it as done.
//!
//! On SQLite freed pages are overwritten as they are freed (`secure_delete`); the sweep folds the
//! write-ahead log into the file, empties it and compacts the file. On PostgreSQL the keys' table is
//! rewritten and dead rows of the others are vacuumed. What neither can reach: archived WAL, replicas,
//! snapshots of the disk, and backups taken before; those end with their own retention.

use crate::blob::{BlobName, Blobs};
use crate::erase::{ErasureList, Kind, SWEEP};
use crate::jobs::Handler;
use crate::{Db, DbError, execute, fetch_all, fetch_one, stmt};
use domain::Ts;
use futures::TryStreamExt;
use seal::field;
use std::sync::Arc;
use uuid::Uuid;

/// What a sweep did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Swept {
    /// Erasures that are done now.
    pub erasures: u64,
    /// Blobs that were deleted.
    pub blobs: u64,
}

/// Does the jobs that erasures leave behind. One run serves all that wait; the others find nothing to do.
pub fn handler(blobs: Blobs, list: ErasureList) -> Handler {
    Arc::new(move |db, _job| {
        let (blobs, list) = (blobs.clone(), list.clone());
        Box::pin(async move { sweep(&db, &blobs, &list).await.map(|_| ()) })
    })
}

/// Sweeps every erasure that waits. Safe to repeat after a crash anywhere.
pub async fn sweep(db: &Db, blobs: &Blobs, list: &ErasureList) -> Result<Swept, DbError> {
    list.mirror(db).await?;
    let mut tx = db.read().await?;
    let waiting = fetch_all!(
        &mut tx,
        (Uuid, String, Uuid),
        stmt!("SELECT id, kind, subject FROM erasures WHERE swept_at IS NULL ORDER BY id LIMIT 10000")
    )?;
    drop(tx);
    if waiting.is_empty() {
        return Ok(Swept::default());
    }
    for (_, kind, subject) in &waiting {
        if let Some(kind) = Kind::parse(kind) {
            db.keys().forget(kind.key(), *subject);
        }
    }
    let deleted = delete_blobs(db, blobs).await?;
    db.engine().compact().await?;
    let (now, erasures) = (db.ambient().now().micros(), waiting.len() as u64);
    db.write(move |tx| {
        Box::pin(async move {
            for (id, _, _) in waiting {
                execute!(tx, stmt!("UPDATE erasures SET swept_at = $1 WHERE id = $2"), now, id)?;
            }
            Ok::<_, DbError>(())
        })
    })
    .await?;
    Ok(Swept { erasures, blobs: deleted })
}

/// Deletes blobs that no attachment names and that were stored before `before`: left behind by uploads
/// whose row was never written. Give `before` a day, so that an upload under way is not touched.
pub async fn orphans(db: &Db, blobs: &Blobs, before: Ts) -> Result<u64, DbError> {
    let mut listed = blobs.list();
    let mut deleted = 0;
    while let Some(found) = listed.try_next().await? {
        if found.modified < before && !is_named(db, &found.blob.to_string()).await? {
            blobs.delete(found.blob).await?;
            deleted += 1;
        }
    }
    Ok(deleted)
}

/// Deletes the blobs that the waiting jobs name.
async fn delete_blobs(db: &Db, blobs: &Blobs) -> Result<u64, DbError> {
    let mut tx = db.read().await?;
    let jobs = fetch_all!(
        &mut tx,
        (Uuid, Vec<u8>),
        stmt!("SELECT id, payload FROM jobs WHERE kind = $1 ORDER BY id LIMIT 10000"),
        SWEEP
    )?;
    drop(tx);
    let mut deleted = 0;
    for (id, payload) in jobs {
        let plain = db.keys().house().open(field::JOB_PAYLOAD, id, 0, &payload)?;
        for name in names(&plain).ok_or_else(|| DbError::Inconsistent(format!("job {id} names no blobs")))? {
            if !is_named(db, &name.to_string()).await? {
                blobs.delete(name).await?;
                deleted += 1;
            }
        }
    }
    Ok(deleted)
}

fn names(payload: &[u8]) -> Option<Vec<BlobName>> {
    let payload: serde_json::Value = serde_json::from_slice(payload).ok()?;
    payload.get("blobs")?.as_array()?.iter().map(|name| name.as_str()?.parse().ok()).collect()
}

async fn is_named(db: &Db, blob: &str) -> Result<bool, DbError> {
    let mut tx = db.read().await?;
    let (rows,) = fetch_one!(&mut tx, (i64,), stmt!("SELECT COUNT(*) FROM attachments WHERE blob = $1"), blob)?;
    Ok(rows > 0)
}
