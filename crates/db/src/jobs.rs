//! Background work as rows of the same write: at least once, retried with growing pauses.

use crate::{Db, DbError, Tx, execute, fetch_all, fetch_one, stmt};
use domain::{Ambient, JobId, Ts};
use futures::future::BoxFuture;
use seal::{DataKey, field};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
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
const AT_ONCE: i64 = 64;

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
    execute!(
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

/// Does every job that is due now; gives how many succeeded and how many will be tried again.
pub async fn run_due(db: &Db, handlers: &BTreeMap<&'static str, Handler>) -> Result<(usize, usize), DbError> {
    let (mut done, mut failed) = (0, 0);
    loop {
        let taken = take(db).await?;
        if taken.is_empty() {
            return Ok((done, failed));
        }
        for job in taken {
            let outcome = match handlers.get(job.kind.as_str()) {
                Some(handler) => handler(db.clone(), job.clone()).await,
                None => Err(DbError::Inconsistent(format!("no handler for job {}", job.kind))),
            };
            match outcome {
                Ok(()) => {
                    finish(db, job.id).await?;
                    done += 1;
                }
                Err(e) => {
                    tracing::warn!(job = %job.kind, id = %job.id, attempts = job.attempts, error = %e, "job failed");
                    postpone(db, &job).await?;
                    failed += 1;
                }
            }
        }
    }
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

async fn finish(db: &Db, id: JobId) -> Result<(), DbError> {
    db.write(move |tx| {
        Box::pin(async move { execute!(tx, stmt!("DELETE FROM jobs WHERE id = $1"), id.uuid()).map(|_| ()) })
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
            if !db.takes_writes() {
                continue;
            }
            if let Err(e) = run_due(&db, &handlers).await {
                tracing::error!(error = %e, "the job queue could not be read");
            }
        }
    })
}
