//! Removing what was never sent: drafts whose day is over, and blobs that no row names.

use super::IntakeError;
use super::draft::drop_blob;
use db::blob::Blobs;
use db::{Db, DbError, KeyKind, Tx, execute, fetch_all, stmt};
use domain::Span;
use std::time::Duration;
use uuid::Uuid;

/// Drafts removed in one write.
const AT_ONCE: i64 = 200;
/// Looking through every blob is work: once in so many rounds.
const ORPHANS_EVERY: u64 = 36;
/// Uploads and blobs younger than this may still get their row.
const PATIENCE: Span = Span::from_hours(24);
/// How long the same key gives the same answer.
const KEYS_LAST: Span = Span::from_days(30);

/// What a sweep removed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Swept {
    /// Drafts whose day was over.
    pub drafts: u64,
    /// Their files, and blobs that no row named.
    pub blobs: u64,
}

/// Sweeps every `every`, for as long as the process runs. A round that fails is logged; the next one
/// does its work.
pub fn start_sweeper(db: Db, blobs: Blobs, every: Duration) -> tokio::task::JoinHandle<()> {
    tokio::spawn(async move {
        for round in 0_u64.. {
            match sweep(&db, &blobs, round % ORPHANS_EVERY == 0).await {
                Ok(swept) if swept == Swept::default() => {}
                Ok(swept) => tracing::info!(drafts = swept.drafts, blobs = swept.blobs, "swept"),
                Err(error) => tracing::warn!(%error, "the sweep failed"),
            }
            tokio::time::sleep(every).await;
        }
    })
}

/// Removes expired drafts and abandoned uploads; with `orphans` also every blob older than a day that
/// no row names. Safe to repeat after a crash anywhere.
pub async fn sweep(db: &Db, blobs: &Blobs, orphans: bool) -> Result<Swept, IntakeError> {
    let now = db.ambient().now();
    let mut swept = Swept::default();
    loop {
        let store = db.clone();
        let (gone, names) = db.write(move |tx| Box::pin(async move { expire(tx, &store).await })).await?;
        for name in &names {
            drop_blob(blobs, name).await;
        }
        swept.drafts += gone;
        swept.blobs += names.len() as u64;
        if gone == 0 {
            break;
        }
    }
    let before = now.minus(KEYS_LAST).micros();
    db.write(move |tx| {
        Box::pin(async move {
            desk::bulk::forget(tx, now).await?;
            desk::alert::forget_closed(tx, now).await?;
            desk::engine::forget_held(tx, now).await?;
            db::idempotency::forget(tx, before).await
        })
    })
    .await?;
    swept.blobs += blobs.sweep(now.minus(PATIENCE)).await.map_err(DbError::from)?;
    if orphans {
        swept.blobs += db::sweep::orphans(db, blobs, now.minus(PATIENCE)).await?;
    }
    Ok(swept)
}

/// Removes some expired drafts with the rows of their files and their keys; gives how many and the
/// names of the blobs.
async fn expire(tx: &mut Tx, db: &Db) -> Result<(u64, Vec<String>), IntakeError> {
    let now = db.ambient().now().micros();
    let drafts = fetch_all!(
        tx,
        (Uuid,),
        stmt!("SELECT id FROM drafts WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2"),
        now,
        AT_ONCE
    )?;
    let (mut gone, mut names) = (0, Vec::new());
    for (draft,) in drafts {
        // On PostgreSQL a report may take the draft over in between.
        let removed = execute!(tx, stmt!("DELETE FROM drafts WHERE id = $1 AND expires_at <= $2"), draft, now)?;
        if removed != 1 {
            continue;
        }
        gone += 1;
        let rows = fetch_all!(tx, (String,), stmt!("SELECT blob FROM attachments WHERE owner = $1"), draft)?;
        names.extend(rows.into_iter().map(|(blob,)| blob));
        execute!(tx, stmt!("DELETE FROM attachments WHERE owner = $1"), draft)?;
        execute!(tx, stmt!("DELETE FROM keys WHERE kind = $1 AND owner = $2"), KeyKind::Case.as_i64(), draft)?;
    }
    Ok((gone, names))
}
