//! Background work as rows of the same write: at least once, retried with growing pauses.

use crate::{Db, DbError, Tx, execute, fetch_all, fetch_one, later, stmt};
use domain::{Ambient, JobId, Ts};
use futures::StreamExt;
use futures::future::BoxFuture;
use seal::{DataKey, field};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::time::Instant;
use uuid::Uuid;

/// A job that was taken and must be done before its lock ends.
#[derive(Debug, Clone)]
pub struct Job {
    /// Its id.
    pub id: JobId,
    /// What to do, such as `search.index`.
    pub kind: String,
    /// The case or person it is about.
    pub subject: Option<Uuid>,
    /// Details.
    pub payload: Value,
    /// Tries before this one.
    pub attempts: i64,
}

/// Does jobs of one kind. Must be idempotent: a crash repeats it.
pub type Handler = Arc<dyn Fn(Db, Job) -> BoxFuture<'static, Result<(), DbError>> + Send + Sync>;

const LOCK_MICROS: i64 = 60_000_000;
/// Jobs that are taken in one write.
const AT_ONCE: i64 = 64;
/// Jobs under way at the same time. Their writes wait for each other's commit anyway; together they
/// share it, and while one waits for the disk the next one reads and computes.
const SIDE_BY_SIDE: usize = 16;

/// Writes of others in a second above which jobs give way.
const BUSY: u64 = 100;
/// How long they do, before the next [`AT_ONCE`].
const GIVE_WAY: Duration = Duration::from_secs(1);

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    kind: String,
    subject: Option<Uuid>,
    attempts: i64,
    payload: Vec<u8>,
}

/// Adds a job to the write that makes it necessary.
pub async fn enqueue(
    tx: &mut Tx,
    house: &DataKey,
    ambient: &Ambient,
    (kind, subject, due): (&'static str, Option<Uuid>, Ts),
    payload: &Value,
) -> Result<JobId, DbError> {
    let id: JobId = ambient.id();
    let sealed = house.seal(field::JOB_PAYLOAD, id.uuid(), 0, payload.to_string().as_bytes(), ambient.random.as_ref());
    later!(
        tx,
        stmt!("INSERT INTO jobs (id, kind, subject, due_at, attempts, payload) VALUES ($1, $2, $3, $4, 0, $5)"),
        id.uuid(),
        kind,
        subject,
        due.micros(),
        sealed
    )?;
    Ok(id)
}

/// Jobs that are due or locked, and how long the oldest due one has waited, in microseconds.
pub async fn backlog(tx: &mut Tx, now: Ts) -> Result<(i64, i64), DbError> {
    let (count, oldest) = fetch_one!(
        tx,
        (i64, Option<i64>),
        stmt!("SELECT COUNT(*), MIN(due_at) FROM jobs WHERE due_at <= $1"),
        now.micros()
    )?;
    Ok((count, oldest.map_or(0, |at| now.micros() - at)))
}

/// Adds a job of which one is enough, under an id of its own: nothing happens while it waits or runs.
pub async fn enqueue_once(
    tx: &mut Tx,
    house: &DataKey,
    ambient: &Ambient,
    id: JobId,
    (kind, due): (&'static str, Ts),
) -> Result<(), DbError> {
    let sealed = house.seal(field::JOB_PAYLOAD, id.uuid(), 0, b"null", ambient.random.as_ref());
    execute!(
        tx,
        stmt!(
            "INSERT INTO jobs (id, kind, due_at, attempts, payload) VALUES ($1, $2, $3, 0, $4)
             ON CONFLICT (id) DO NOTHING"
        ),
        id.uuid(),
        kind,
        due.micros(),
        sealed
    )
    .map(|_| ())
}

/// Does every job that is due now; gives how many succeeded and how many will be tried again.
pub async fn run_due(db: &Db, handlers: &BTreeMap<&'static str, Handler>) -> Result<(usize, usize), DbError> {
    let (mut done, mut failed) = (0, 0);
    loop {
        match run_some(db, handlers).await? {
            (0, 0) => return Ok((done, failed)),
            (well, badly) => (done, failed) = (done + well, failed + badly),
        }
    }
}

/// As [`run_due`] for at most [`AT_ONCE`] of them; 0 and 0 when none is due.
async fn run_some(db: &Db, handlers: &BTreeMap<&'static str, Handler>) -> Result<(usize, usize), DbError> {
    let taken = take(db).await?;
    let mut running = futures::stream::iter(alike(taken).into_iter().map(|jobs| one(db, handlers, jobs)))
        .buffer_unordered(SIDE_BY_SIDE);
    let (mut finished, mut failed) = (Vec::new(), 0);
    while let Some((jobs, good)) = running.next().await {
        if good {
            finished.extend(jobs.into_iter().map(|job| job.id));
        } else {
            for job in &jobs {
                postpone(db, job).await?;
                failed += 1;
            }
        }
    }
    let done = finished.len();
    finish(db, finished).await?;
    Ok((done, failed))
}

/// Jobs that ask for the very same thing together: it is done once. A case that changed thrice since
/// the last look is indexed once.
fn alike(taken: Vec<Job>) -> Vec<Vec<Job>> {
    let mut groups: Vec<Vec<Job>> = Vec::new();
    let mut places: BTreeMap<(String, Option<Uuid>, String), usize> = BTreeMap::new();
    for job in taken {
        let same = (job.kind.clone(), job.subject, job.payload.to_string());
        let place = *places.entry(same).or_insert(groups.len());
        match groups.get_mut(place) {
            Some(group) => group.push(job),
            None => groups.push(vec![job]),
        }
    }
    groups
}

/// Does the first of jobs that are alike; gives them back and whether it succeeded.
async fn one(db: &Db, handlers: &BTreeMap<&'static str, Handler>, jobs: Vec<Job>) -> (Vec<Job>, bool) {
    let Some(job) = jobs.first() else { return (jobs, true) };
    let outcome = match handlers.get(job.kind.as_str()) {
        Some(handler) => handler(db.clone(), job.clone()).await,
        None => Err(DbError::Inconsistent(format!("no handler for job {}", job.kind))),
    };
    if let Err(e) = &outcome {
        tracing::warn!(job = %job.kind, id = %job.id, attempts = job.attempts, error = %e, "job failed");
    }
    (jobs, outcome.is_ok())
}

async fn take(db: &Db) -> Result<Vec<Job>, DbError> {
    let now = db.ambient().now().micros();
    let house = db.keys().house().clone();
    let rows = db
        .write(move |tx| {
            Box::pin(async move {
                fetch_all!(
                    tx,
                    Row,
                    stmt!(
                        sqlite: "UPDATE jobs SET locked_until = $2 WHERE id IN (
                                   SELECT id FROM jobs WHERE due_at <= $1 AND (locked_until IS NULL OR locked_until < $1)
                                   ORDER BY due_at LIMIT $3)
                                 RETURNING id, kind, subject, attempts, payload",
                        pg: "UPDATE jobs SET locked_until = $2 WHERE id IN (
                                   SELECT id FROM jobs WHERE due_at <= $1 AND (locked_until IS NULL OR locked_until < $1)
                                   ORDER BY due_at LIMIT $3 FOR UPDATE SKIP LOCKED)
                                 RETURNING id, kind, subject, attempts, payload",
                    ),
                    now,
                    now + LOCK_MICROS,
                    AT_ONCE
                )
            })
        })
        .await?;
    rows.into_iter().map(|row| open(&house, row)).collect()
}

