//! The scrub: reads everything that is stored and compares it with its hash, because a database does
//! not notice a flipped bit inside a value.

use crate::blob::{BlobError, BlobName, Blobs};
use crate::{Db, DbError, event, fetch_all, log, stmt};
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;
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

    /// What was wrong, one line each. They name ids, no words that people wrote.
    pub fn faults(&self) -> Vec<String> {
        let log = self.log.faults.iter().map(ToString::to_string);
        log.chain(self.damage.iter().map(ToString::to_string)).chain(self.engine.iter().cloned()).collect()
    }
}

/// How fast blobs are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    /// One after the other.
    Full,
    /// After each blob as long a rest as it took, so that at most half of the disk's time is used.
    Gentle,
}

/// Compares every blob that an attachment names with its hash, and every event with the log. Reads page
/// by page, so that no snapshot is held while blobs are read.
pub async fn scrub(db: &Db, blobs: &Blobs, pace: Pace) -> Result<Scrubbed, DbError> {
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
            let begun = tokio::time::Instant::now();
            let found = one(blobs, id, blob).await?;
            if pace == Pace::Gentle {
                tokio::time::sleep(begun.elapsed()).await;
            }
            if let Some(damage) = found {
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

/// Hears of each scrub that ended, with what it found.
pub type Told = Arc<dyn Fn(&Scrubbed) + Send + Sync>;

/// Scrubs gently every `every`, the first time after `first`, for as long as the process runs. Faults go
/// to the log output, line by line, and into an event of the house, which the audit page shows.
pub fn start_scrubber(
    db: Db,
    blobs: Blobs,
    (first, every): (Duration, Duration),
    told: Told,
) -> tokio::task::JoinHandle<()> {
    tokio::spawn(async move {
        let mut pause = first;
        loop {
            tokio::time::sleep(pause).await;
            pause = every;
            match scrub(&db, &blobs, Pace::Gentle).await {
                Ok(seen) => {
                    told(&seen);
                    if let Err(error) = report(&db, &seen).await {
                        tracing::error!(%error, "what the scrub found could not be recorded");
                    }
                }
                Err(error) => tracing::error!(%error, "the scrub could not be done"),
            }
        }
    })
}

/// Says what a scrub found: nothing to say when all was well. The event holds the first hundred faults.
pub async fn report(db: &Db, seen: &Scrubbed) -> Result<(), DbError> {
    let faults = seen.faults();
    if faults.is_empty() {
        tracing::info!(events = seen.log.events, blobs = seen.blobs, "scrubbed: everything is as it was stored");
        return Ok(());
    }
    for fault in &faults {
        tracing::error!(%fault, "the scrub found damage: compare with a backup");
    }
    let data = json!({ "faults": faults.len(), "first": faults.iter().take(100).collect::<Vec<_>>() });
    let store = db.clone();
    db.write(move |tx| {
        Box::pin(async move {
            event::append_house(tx, store.keys(), store.ambient(), "scrub_found_faults", None, data).await.map(|_| ())
        })
    })
    .await
}
