//! Removing from the disk what was deleted from the tables.

use crate::DbError;
use crate::engine::Engine;
use sqlx::pool::PoolConnection;
use sqlx::{PgConnection, PgPool, Sqlite, SqlitePool};
use std::time::Duration;

/// How often a checkpoint or a vacuum that somebody's snapshot stands in the way of is tried again.
const TRIES: u32 = 100;
const PAUSE: Duration = Duration::from_millis(100);

impl Engine {
    /// Leaves no deleted row in files of the database. [`DbError::Busy`] when a snapshot older than this
    /// call did not end in ten seconds: try again later.
    pub(crate) async fn compact(&self) -> Result<(), DbError> {
        match self {
            Self::Sqlite { write, .. } => sqlite(write).await,
            Self::Pg { pool, .. } => postgres(pool).await,
        }
    }
}

impl Engine {
    /// What the engine itself finds wrong with its pages, indexes and references; nothing when all is well.
    /// PostgreSQL has tools of its own for that (`pg_amcheck`, checksums).
    pub(crate) async fn integrity(&self) -> Result<Vec<String>, DbError> {
        let Self::Sqlite { read, .. } = self else { return Ok(Vec::new()) };
        let found: Vec<(String,)> = sqlx::query_as("PRAGMA integrity_check(100)").fetch_all(read).await?;
        let mut wrong: Vec<String> = found.into_iter().map(|(line,)| line).filter(|line| line != "ok").collect();
        let broken: Vec<(String, Option<i64>, String)> =
            sqlx::query_as("SELECT \"table\", rowid, parent FROM pragma_foreign_key_check LIMIT 100")
                .fetch_all(read)
                .await?;
        wrong.extend(broken.into_iter().map(|(table, row, parent)| {
            format!("a row of {table} ({}) names one of {parent} that is not there", row.unwrap_or_default())
        }));
        Ok(wrong)
    }
}

async fn sqlite(write: &SqlitePool) -> Result<(), DbError> {
    let mut connection = write.acquire().await?;
    empty_log(&mut connection).await?;
    // VACUUM builds the whole database anew in temporary storage: on disk, not in memory, and sealed as ever.
    sqlx::raw_sql("PRAGMA temp_store = FILE").execute(&mut *connection).await?;
    let compacted = sqlx::raw_sql("VACUUM").execute(&mut *connection).await;
    sqlx::raw_sql("PRAGMA temp_store = MEMORY").execute(&mut *connection).await?;
    compacted?;
    empty_log(&mut connection).await
}

/// Folds the write-ahead log into the file and cuts it to nothing.
async fn empty_log(connection: &mut PoolConnection<Sqlite>) -> Result<(), DbError> {
    for _ in 0..TRIES {
        let (busy, _, _): (i64, i64, i64) =
            sqlx::query_as("PRAGMA wal_checkpoint(TRUNCATE)").fetch_one(&mut **connection).await?;
        if busy == 0 {
            return Ok(());
        }
        tokio::time::sleep(PAUSE).await;
    }
    Err(DbError::Busy)
}

async fn postgres(pool: &PgPool) -> Result<(), DbError> {
    let mut connection = pool.acquire().await?;
    older_snapshots_ended(&mut connection).await?;
    sqlx::raw_sql("SET lock_timeout = '10s'").execute(&mut *connection).await?;
    let done = vacuum(&mut connection).await;
    sqlx::raw_sql("RESET lock_timeout").execute(&mut *connection).await?;
    done
}

/// VACUUM keeps what somebody may still see.
async fn older_snapshots_ended(connection: &mut PgConnection) -> Result<(), DbError> {
    let (now,): (String,) = sqlx::query_as("SELECT pg_current_xact_id()::text").fetch_one(&mut *connection).await?;
    for _ in 0..TRIES {
        let (older,): (i64,) = sqlx::query_as(
            "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
             AND backend_xmin IS NOT NULL AND age(backend_xmin) >= age($1::text::xid8::xid)",
        )
        .bind(&now)
        .fetch_one(&mut *connection)
        .await?;
        if older == 0 {
            return Ok(());
        }
        tokio::time::sleep(PAUSE).await;
    }
    Err(DbError::Busy)
}

/// VACUUM marks room in a page as free without overwriting it. Of the keys not even that may stay, so
/// their table, which is small, is written anew; of the others only sealed bytes are left.
async fn vacuum(connection: &mut PgConnection) -> Result<(), DbError> {
    // The server passes over a table of somebody else's with a warning, and erased keys would stay in its file.
    let (owned,): (bool,) = sqlx::query_as(
        "SELECT pg_has_role(current_user, relowner, 'USAGE') FROM pg_class WHERE oid = 'keys'::regclass",
    )
    .fetch_one(&mut *connection)
    .await?;
    if !owned {
        let why = "its role does not own the table of keys, so erased keys stay in its file: ALTER TABLE keys OWNER TO that role";
        return Err(DbError::Address(why.to_owned()));
    }
    for text in [
        "VACUUM FULL keys",
        "VACUUM events, cases, people, attachments, idempotency, sessions, drafts, tokens, links, jobs",
        "VACUUM documents, document_terms, postings",
    ] {
        sqlx::raw_sql(text).execute(&mut *connection).await?;
    }
    Ok(())
}
