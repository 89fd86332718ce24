//! `db.write`: an action runs inside one transaction and is acknowledged only after a durable commit.
//!
//! On SQLite one task owns the writing connection. It puts every waiting action into a savepoint of
//! its own and commits them together, so that one fsync pays for many reports (group commit). On
//! PostgreSQL each action is a plain transaction, and one durable commit behind a group of them flushes all.

use crate::{Db, DbError, Tx, jobs, log};
use futures::FutureExt;
use futures::future::BoxFuture;
use sqlx::SqlitePool;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};

/// Actions that may wait for the writer before new ones are refused.
const QUEUE: usize = 2048;
/// Actions in one commit.
const BATCH: usize = 256;
/// How long a caller waits for a place in the queue.
const PLACE: Duration = Duration::from_secs(5);

/// What the two engines count while writing.
#[derive(Debug, Default)]
pub struct WriteFigures {
    /// Actions whose commit succeeded.
    pub acknowledged: AtomicU64,
    /// Commits on SQLite, transactions on PostgreSQL.
    pub commits: AtomicU64,
    /// Actions of background jobs.
    pub background: AtomicU64,
}

/// One action waiting for the writer.
trait Work: Send {
    /// Runs inside the open transaction; true keeps the changes.
    fn run<'t>(&'t mut self, tx: &'t mut Tx) -> BoxFuture<'t, bool>;
    /// What it put off was refused: the changes are undone.
    fn refused(&mut self, reason: DbError);
    /// Tells the caller, after the commit.
    fn finish(self: Box<Self>, committed: Result<(), DbError>);
}

struct Pending<T, E, F> {
    action: Option<F>,
    result: Option<Result<T, E>>,
    reply: oneshot::Sender<Result<T, E>>,
}

impl<T, E, F> Work for Pending<T, E, F>
where
    F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T, E>> + Send,
    T: Send,
    E: From<DbError> + Send,
{
    fn run<'t>(&'t mut self, tx: &'t mut Tx) -> BoxFuture<'t, bool> {
        Box::pin(async move {
            let Some(action) = self.action.take() else { return false };
            let outcome = AssertUnwindSafe(action(tx)).catch_unwind().await;
            let result = outcome.unwrap_or_else(|_| Err(DbError::Panicked.into()));
            let keep = result.is_ok();
            self.result = Some(result);
            keep
        })
    }

    fn refused(&mut self, reason: DbError) {
        self.result = Some(Err(reason.into()));
    }

    fn finish(self: Box<Self>, committed: Result<(), DbError>) {
        let result = match (committed, self.result) {
            // An action that refused has its own reason, which no failed commit changes.
            (_, Some(Err(reason))) => Err(reason),
            (Ok(()), Some(done)) => done,
            (Ok(()), None) => Err(DbError::Panicked.into()),
            (Err(e), _) => Err(e.into()),
        };
        // The caller may have hung up; the action is committed all the same.
        drop(self.reply.send(result));
    }
}

/// The end of the queue that `db.write` holds on SQLite.
#[derive(Clone)]
pub(crate) struct Writer {
    queue: mpsc::Sender<Box<dyn Work>>,
}

impl Db {
    /// Runs an action in one transaction; returns after its commit is on disk.
    ///
    /// The action must do no outside I/O: on SQLite everybody waits for it. If it returns an error,
    /// nothing of it stays.
    pub async fn write<T, E, F>(&self, action: F) -> Result<T, E>
    where
        F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T, E>> + Send + 'static,
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
    {
        if self.halted().load(Ordering::Acquire) {
            return Err(DbError::Halted.into());
        }
        if jobs::is_background() {
            self.figures().background.fetch_add(1, Ordering::Relaxed);
        }
        match self.writer() {
            Some(writer) => writer.submit(action).await,
            None => self.write_plain(action).await,
        }
    }

    async fn write_plain<T, E, F>(&self, action: F) -> Result<T, E>
    where
        F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T, E>> + Send,
        E: From<DbError>,
    {
        let generation = self.generation();
        let mut tx = self.begin_unflushed().await?;
        let at_work = self.gate().enter();
        let done =
            AssertUnwindSafe(action(&mut tx)).catch_unwind().await.unwrap_or_else(|_| Err(DbError::Panicked.into()))?;
        tx.commit().await.map_err(DbError::sorted)?;
        let write = self.log_bell().committed();
        let passage = at_work.arrive().await;
        self.log_bell().ring();
        self.log_bell().flushed(write, generation).await?;
        drop(passage);
        let figures = self.figures();
        figures.commits.fetch_add(1, Ordering::Relaxed);
        figures.acknowledged.fetch_add(1, Ordering::Relaxed);
        Ok(done)
    }
}

