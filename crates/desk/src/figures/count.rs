//! The rows anew from the events: after a change of targets or calendars, after an upgrade that computes them
//! otherwise, and by command. Bounded: one write takes one stretch of cases and orders the next.

use super::store::keep;
use crate::clock::{SETTLES, is_of_the_store};
use crate::engine::{self, EngineError, Loaded, OWN_KINDS, load_for_change};
use db::jobs::{self, Job};
use db::{Db, DbError, List, Tx, event, meta};
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
    /// Of the order that it comes from: a newer one overtakes it. Means nothing where all are counted.
    order: Uuid,
    /// Those after this one.
    after: Uuid,
}

impl Left {
    const ALL: Self = Self { programme: None, order: Uuid::nil(), after: Uuid::nil() };

    /// Under what name the store remembers how far it is.
    fn mark(&self) -> String {
        self.programme.map_or_else(|| MARK.to_owned(), |programme| format!("{MARK} {programme}"))
    }

    /// What the place is kept with, so that it means nothing to another version or order. By itself: all is done.
    fn whole(&self) -> Vec<u8> {
        match self.programme {
            Some(_) => self.order.as_bytes().to_vec(),
            None => FACTS_VERSION.to_be_bytes().to_vec(),
        }
    }

    /// What is kept while these are left.
    fn kept(&self) -> Vec<u8> {
        [&self.whole()[..], self.after.as_bytes()].concat()
    }
}

/// Orders that the cases of a programme are counted again. An earlier order that has not come to its end ends here:
/// this one begins from the first case.
pub(crate) async fn order(tx: &mut Tx, db: &Db, programme: ProgrammeId) -> Result<(), EngineError> {
    let left = Left { programme: Some(programme), order: Uuid::from_bytes(db.ambient().bytes()), after: Uuid::nil() };
    meta::put(tx, &left.mark(), left.kept()).await?;
    // A case that is being opened by the old terms is there by then.
    next(tx, db, (left, SETTLES)).await
}

async fn next(tx: &mut Tx, db: &Db, (left, wait): (Left, Span)) -> Result<(), EngineError> {
    let payload = json!({ "order": left.order.to_string(), "after": left.after.to_string() });
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
    let kept = meta::get(tx, MARK).await?;
    Ok(kept.is_some_and(|kept| kept == Left::ALL.whole()))
}

/// Does the job.
pub fn count_jobs() -> jobs::Handler {
    Arc::new(|db, job| {
        Box::pin(async move {
            let store = db.clone();
            let done: Result<(), EngineError> =
                db.write(move |tx| Box::pin(async move { go_on(tx, &store, &job).await })).await;
            done.map_err(in_store)
        })
    })
}

/// Counts one stretch, remembers how far it is and orders the next, unless somebody else was faster: a job that a crash
/// repeats, or a restart orders beside it, begins no second chain.
async fn go_on(tx: &mut Tx, db: &Db, job: &Job) -> Result<(), EngineError> {
    let id = |name: &str| job.payload[name].as_str().and_then(|id| id.parse::<Uuid>().ok());
    let order = id("order").unwrap_or(Uuid::nil());
    let mut left = Left { programme: job.subject.map(ProgrammeId::from_uuid), order, after: Uuid::nil() };
    let kept = meta::get(tx, &left.mark()).await?;
    match kept.as_deref().map(|kept| kept.strip_prefix(&left.whole()[..])) {
        Some(Some(place)) => match Uuid::from_slice(place) {
            Ok(after) => left.after = after,
            // All is done.
            Err(_) => return Ok(()),
        },
        // A newer order is under way.
        Some(None) if left.programme.is_some() => return Ok(()),
        // Counted by another version, or never.
        Some(None) => {}
        // Ordered by a program that kept no place.
        None => left.after = id("after").filter(|_| left.programme.is_some()).unwrap_or(left.after),
    }
    if id("after").is_some_and(|after| after != left.after) {
        return Ok(());
    }
    let (_, more) = stretch(tx, db, left).await?;
    let now = more.map_or_else(|| left.whole(), |more| more.kept());
    match (meta::replace(tx, &left.mark(), kept, now).await?, more) {
        (true, Some(more)) => next(tx, db, (more, Span::ZERO)).await,
        _ => Ok(()),
    }
}

/// Counts every case now; gives how many.
pub async fn rebuild(db: &Db) -> Result<u64, DbError> {
    let mut counted = 0;
    let mut left = Some(Left::ALL);
    while let Some(now) = left {
        let store = db.clone();
        let done: Result<_, EngineError> =
            db.write(move |tx| Box::pin(async move { stretch(tx, &store, now).await })).await;
        let (cases, more) = done.map_err(in_store)?;
        counted += cases;
        left = more;
    }
    let done: Result<(), DbError> =
        db.write(|tx| Box::pin(async move { meta::put(tx, MARK, Left::ALL.whole()).await })).await;
    done.map(|()| counted)
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