fn open(house: &DataKey, row: Row) -> Result<Job, DbError> {
    let plain = house.open(field::JOB_PAYLOAD, row.id, 0, &row.payload)?;
    let payload = serde_json::from_slice(&plain).map_err(|e| DbError::Inconsistent(format!("job {}: {e}", row.id)))?;
    let id = JobId::from_uuid(row.id);
    Ok(Job { id, kind: row.kind, subject: row.subject, payload, attempts: row.attempts })
}

/// Takes done jobs away, all in one write. A crash before it repeats them.
async fn finish(db: &Db, ids: Vec<JobId>) -> Result<(), DbError> {
    if ids.is_empty() {
        return Ok(());
    }
    db.write(move |tx| {
        Box::pin(async move {
            for id in ids {
                later!(tx, stmt!("DELETE FROM jobs WHERE id = $1"), id.uuid())?;
            }
            Ok(())
        })
    })
    .await
}

/// Tries again after 1, 2, 4 … minutes, at most 6 hours.
async fn postpone(db: &Db, job: &Job) -> Result<(), DbError> {
    let minutes = 1_i64 << job.attempts.clamp(0, 8);
    let due = db.ambient().now().micros() + minutes.min(360) * 60_000_000;
    let id = job.id.uuid();
    db.write(move |tx| {
        Box::pin(async move {
            execute!(
                tx,
                stmt!("UPDATE jobs SET due_at = $1, attempts = attempts + 1, locked_until = NULL WHERE id = $2"),
                due,
                id
            )
            .map(|_| ())
        })
    })
    .await
}

/// Runs due jobs for as long as the process lives.
pub fn start_worker(db: Db, handlers: BTreeMap<&'static str, Handler>, every: Duration) -> tokio::task::JoinHandle<()> {
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(every).await;
            while db.takes_writes() {
                let (began, before) = (Instant::now(), acknowledged(&db));
                match run_some(&db, &handlers).await {
                    Ok((0, 0)) => break,
                    Ok((done, failed)) => {
                        let own = u64::try_from(done + failed).unwrap_or(u64::MAX);
                        let others = (acknowledged(&db) - before).saturating_sub(own);
                        if busy(others, began.elapsed()) {
                            // What comes in now goes first: an index may be a little older.
                            tokio::time::sleep(GIVE_WAY).await;
                        }
                    }
                    Err(e) => {
                        tracing::error!(error = %e, "the job queue could not be read");
                        break;
                    }
                }
            }
        }
    })
}

/// Whether so many writes of others in this time are a reason to give way.
fn busy(others: u64, elapsed: Duration) -> bool {
    u128::from(others) * 1000 > u128::from(BUSY) * elapsed.as_millis()
}

fn acknowledged(db: &Db) -> u64 {
    db.figures().acknowledged.load(Ordering::Relaxed)
}

#[cfg(test)]
mod tests {
    use super::{BUSY, busy};
    use std::time::Duration;

    #[test]
    fn jobs_give_way_to_many_writes_a_second_only() {
        assert!(!busy(0, Duration::ZERO) && !busy(BUSY, Duration::from_secs(1)));
        assert!(busy(BUSY + 1, Duration::from_secs(1)) && busy(1, Duration::from_millis(1)));
        assert!(!busy(1, Duration::from_millis(10)), "one write is nobody's hurry");
    }
}
