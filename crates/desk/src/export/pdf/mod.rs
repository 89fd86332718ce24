//! A case as a printed dossier. What it says is the same as the document's; what a print cannot hold (letters of
//! other scripts, very long words, more than it has room for) is said on the page, and the document has it.
//!
//! One is printed at a time: its pages are in memory until the last is drawn.

mod cover;
mod dossier;
mod draw;
mod face;
mod paper;
mod tags;
mod text;

use super::error::ExportError;
use super::order::{AT_ONCE, Job};
use dossier::Dossier;
use tokio::sync::Semaphore;

/// Events that are printed.
const EVENTS: usize = 20_000;

static TURN: Semaphore = Semaphore::const_new(1);

/// The whole file.
pub(super) async fn printed(job: &Job) -> Result<Vec<u8>, ExportError> {
    let _turn = TURN.acquire().await.map_err(|error| ExportError::Print(error.to_string()))?;
    let mut dossier = Dossier::new(&job.cover, &serde_json::to_value(&job.sealed.seal)?);
    for some in job.list[..job.list.len().min(EVENTS)].chunks(AT_ONCE) {
        let (some, entries) = (some.to_vec(), job.entries(some).await?);
        dossier = aside(move || {
            some.iter().zip(&entries).for_each(|(listed, entry)| dossier.event(entry, listed.commitment()));
            dossier
        })
        .await?;
    }
    let left = job.list.len().saturating_sub(EVENTS);
    let heads: Vec<String> = job.sealed.checkpoints.iter().map(|head| head.checkpoint.clone()).collect();
    aside(move || dossier.finish(left, &heads)).await?.map_err(ExportError::Print)
}

/// Off the threads that answer others.
async fn aside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, ExportError> {
    tokio::task::spawn_blocking(work).await.map_err(|error| ExportError::Print(error.to_string()))
}
