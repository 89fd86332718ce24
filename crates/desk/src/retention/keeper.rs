//! Erasing what a rule in force says, a bounded number at a time.

use super::due::{Due, Which, due};
use super::steady::is_steady;
use super::store;
use super::waits::{self, Stays};
use super::words::reason;
use crate::engine::EngineError;
use crate::erasing::{self, CaseOrder, ErasingError};
use crate::programmes;
use db::Db;
use db::erase::{EraseError, ErasureList, Order};
use domain::retention::Rule;
use domain::{CaseId, ProgrammeId};
use std::time::Duration;

/// What is to go of a programme, by its address and its rule.
type Wanted = (ProgrammeId, String, Rule, Vec<Due>);

/// Cases of one programme that go in one round: the rest waits for the next.
const AT_ONCE: usize = 100;
/// Of them, cases that failed before are at least so many, however many others there are.
const AGAIN: usize = 10;

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
    waits::clear(db).await?;
    let mut erased = 0;
    for (programme, slug, rule, found) in wanted(db).await? {
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
                Err(ErasingError::HeldBeside { .. }) => put_off(db, case, Stays::HeldBeside).await?,
                // One case that does not open keeps none of those behind it.
                Err(error) if is_of_one_case(&error) => {
                    tracing::error!(%case, %error, "a case could not be erased by rule");
                    put_off(db, case, Stays::Failed).await?;
                }
                Err(error) => return Err(error),
            }
        }
    }
    Ok(erased)
}

/// By programme, what its rule says now: first what was never tried, then what failed before and has waited.
async fn wanted(db: &Db) -> Result<Vec<Wanted>, EngineError> {
    let mut tx = db.read().await?;
    let (_, rules) = store::read(&mut tx, db).await?;
    let now = db.ambient().now();
    let mut wanted = Vec::new();
    for (programme, slug) in programmes::all(&mut tx).await? {
        let rule = rules.of(programme);
        if rule.is_in_force(now) {
            let mut found = due(&mut tx, (programme, &rule), now, (Which::Fresh, AT_ONCE)).await?;
            let room = (AT_ONCE - found.len()).max(AGAIN);
            found.extend(due(&mut tx, (programme, &rule), now, (Which::Again, room)).await?);
            wanted.push((programme, slug, rule, found));
        }
    }
    Ok(wanted)
}

async fn put_off(db: &Db, case: CaseId, why: Stays) -> Result<(), ErasingError> {
    Ok(waits::put_off(db, case, why).await?)
}

/// Erases one case unless something happened to it meanwhile.
async fn go(db: &Db, list: &ErasureList, (slug, due): (&str, Due)) -> Result<bool, ErasingError> {
    let order = Order { by: None, reason: reason(slug, due.because) };
    let wanted = CaseOrder { case: due.id, seen: Some(due.version), quiet: Some(due.quiet), order };
    match erasing::case(db, list, wanted).await {
        Ok(()) => Ok(true),
        Err(
            ErasingError::Engine(EngineError::Stale { .. } | EngineError::NotFound)
            | ErasingError::Erase(EraseError::Held { .. } | EraseError::Already | EraseError::NotFound),
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
