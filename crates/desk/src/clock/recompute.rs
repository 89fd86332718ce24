//! New terms for cases that are open: the job that computes again when each is due. Bounded: one run takes
//! one stretch of cases, in one write each, and orders the next.

use crate::engine::{EngineError, alert_at, load_for_change};
use db::{Db, DbError, Tx, execute, fetch_all, jobs, stmt};
use domain::{CaseId, ProgrammeId, Ts, Uuid};
use serde_json::json;
use std::sync::Arc;

/// Job that computes again when the cases of a programme are due.
pub const RECOMPUTE_JOB: &str = "clocks.recompute";
/// Cases of one run: some 100 ms of writing.
const AT_ONCE: i64 = 200;

/// Orders the job in the write that makes it necessary.
pub(crate) async fn start(tx: &mut Tx, db: &Db, programme: ProgrammeId) -> Result<(), EngineError> {
    order(tx, db, (programme, None)).await?;
    crate::figures::order(tx, db, Some(programme)).await
}

async fn order(tx: &mut Tx, db: &Db, (programme, after): (ProgrammeId, Option<Uuid>)) -> Result<(), EngineError> {
    let payload = json!({ "after": after.map(|id| id.to_string()) });
    let wanted = (RECOMPUTE_JOB, Some(programme.uuid()), db.ambient().now());
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

/// The cases after this one whose clocks may still run.
async fn stretch(tx: &mut Tx, db: &Db, (programme, after): (ProgrammeId, Uuid)) -> Result<(), EngineError> {
    let cases = fetch_all!(
        tx,
        (Uuid,),
        stmt!(
            "SELECT id FROM cases WHERE programme = $1 AND id > $2 AND erased_at IS NULL
                AND (is_open OR due_at IS NOT NULL) ORDER BY id LIMIT $3"
        ),
        programme.uuid(),
        after,
        AT_ONCE
    )?;
    for (case,) in &cases {
        match one(tx, db, CaseId::from_uuid(*case)).await {
            Ok(()) | Err(EngineError::NotFound) => {}
            Err(error) => return Err(error),
        }
    }
    match cases.last() {
        Some((last,)) if i64::try_from(cases.len()) == Ok(AT_ONCE) => order(tx, db, (programme, Some(*last))).await,
        _ => Ok(()),
    }
}

async fn one(tx: &mut Tx, db: &Db, id: CaseId) -> Result<(), EngineError> {
    let case = load_for_change(tx, db, id).await?;
    let summary = case.summary();
    execute!(
        tx,
        stmt!("UPDATE cases SET due_at = $1, alert_at = $2 WHERE id = $3 AND version = $4"),
        summary.due().map(Ts::micros),
        alert_at(&summary, db.ambient().now()),
        id.uuid(),
        case.version
    )?;
    Ok(())
}
