//! The scrub: reads everything that is stored and compares it with its hash, because a database does
//! not notice a flipped bit inside a value.

use crate::blob::{BlobError, BlobName, Blobs};
use crate::{Db, DbError, fetch_all, log, stmt};
use uuid::Uuid;

const PAGE: i64 = 256;

/// An attachment whose blob is not what was stored.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Damage {
    /// The bytes do not hash to the blob's name.
    #[error("attachment {0}: blob {1} was altered")]
    Altered(Uuid, String),
    /// There is no such blob.
    #[error("attachment {0}: blob {1} is missing")]
    Missing(Uuid, String),
    /// The column holds no name of a blob.
    #[error("attachment {0}: {1:?} is no name of a blob")]
    Name(Uuid, String),
}

/// What was compared and what was wrong.
#[derive(Debug, Clone, Default)]
pub struct Scrubbed {
    /// Attachments whose blob was read whole.
    pub blobs: u64,
    /// What was wrong with blobs, at most 1,000.
    pub damage: Vec<Damage>,
    /// What the engine finds wrong with its own pages and references.
    pub engine: Vec<String>,
    /// Events, entries, trees and heads, as [`log::verify`] found them.
    pub log: log::Report,
}

impl Scrubbed {
    /// True when nothing was wrong.
    pub fn is_clean(&self) -> bool {
        self.damage.is_empty() && self.engine.is_empty() && self.log.faults.is_empty()
    }
}

/// Compares every blob that an attachment names with its hash, and every event with the log. Reads page
/// by page, so that no snapshot is held while blobs are read.
pub async fn scrub(db: &Db, blobs: &Blobs) -> Result<Scrubbed, DbError> {
    let mut scrubbed = Scrubbed::default();
    let mut after = Uuid::nil();
    loop {
        let mut tx = db.read().await?;
        let rows = fetch_all!(
            &mut tx,
            (Uuid, String),
            stmt!("SELECT id, blob FROM attachments WHERE id > $1 ORDER BY id LIMIT $2"),
            after,
            PAGE
        )?;
        drop(tx);
        let Some((last, _)) = rows.last() else { break };
        after = *last;
        for (id, blob) in rows {
            if let Some(damage) = one(blobs, id, blob).await? {
                scrubbed.damage.truncate(999);
                scrubbed.damage.push(damage);
            } else {
                scrubbed.blobs += 1;
            }
        }
    }
    scrubbed.engine = db.engine().integrity().await?;
    scrubbed.log = log::verify(db).await?;
    Ok(scrubbed)
}

async fn one(blobs: &Blobs, id: Uuid, blob: String) -> Result<Option<Damage>, DbError> {
    let Ok(name) = blob.parse::<BlobName>() else { return Ok(Some(Damage::Name(id, blob))) };
    match blobs.verify(name).await {
        Ok(()) => Ok(None),
        Err(BlobError::Altered(_)) => Ok(Some(Damage::Altered(id, blob))),
        Err(BlobError::NotFound(_)) => Ok(Some(Damage::Missing(id, blob))),
        Err(e) => Err(e.into()),
    }
}
