//! Erasing what a rule in force says, a bounded number at a time.

use super::due::{Due, due};
use super::store;
use super::words::reason;
use crate::engine::EngineError;
use crate::erasing::{self, CaseOrder, ErasingError};
use crate::programmes;
use db::Db;
use db::erase::{EraseError, ErasureList, Order};
use domain::ProgrammeId;
use domain::retention::Rule;
use std::time::Duration;

/// Cases of one programme that go in one round: the rest waits for the next.
const AT_ONCE: usize = 100;

/// Looks every `every`.
pub fn start_keeper(db: Db, list: ErasureList, every: Duration) -> tokio::task::JoinHandle<()> {
    tokio::spawn(async move {
        loop {
            if db.takes_writes() {
                match keep(&db, &list).await {
                    Ok(0) => {}
                    Ok(erased) => tracing::info!(erased, "cases were erased by rule"),
                    Err(error) => tracing::error!(%error, "cases could not be erased by rule"),
                }
            }
            tokio::time::sleep(every).await;
        }
    })
}

/// Erases what rules in force say; gives how many cases went. Doing it again does nothing twice.
pub async fn keep(db: &Db, list: &ErasureList) -> Result<usize, ErasingError> {
    let mut tx = db.read().await?;
    let (_, rules) = store::read(&mut tx, db).await?;
    let now = db.ambient().now();
    let mut wanted: Vec<(ProgrammeId, String, Rule, Vec<Due>)> = Vec::new();
    for (programme, slug) in programmes::all(&mut tx).await? {
        let rule = rules.of(programme);
        if rule.is_in_force(now) {
            let found = due(&mut tx, (programme, &rule), now, AT_ONCE).await?;
            wanted.push((programme, slug, rule, found));
        }
    }
    drop(tx);
    let mut erased = 0;
    for (programme, slug, rule, found) in wanted {
        for one in found {
            // The rule may have been changed since.
            let mut tx = db.read().await?;
            let still = store::read(&mut tx, db).await?.1.of(programme) == rule;
            drop(tx);
            if !still {
                break;
            }
            erased += usize::from(go(db, list, (&slug, one)).await?);
        }
    }
    Ok(erased)
}

/// Erases one case unless something happened to it meanwhile.
async fn go(db: &Db, list: &ErasureList, (slug, due): (&str, Due)) -> Result<bool, ErasingError> {
    let order = Order { by: None, reason: reason(slug, due.because) };
    let wanted = CaseOrder { case: due.id, seen: Some(due.version), quiet_since: Some(due.changed), order };
    match erasing::case(db, list, wanted).await {
        Ok(()) => Ok(true),
        Err(
            ErasingError::Engine(EngineError::Stale { .. } | EngineError::NotFound)
            | ErasingError::Erase(EraseError::Held { .. } | EraseError::Already | EraseError::NotFound),
        ) => Ok(false),
        Err(other) => Err(other),
    }
}
