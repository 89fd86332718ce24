//! New terms for cases that are open: the job that computes again when each is due. Bounded: one run takes
//! one stretch of cases, in one write each, and orders the next.

use crate::alert::{first_after, next_look};
use crate::engine::{EngineError, load_for_change};
use db::{Db, DbError, Tx, execute, fetch_all, fetch_one, jobs, stmt};
use domain::{CaseId, ProgrammeId, Span, Ts, Uuid};
use serde_json::json;
use std::sync::Arc;

/// Job that computes again when the cases of a programme are due.
pub const RECOMPUTE_JOB: &str = "clocks.recompute";
/// Cases of one run: some 100 ms of writing.
const AT_ONCE: i64 = 200;

/// How long the first run waits: a case that was being opened by the old terms when they changed is there by then.
pub(crate) const SETTLES: Span = Span::from_seconds(5);

/// Orders the job in the write that makes it necessary.
pub(crate) async fn start(tx: &mut Tx, db: &Db, programme: ProgrammeId) -> Result<(), EngineError> {
    order(tx, db, (programme, None, SETTLES)).await?;
    crate::figures::order(tx, db, programme).await
}

async fn order(
    tx: &mut Tx,
    db: &Db,
    (programme, after, wait): (ProgrammeId, Option<Uuid>, Span),
) -> Result<(), EngineError> {
    let payload = json!({ "after": after.map(|id| id.to_string()) });
    let wanted = (RECOMPUTE_JOB, Some(programme.uuid()), db.ambient().now().plus(wait));
    jobs::enqueue(tx, db.keys().house(), db.ambient(), wanted, &payload).await?;
    Ok(())
}

/// Does the job.
pub fn recompute_jobs() -> jobs::Handler {
    Arc::new(|db, job| {
        Box::pin(async move {
            let Some(programme) = job.subject.map(ProgrammeId::from_uuid) else { return Ok(()) };
            let after = job.payload["after"].as_str().and_then(|id| id.parse::<Uuid>().ok()).unwrap_or(Uuid::nil());
            let store = db.clone();
            let done: Result<(), EngineError> =
                db.write(move |tx| Box::pin(async move { stretch(tx, &store, (programme, after)).await })).await;
            match done {
                Ok(()) => Ok(()),
                Err(EngineError::Db(error)) => Err(error),
                Err(error) => Err(DbError::Inconsistent(error.to_string())),
            }
        })
    })
}

/// The cases after this one whose clocks may still run: those that are open, and those that may be owed a reward.
async fn stretch(tx: &mut Tx, db: &Db, (programme, after): (ProgrammeId, Uuid)) -> Result<(), EngineError> {
    let cases = fetch_all!(
        tx,
        (Uuid,),
        stmt!(
            "SELECT id FROM cases WHERE programme = $1 AND id > $2 AND erased_at IS NULL
                AND (is_open OR due_at IS NOT NULL OR outcome IN ('resolved', 'accepted_risk')) ORDER BY id LIMIT $3"
        ),
        programme.uuid(),
        after,
        AT_ONCE
    )?;
    for (case,) in &cases {
        match one(tx, db, CaseId::from_uuid(*case)).await {
            Ok(()) | Err(EngineError::NotFound) => {}
            Err(error) if is_of_the_store(&error) => return Err(error),
            // One case that cannot be read keeps none of the others from its new time.
            Err(error) => tracing::error!(%case, %error, "a case could not be computed again"),
        }
    }
    match cases.last() {
        Some((last,)) if i64::try_from(cases.len()) == Ok(AT_ONCE) => {
            order(tx, db, (programme, Some(*last), Span::ZERO)).await
        }
        _ => Ok(()),
    }
}

/// The engine failed, and not what stands in a row: nothing more can be done in this write.
pub(crate) fn is_of_the_store(error: &EngineError) -> bool {
    matches!(error, EngineError::Db(error) if !error.is_of_a_row())
}

/// Writes when the case is due and looked at, where that has changed.
async fn one(tx: &mut Tx, db: &Db, id: CaseId) -> Result<(), EngineError> {
    let case = load_for_change(tx, db, id).await?;
    let summary = case.summary();
    let now = db.ambient().now();
    let stored = fetch_one!(
        tx,
        (Option<i64>, Option<i64>),
        stmt!("SELECT due_at, alert_at FROM cases WHERE id = $1"),
        id.uuid()
    )?;
    let planned = stored.1.map(Ts::from_micros);
    // A closed case that had no clock before: the past of a promise that is new is no news.
    let look = if !summary.open && stored.0.is_none() {
        planned.into_iter().chain(first_after(&summary.alarms, now)).min()
    } else {
        next_look(tx, id, &summary.alarms, (planned, now)).await?
    };
    let new = (summary.due().map(Ts::micros), look.map(Ts::micros));
    if new == stored {
        return Ok(());
    }
    execute!(
        tx,
        stmt!("UPDATE cases SET due_at = $1, alert_at = $2 WHERE id = $3 AND version = $4"),
        new.0,
        new.1,
        id.uuid(),
        case.version
    )?;
    Ok(())
}