impl Writer {
    /// Starts the writer task on its connection.
    pub(crate) fn start(pool: SqlitePool, halted: Arc<AtomicBool>, figures: Arc<WriteFigures>) -> Self {
        let (queue, waiting) = mpsc::channel(QUEUE);
        tokio::spawn(write_batches(pool, waiting, halted, figures));
        Self { queue }
    }

    async fn submit<T, E, F>(&self, action: F) -> Result<T, E>
    where
        F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T, E>> + Send + 'static,
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let work: Box<dyn Work> = Box::new(Pending { action: Some(action), result: None, reply });
        self.queue.send_timeout(work, PLACE).await.map_err(|_| DbError::Busy)?;
        // A writer that ends drops the reply: the process is going down.
        answer.await.unwrap_or_else(|_| Err(DbError::Halted.into()))
    }
}

async fn write_batches(
    pool: SqlitePool,
    mut waiting: mpsc::Receiver<Box<dyn Work>>,
    halted: Arc<AtomicBool>,
    figures: Arc<WriteFigures>,
) {
    while let Some(first) = waiting.recv().await {
        let mut done: Vec<Box<dyn Work>> = Vec::new();
        let outcome = if halted.load(Ordering::Acquire) {
            done.push(first);
            Err(DbError::Halted)
        } else {
            one_batch(&pool, first, &mut waiting, &mut done).await
        };
        match outcome {
            Ok(()) => {
                figures.commits.fetch_add(1, Ordering::Relaxed);
                figures.acknowledged.fetch_add(done.len() as u64, Ordering::Relaxed);
                for work in done {
                    work.finish(Ok(()));
                }
            }
            Err(e) => {
                if e.is_io() {
                    tracing::error!(error = %e, "a commit was not made durable: no more writes");
                    halted.store(true, Ordering::Release);
                }
                let halted = halted.load(Ordering::Acquire);
                tracing::warn!(error = %e, actions = done.len(), "a batch was not committed");
                for work in done {
                    work.finish(Err(copy_of(&e, halted)));
                }
            }
        }
    }
}

/// Errors are told to every action of the batch; `sqlx::Error` cannot be cloned.
fn copy_of(e: &DbError, halted: bool) -> DbError {
    if e.is_full() {
        DbError::Full
    } else if halted {
        DbError::Halted
    } else if matches!(e, DbError::Sql(_)) {
        DbError::NotCommitted(e.to_string())
    } else {
        DbError::Inconsistent(format!("the batch was not committed: {e}"))
    }
}

/// One transaction: every waiting action in a savepoint, the log's sequencing, the commit.
async fn one_batch(
    pool: &SqlitePool,
    first: Box<dyn Work>,
    waiting: &mut mpsc::Receiver<Box<dyn Work>>,
    done: &mut Vec<Box<dyn Work>>,
) -> Result<(), DbError> {
    let begun = pool.begin_with("BEGIN IMMEDIATE; SAVEPOINT action").await;
    let mut tx = match begun {
        Ok(tx) => Tx::from(tx),
        Err(e) => {
            done.push(first);
            return Err(e.into());
        }
    };
    let mut next = Some(first);
    while let Some(mut work) = next {
        let keep = work.run(&mut tx).await;
        if waiting.is_empty() {
            // Callers that were just answered are about to ask again: let them join.
            tokio::task::yield_now().await;
        }
        next = if done.len() + 1 < BATCH { waiting.try_recv().ok() } else { None };
        let ended = end_action(&mut tx, work.as_mut(), keep, next.is_some()).await;
        done.push(work);
        if let Err(e) = ended {
            done.extend(next);
            return Err(e);
        }
    }
    log::sequence(&mut tx).await?;
    tx.commit().await
}

/// Ends the savepoint, and begins the next one on the same way to the engine.
async fn end_action(tx: &mut Tx, work: &mut dyn Work, keep: bool, another: bool) -> Result<(), DbError> {
    let kept = if keep {
        let end = if another { "RELEASE action; SAVEPOINT action" } else { "RELEASE action" };
        tx.flush(end).await.map_err(|reason| work.refused(reason)).is_ok()
    } else {
        false
    };
    if kept {
        return Ok(());
    }
    tx.forget();
    // What is rolled back to stays open.
    tx.run(if another { "ROLLBACK TO action" } else { "ROLLBACK TO action; RELEASE action" }).await
}

#[cfg(test)]
mod tests {
    use super::copy_of;
    use crate::DbError;

    #[test]
    fn a_commit_that_the_engine_refused_may_be_tried_again() {
        let refused = || DbError::Sql(sqlx::Error::WorkerCrashed);
        assert!(matches!(copy_of(&refused(), false), DbError::NotCommitted(_)));
        assert!(matches!(copy_of(&refused(), true), DbError::Halted));
        assert!(matches!(copy_of(&DbError::Log("a hash".into()), false), DbError::Inconsistent(_)));
    }
}
