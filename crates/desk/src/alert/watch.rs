//! The watch: looks for cases whose instant has come, for as long as the process runs.

use super::raise::raise;
use crate::engine::EngineError;
use crate::letters::Letterhead;
use db::{Db, execute, fetch_all, stmt};
use domain::{CaseId, Span, Ts, Uuid};
use futures::StreamExt;
use std::sync::Arc;
use std::time::Duration;

/// Cases of one look.
const AT_ONCE: i64 = 100;
/// Cases looked at side by side, so that they share a commit.
const SIDE_BY_SIDE: usize = 16;
/// When a case that could not be looked at is tried again.
const AGAIN: Span = Span::from_minutes(10);

/// Looks every `every`, from now on; the first look finds what came about while the desk was not running.
/// Letters are written on `house`, where mail is sent.
pub fn start_watch(db: Db, house: Option<Letterhead>, every: Duration) -> tokio::task::JoinHandle<()> {
    let started = db.ambient().now();
    let house = house.map(Arc::new);
    tokio::spawn(async move {
        loop {
            if db.takes_writes()
                && let Err(error) = watch(&db, (started, house.as_ref())).await
            {
                tracing::warn!(%error, "alerts could not be raised");
            }
            tokio::time::sleep(every).await;
        }
    })
}

/// Raises everything that is due; gives how many cases were looked at. `started` is when the process began:
/// what should have been raised before came about while nobody was there to raise it.
pub async fn watch(db: &Db, (started, house): (Ts, Option<&Arc<Letterhead>>)) -> Result<usize, EngineError> {
    let mut looked = 0;
    loop {
        let now = db.ambient().now();
        let mut tx = db.read().await?;
        let cases = fetch_all!(
            &mut tx,
            (Uuid,),
            stmt!("SELECT id FROM cases WHERE alert_at IS NOT NULL AND alert_at <= $1 ORDER BY alert_at LIMIT $2"),
            now.micros(),
            AT_ONCE
        )?;
        drop(tx);
        if cases.is_empty() {
            return Ok(looked);
        }
        looked += cases.len();
        let looks = cases.into_iter().map(|(case,)| one(db, CaseId::from_uuid(case), (started, now), house));
        let done: Vec<_> = futures::stream::iter(looks).buffered(SIDE_BY_SIDE).collect().await;
        done.into_iter().collect::<Result<(), EngineError>>()?;
    }
}

async fn one(
    db: &Db,
    case: CaseId,
    (started, now): (Ts, Ts),
    house: Option<&Arc<Letterhead>>,
) -> Result<(), EngineError> {
    let (store, house) = (db.clone(), house.cloned());
    let done =
        db.write(move |tx| Box::pin(async move { raise(tx, &store, case, (started, house.as_deref())).await })).await;
    let next = match done {
        Ok(()) => return Ok(()),
        // Gone: there is nothing to look at any more.
        Err(EngineError::NotFound) => None,
        Err(error) => {
            tracing::error!(%case, %error, "no alert could be raised for a case");
            Some(now.plus(AGAIN).micros())
        }
    };
    let later: Result<u64, EngineError> = db
        .write(move |tx| {
            Box::pin(async move {
                // Unless the case has changed since, and with it the instant.
                let put_off = stmt!("UPDATE cases SET alert_at = $1 WHERE id = $2 AND alert_at <= $3");
                Ok(execute!(tx, put_off, next, case.uuid(), now.micros())?)
            })
        })
        .await;
    later.map(|_| ())
}
