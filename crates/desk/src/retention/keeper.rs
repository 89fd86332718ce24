//! Erasing what a rule in force says, a bounded number at a time.

use super::due::{Due, due};
use super::steady::is_steady;
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

/// Looks every `every`, and not at once: a machine that has just started may not have set its clock.
pub fn start_keeper(db: Db, list: ErasureList, every: Duration) -> tokio::task::JoinHandle<()> {
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(every).await;
            if db.takes_writes() {
                match round(&db, &list).await {
                    Ok(0) => {}
                    Ok(erased) => tracing::info!(erased, "cases were erased by rule"),
                    Err(error) => tracing::error!(%error, "cases could not be erased by rule"),
                }
            }
        }
    })
}

async fn round(db: &Db, list: &ErasureList) -> Result<usize, ErasingError> {
    if is_steady(db).await? { keep(db, list).await } else { Ok(0) }
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
            let case = one.id;
            match go(db, list, (&slug, one)).await {
                Ok(went) => erased += usize::from(went),
                // One case that does not open keeps none of those behind it.
                Err(error) if is_of_one_case(&error) => {
                    tracing::error!(%case, %error, "a case could not be erased by rule");
                }
                Err(error) => return Err(error),
            }
        }
    }
    Ok(erased)
}

/// Erases one case unless something happened to it meanwhile.
async fn go(db: &Db, list: &ErasureList, (slug, due): (&str, Due)) -> Result<bool, ErasingError> {
    let order = Order { by: None, reason: reason(slug, due.because) };
    let wanted = CaseOrder { case: due.id, seen: Some(due.version), quiet: Some(due.quiet), order };
    match erasing::case(db, list, wanted).await {
        Ok(()) => Ok(true),
        Err(
            ErasingError::Engine(EngineError::Stale { .. } | EngineError::NotFound)
            | ErasingError::Erase(EraseError::Held { .. } | EraseError::Already | EraseError::NotFound)
            | ErasingError::HeldBeside { .. },
        ) => Ok(false),
        Err(other) => Err(other),
    }
}

fn is_of_one_case(error: &ErasingError) -> bool {
    match error {
        ErasingError::Engine(EngineError::Db(error)) | ErasingError::Erase(EraseError::Db(error)) => {
            error.is_of_a_row()
        }
        _ => true,
    }
}
