//! Which life of the PostgreSQL server a commit belongs to.
//!
//! Actions commit without a flush of their own; one durable commit of the sequencer behind them flushes
//! them all, since the server's log is one sequence. That holds only within one life of one server: after a
//! crash what was not flushed is gone, and the next durable commit proves nothing about it. So the flush
//! runs on one connection that is kept: while it lives the server has not crashed, because a crash ends
//! every connection. Each time it has to be made anew, and each time another connection meets a server
//! that started at another time (a failover), a new generation begins. An action is acknowledged only by a
//! flush of the generation in which it began.

use crate::DbError;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{PgConnection, PgPool};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// The life of the server that connections were made in.
#[derive(Debug, Default)]
pub(crate) struct Incarnation {
    generation: AtomicU64,
    /// Generation in which the flusher's connection was made.
    flusher: AtomicU64,
    /// When the server that was met last had started, as it says so itself.
    started: Mutex<String>,
}

impl Incarnation {
    /// The generation of an action that begins now.
    pub(crate) fn generation(&self) -> u64 {
        self.generation.load(Ordering::Acquire)
    }

    /// The generation that the flusher's connection proves; `None` when it is of an older one.
    pub(crate) fn proven(&self) -> Option<u64> {
        let now = self.generation();
        (self.flusher.load(Ordering::Acquire) == now).then_some(now)
    }

    /// The one connection of the flusher: never tested, never replaced while it works.
    pub(crate) fn flusher(self: &Arc<Self>, options: PgConnectOptions) -> PgPool {
        self.watched(PgPoolOptions::new(), true)
            .max_connections(1)
            .acquire_timeout(Duration::from_secs(10))
            .idle_timeout(None)
            .max_lifetime(None)
            .test_before_acquire(false)
            .connect_lazy_with(options.application_name("leeward flusher"))
    }

    /// Connections made by these options are noted.
    pub(crate) fn watched(self: &Arc<Self>, options: PgPoolOptions, flusher: bool) -> PgPoolOptions {
        let incarnation = self.clone();
        options.after_connect(move |connection, _| {
            let incarnation = incarnation.clone();
            Box::pin(async move { incarnation.met(connection, flusher).await })
        })
    }

    async fn met(&self, connection: &mut PgConnection, flusher: bool) -> Result<(), sqlx::Error> {
        let (start,): (String,) =
            sqlx::query_as("SELECT pg_postmaster_start_time()::text").fetch_one(connection).await?;
        let mut started = self.started.lock().unwrap_or_else(PoisonError::into_inner);
        if flusher || *started != start {
            let new = self.generation.fetch_add(1, Ordering::AcqRel) + 1;
            if flusher {
                self.flusher.store(new, Ordering::Release);
            }
            *started = start;
        }
        Ok(())
    }
}

/// Sees to it that the flusher's connection is of this generation.
pub(crate) async fn renew(flusher: &PgPool, incarnation: &Incarnation) -> Result<(), DbError> {
    let connection = flusher.acquire().await?;
    if incarnation.proven().is_none() {
        connection.close().await?;
        drop(flusher.acquire().await?);
    }
    Ok(())
}
