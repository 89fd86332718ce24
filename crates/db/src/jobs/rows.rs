//! The rows of jobs: one write takes away what is done, puts off what failed, keeps what is under way and takes what is due.

use super::Job;
use crate::{Db, DbError, Stmt, Tx, fetch_all, later, stmt};
use domain::JobId;
use seal::{DataKey, field};
use std::collections::BTreeMap;
use uuid::Uuid;

/// How long a job that was taken is nobody else's.
const LOCK_MICROS: i64 = 60_000_000;

/// What somebody takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lane {
    /// Everything but what takes long.
    Short,
    /// What takes minutes in a large house; one run of a kind serves all that wait.
    Long,
}

impl Lane {
    /// Takes what is due; the kinds are literal so that both engines see that the index of the long ones fits.
    const fn take(self) -> Stmt {
        match self {
            Self::Short => stmt!(
                sqlite: "UPDATE jobs SET locked_until = $2 WHERE id IN (
                           SELECT id FROM jobs WHERE due_at <= $1 AND (locked_until IS NULL OR locked_until < $1)
                             AND kind NOT IN ('erase.sweep', 'search.merge') ORDER BY due_at LIMIT $3)
                         RETURNING id, kind, subject, attempts, payload",
                pg: "UPDATE jobs SET locked_until = $2 WHERE id IN (
                       SELECT id FROM jobs WHERE due_at <= $1 AND (locked_until IS NULL OR locked_until < $1)
                         AND kind NOT IN ('erase.sweep', 'search.merge') ORDER BY due_at LIMIT $3
                         FOR UPDATE SKIP LOCKED)
                     RETURNING id, kind, subject, attempts, payload",
            ),
            Self::Long => stmt!(
                sqlite: "UPDATE jobs SET locked_until = $2 WHERE id IN (
                           SELECT id FROM jobs WHERE due_at <= $1 AND (locked_until IS NULL OR locked_until < $1)
                             AND kind IN ('erase.sweep', 'search.merge') ORDER BY due_at LIMIT $3)
                         RETURNING id, kind, subject, attempts, payload",
                pg: "UPDATE jobs SET locked_until = $2 WHERE id IN (
                       SELECT id FROM jobs WHERE due_at <= $1 AND (locked_until IS NULL OR locked_until < $1)
                         AND kind IN ('erase.sweep', 'search.merge') ORDER BY due_at LIMIT $3
                         FOR UPDATE SKIP LOCKED)
                     RETURNING id, kind, subject, attempts, payload",
            ),
        }
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    kind: String,
    subject: Option<Uuid>,
    attempts: i64,
    payload: Vec<u8>,
}

/// What becomes of a job that was taken.
#[derive(Debug, Clone, Copy)]
pub(super) enum Fate {
    /// It is done.
    Done,
    /// It failed after so many tries before.
    Failed(i64),
    /// It is under way or about to be, and stays whose it is.
    Held,
}

/// Writes down what became of jobs and takes at most `most` that are due, in one write. What cannot be opened is put off
/// like a failure, and stops no other.
pub(super) async fn turn(
    db: &Db,
    (lane, most): (Lane, i64),
    fates: BTreeMap<JobId, Fate>,
) -> Result<Vec<Job>, DbError> {
    let now = db.ambient().now().micros();
    let rows = db
        .write(move |tx| {
            Box::pin(async move {
                write_down(tx, now, fates).await?;
                fetch_all!(tx, Row, lane.take(), now, now + LOCK_MICROS, most)
            })
        })
        .await?;
    let (mut jobs, mut broken) = (Vec::with_capacity(rows.len()), BTreeMap::new());
    for row in rows {
        let (id, attempts) = (JobId::from_uuid(row.id), row.attempts);
        match open(db.keys().house(), row) {
            Ok(job) => jobs.push(job),
            Err(error) => {
                tracing::error!(%id, attempts, %error, "a job does not open");
                broken.insert(id, Fate::Failed(attempts));
            }
        }
    }
    if !broken.is_empty() {
        db.write(move |tx| Box::pin(async move { write_down(tx, now, broken).await })).await?;
    }
    Ok(jobs)
}

/// In the order of their ids: an erasure removes jobs of its case in the same order. A crash before it repeats them.
async fn write_down(tx: &mut Tx, now: i64, fates: BTreeMap<JobId, Fate>) -> Result<(), DbError> {
    for (id, fate) in fates {
        let id = id.uuid();
        match fate {
            Fate::Done => later!(tx, stmt!("DELETE FROM jobs WHERE id = $1"), id)?,
            Fate::Failed(attempts) => later!(
                tx,
                stmt!("UPDATE jobs SET due_at = $1, attempts = attempts + 1, locked_until = NULL WHERE id = $2"),
                now + pause(attempts),
                id
            )?,
            Fate::Held => {
                later!(tx, stmt!("UPDATE jobs SET locked_until = $1 WHERE id = $2"), now + LOCK_MICROS, id)?;
            }
        }
        if !tx.is_sqlite() {
            // Parts of one statement would lock their rows in any order.
            tx.ready().await?;
        }
    }
    Ok(())
}

/// 1, 2, 4 … minutes, at most 6 hours.
fn pause(attempts: i64) -> i64 {
    let minutes = 1_i64 << attempts.clamp(0, 9);
    minutes.min(360) * 60_000_000
}

fn open(house: &DataKey, row: Row) -> Result<Job, DbError> {
    let plain = house.open(field::JOB_PAYLOAD, row.id, 0, &row.payload)?;
    let payload = serde_json::from_slice(&plain).map_err(|e| DbError::Inconsistent(format!("job {}: {e}", row.id)))?;
    let id = JobId::from_uuid(row.id);
    Ok(Job { id, kind: row.kind, subject: row.subject, payload, attempts: row.attempts })
}

#[cfg(test)]
mod tests {
    use super::{Lane, pause};
    use crate::{erase, search};

    #[test]
    fn the_long_kinds_are_those_that_exist() {
        let kinds = format!("IN ('{}', '{}')", erase::SWEEP, search::MERGE_JOB);
        for lane in [Lane::Short, Lane::Long] {
            let text = lane.take();
            assert!(text.sqlite.contains(&kinds) && text.pg.contains(&kinds));
        }
        let migration = include_str!("../../migrations/0013_long_jobs.sqlite.sql");
        assert!(migration.contains(&kinds), "{migration}");
    }

    #[test]
    fn pauses_double_up_to_six_hours() {
        let minutes: Vec<i64> = (0..12).map(|attempts| pause(attempts) / 60_000_000).collect();
        assert_eq!(minutes, [1, 2, 4, 8, 16, 32, 64, 128, 256, 360, 360, 360]);
    }
}
