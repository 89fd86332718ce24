//! The rows anew from the events: after a change of targets or calendars, after an upgrade that computes them
//! otherwise, and by command. Bounded: one write takes one stretch of cases and orders the next.

use super::store::keep;
use crate::clock::{SETTLES, is_of_the_store};
use crate::engine::{self, EngineError, Loaded, OWN_KINDS, load_for_change};
use db::{Db, DbError, List, Tx, event, execute, fetch_optional, jobs, stmt};
use domain::figures::{FACTS_VERSION, of_case};
use domain::{CaseId, JobId, ProgrammeId, Span, Uuid};
use serde_json::{Value, json};
use std::sync::Arc;

/// Job that counts the cases of a programme again, or all.
pub const COUNT_JOB: &str = "figures.count";
/// Cases of one write: some 50 ms of it.
const AT_ONCE: usize = 50;
/// Under what name the store remembers what its rows were made by.
const MARK: &str = "figures";
/// Id of the job that counts all: one is enough.
const ALL: JobId = JobId::from_uuid(Uuid::from_u128(0x0190_a000_0000_7000_8000_0000_f166_0e5e));

/// Which cases are left to count.
#[derive(Debug, Clone, Copy)]
struct Left {
    /// Of this programme only.
    programme: Option<ProgrammeId>,
    /// Those after this one.
    after: Uuid,
}

/// Orders that the cases of a programme, or all, are counted again.
pub(crate) async fn order(tx: &mut Tx, db: &Db, programme: Option<ProgrammeId>) -> Result<(), EngineError> {
    // A case that is being opened by the old terms is there by then.
    next(tx, db, (Left { programme, after: Uuid::nil() }, SETTLES)).await
}

async fn next(tx: &mut Tx, db: &Db, (left, wait): (Left, Span)) -> Result<(), EngineError> {
    let payload = json!({ "after": left.after.to_string() });
    let wanted = (COUNT_JOB, left.programme.map(ProgrammeId::uuid), db.ambient().now().plus(wait));
    jobs::enqueue(tx, db.keys().house(), db.ambient(), wanted, &payload).await?;
    Ok(())
}

/// Orders the count of a store whose rows were made by an older program, or never.
pub async fn ensure(db: &Db) -> Result<(), DbError> {
    let mut tx = db.read().await?;
    if is_counted(&mut tx).await? {
        return Ok(());
    }
    drop(tx);
    let store = db.clone();
    db.write(move |tx| {
        Box::pin(async move {
            let wanted = (COUNT_JOB, store.ambient().now());
            jobs::enqueue_once(tx, store.keys().house(), store.ambient(), ALL, wanted).await
        })
    })
    .await
}

/// Whether every case was counted by what this program computes.
pub(super) async fn is_counted(tx: &mut Tx) -> Result<bool, DbError> {
    let row = fetch_optional!(tx, (Vec<u8>,), stmt!("SELECT value FROM meta WHERE name = $1"), MARK)?;
    Ok(row.is_some_and(|(value,)| value == FACTS_VERSION.to_be_bytes()))
}

/// Does the job.
pub fn count_jobs() -> jobs::Handler {
    Arc::new(|db, job| {
        Box::pin(async move {
            let after = job.payload["after"].as_str().and_then(|id| id.parse::<Uuid>().ok()).unwrap_or(Uuid::nil());
            let left = Left { programme: job.subject.map(ProgrammeId::from_uuid), after };
            let store = db.clone();
            let done: Result<(), EngineError> = db
                .write(move |tx| {
                    Box::pin(async move {
                        match stretch(tx, &store, left).await?.1 {
                            Some(left) => next(tx, &store, (left, Span::ZERO)).await,
                            None => Ok(()),
                        }
                    })
                })
                .await;
            done.map_err(in_store)
        })
    })
}

/// Counts every case now; gives how many.
pub async fn rebuild(db: &Db) -> Result<u64, DbError> {
    let mut counted = 0;
    let mut left = Some(Left { programme: None, after: Uuid::nil() });
    while let Some(now) = left {
        let store = db.clone();
        let done: Result<_, EngineError> =
            db.write(move |tx| Box::pin(async move { stretch(tx, &store, now).await })).await;
        let (cases, more) = done.map_err(in_store)?;
        counted += cases;
        left = more;
    }
    Ok(counted)
}

fn in_store(error: EngineError) -> DbError {
    match error {
        EngineError::Db(error) => error,
        error => DbError::Inconsistent(error.to_string()),
    }
}

/// Counts one stretch; gives how many, and what is left after it. What was erased keeps the rows it has: its
/// events cannot be read, and lengths of time tell nothing of anybody.
async fn stretch(tx: &mut Tx, db: &Db, left: Left) -> Result<(u64, Option<Left>), EngineError> {
    let cases = List::new("SELECT c.id FROM cases c WHERE c.erased_at IS NULL")
        .and("c.id > ?", [left.after.into()])
        .and_opt("c.programme = ?", left.programme.map(ProgrammeId::uuid))
        .tail("ORDER BY c.id LIMIT ?", [i64::try_from(AT_ONCE).unwrap_or(1).into()])
        .fetch::<(Uuid,)>(tx)
        .await?;
    let mut counted = 0;
    for (case,) in &cases {
        match one(tx, db, CaseId::from_uuid(*case)).await {
            Ok(()) => counted += 1,
            Err(EngineError::NotFound) => {}
            Err(error) if is_of_the_store(&error) => return Err(error),
            // One case that cannot be read must not keep the others from being counted; `verify` tells of it.
            Err(error) => tracing::error!(%case, %error, "a case was not counted"),
        }
    }
    let more = cases.last().filter(|_| cases.len() == AT_ONCE).map(|(last,)| Left { after: *last, ..left });
    if more.is_none() && left.programme.is_none() {
        mark(tx).await?;
    }
    Ok((counted, more))
}

async fn one(tx: &mut Tx, db: &Db, id: CaseId) -> Result<(), EngineError> {
    let case = load_for_change(tx, db, id).await?;
    let state = folded(tx, &case).await?;
    // Cases from before links were kept get theirs here too.
    engine::keep_duplicate(tx, db, (id, &state)).await?;
    if !case.machine.is_counted() {
        return Ok(());
    }
    keep(tx, id, &of_case(case.machine, &state, &case.terms)).await
}

/// The state of a case from its events, not from what is stored of it.
async fn folded(tx: &mut Tx, case: &Loaded) -> Result<Value, EngineError> {
    let (mut state, mut seq) = (Value::Null, 0);
    loop {
        let records = event::of_case_after(tx, &case.key, (case.id, seq)).await?;
        let Some(last) = records.last() else { return Ok(state) };
        seq = last.seq;
        for record in records.iter().filter(|record| !OWN_KINDS.contains(&record.kind.as_str())) {
            state = case.machine.apply(state, &record.data)?;
        }
    }
}

async fn mark(tx: &mut Tx) -> Result<(), DbError> {
    execute!(
        tx,
        stmt!(
            "INSERT INTO meta (name, value) VALUES ($1, $2)
             ON CONFLICT (name) DO UPDATE SET value = excluded.value"
        ),
        MARK,
        FACTS_VERSION.to_be_bytes().to_vec()
    )?;
    Ok(())
}
