//! Background work as rows of the same write: at least once, retried with growing pauses, for as long as it fails.
//!
//! Jobs go in two lanes. A merge of the search index or the sweep after an erasure takes minutes in a large house: those
//! have a lane of their own and wait for nothing but each other. In the other lane many are under way together, and a new
//! one begins as soon as one ends.

mod lane;
mod rows;
mod worker;

pub(crate) use worker::is_background;
pub use worker::{run_due, start_worker};

use crate::{Db, DbError, Tx, execute, fetch_one, later, stmt};
use domain::{Ambient, JobId, Ts};
use futures::future::BoxFuture;
use seal::{DataKey, field};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;
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

/// What does jobs, by their kind.
pub type Handlers = BTreeMap<&'static str, Handler>;

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
