//! The two engines: where the store is, how its connections are opened, what is asked of them.

use crate::flush::{self, Incarnation};
use crate::tx::Held;
use crate::{DbError, Tx, pg_tools, transport};
use sqlx::Connection as _;
use sqlx::postgres::PgPoolOptions;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{PgPool, SqlitePool};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

/// Where the store is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Address {
    /// A SQLite file.
    Sqlite(PathBuf),
    /// A `postgres://` URL.
    Postgres(String),
}

impl FromStr for Address {
    type Err = DbError;

    /// `sqlite:PATH`, `postgres://…` or `postgresql://…`.
    fn from_str(text: &str) -> Result<Self, DbError> {
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(Self::Postgres(text.to_owned()));
        }
        match text.strip_prefix("sqlite:") {
            Some(path) if !path.is_empty() => Ok(Self::Sqlite(PathBuf::from(path.trim_start_matches("//")))),
            _ => Err(DbError::Address(
                "the database address starts with sqlite: (a file) or postgres:// (a server)".into(),
            )),
        }
    }
}

/// Open connections.
#[derive(Debug, Clone)]
pub(crate) enum Engine {
    Sqlite {
        write: SqlitePool,
        read: SqlitePool,
    },
    /// `flusher` is one connection, kept for as long as the server lets it live: see [`crate::flush`].
    Pg {
        pool: PgPool,
        flusher: PgPool,
        incarnation: Arc<Incarnation>,
        url: String,
    },
}

const READERS: u32 = 6;
const PG_CONNECTIONS: u32 = 48;
/// A connection that was in use this short ago is taken to be alive.
const FRESH: Duration = Duration::from_secs(1);

impl Engine {
    pub(crate) async fn open(address: &Address) -> Result<Self, DbError> {
        match address {
            Address::Sqlite(path) => Self::open_sqlite(path).await,
            Address::Postgres(url) => Self::open_postgres(url).await,
        }
    }

    async fn open_sqlite(path: &Path) -> Result<Self, DbError> {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(10))
            .pragma("trusted_schema", "OFF")
            .pragma("temp_store", "MEMORY")
            .pragma("mmap_size", "268435456")
            .statement_cache_capacity(256)
            // A page of a list and more: nobody stops and is woken in the middle of it.
            .row_buffer_size(128);
        let writing = options
            .clone()
            .journal_mode(SqliteJournalMode::Wal)
            // FULL: a commit is an fsync. NORMAL would lose acknowledged reports in a power cut.
            .synchronous(SqliteSynchronous::Full)
            // So that damage does not spread. Readers take pages from the map of the file anew each time and would check
            // them each time.
            .pragma("cell_size_check", "ON")
            .pragma("secure_delete", "ON")
            .pragma("journal_size_limit", "67108864");
        let write = SqlitePoolOptions::new()
            .max_connections(1)
            .idle_timeout(None)
            .max_lifetime(None)
            // A connection to a file does not go away while nobody looks.
            .test_before_acquire(false)
            // A full disk ends the transaction inside SQLite: the rollback then fails and the driver
            // still counts one open. Such a connection takes no more writes; a new one does.
            .after_release(|connection, _| Box::pin(async move { Ok(!connection.is_in_transaction()) }))
            .connect_with(writing)
            .await?;
        let read = SqlitePoolOptions::new()
            .max_connections(READERS)
            .idle_timeout(None)
            .max_lifetime(None)
            .test_before_acquire(false)
            .connect_lazy_with(options.read_only(true).create_if_missing(false));
        Ok(Self::Sqlite { write, read })
    }

    async fn open_postgres(url: &str) -> Result<Self, DbError> {
        // `on` whatever the server's default is: an acknowledged report is on disk.
        let options = transport::options(url)?
            .options([("synchronous_commit", "on"), ("idle_in_transaction_session_timeout", "60000")])
            .statement_cache_capacity(256);
        let incarnation = Arc::new(Incarnation::default());
        let flusher = incarnation.flusher(options.clone());
        let pool = incarnation
            .watched(PgPoolOptions::new(), false)
            .max_connections(PG_CONNECTIONS)
            .acquire_timeout(Duration::from_secs(10))
            // Asking a connection that was in use just now costs as much as a statement.
            .test_before_acquire(false)
            .before_acquire(|connection, about| {
                Box::pin(async move {
                    if about.idle_for > FRESH {
                        connection.ping().await?;
                    }
                    Ok(true)
                })
            })
            .connect_with(options)
            .await?;
        flush::renew(&flusher, &incarnation).await?;
        let (fsync,): (String,) = sqlx::query_as("SELECT current_setting('fsync')").fetch_one(&pool).await?;
        if fsync != "on" {
            return Err(DbError::Address("this PostgreSQL server runs with fsync=off and would lose reports".into()));
        }
        Ok(Self::Pg { pool, flusher, incarnation, url: url.to_owned() })
    }
}

impl Engine {
    pub(crate) async fn begin_write(&self) -> Result<Tx, DbError> {
        Ok(match self {
            Self::Sqlite { write, .. } => Tx::from(write.begin_with("BEGIN IMMEDIATE").await?),
            Self::Pg { pool, .. } => Tx::from(pool.begin().await?),
        })
    }

    /// A write whose commit is not flushed by itself: [`crate::Db::write`] waits for a flush behind it.
    pub(crate) async fn begin_unflushed(&self) -> Result<Tx, DbError> {
        match self {
            Self::Sqlite { .. } => self.begin_write().await,
            Self::Pg { pool, .. } => Ok(Tx::from(pool.begin_with("BEGIN; SET LOCAL synchronous_commit TO off").await?)),
        }
    }

    pub(crate) async fn begin_read(&self) -> Result<Tx, DbError> {
        Ok(match self {
            Self::Sqlite { read, .. } => Tx::from(read.begin().await?),
            Self::Pg { pool, .. } => {
                Tx::from(pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?)
            }
        })
    }

    pub(crate) async fn glance(&self) -> Result<Tx, DbError> {
        Ok(match self {
            Self::Sqlite { read, .. } => Tx::from(Held::Bare(read.acquire().await?)),
            Self::Pg { pool, .. } => Tx::from(Held::Bare(pool.acquire().await?)),
        })
    }

    pub(crate) fn is_closed(&self) -> bool {
        match self {
            Self::Sqlite { write, .. } => write.is_closed(),
            Self::Pg { pool, .. } => pool.is_closed(),
        }
    }

    pub(crate) async fn close(&self) {
        match self {
            Self::Sqlite { write, read, .. } => {
                read.close().await;
                write.close().await;
            }
            Self::Pg { pool, flusher, .. } => {
                pool.close().await;
                flusher.close().await;
            }
        }
    }
}

impl Engine {
    /// File ending of a copy made by [`Engine::copy_to`].
    pub(crate) fn extension(&self) -> &'static str {
        match self {
            Self::Sqlite { .. } => "sqlite",
            Self::Pg { .. } => "pgdump",
        }
    }

    /// Writes a consistent copy of the database to a new file and makes it durable.
    pub(crate) async fn copy_to(&self, target: &Path) -> Result<(), DbError> {
        let file = |source| DbError::File { path: target.display().to_string(), source };
        match self {
            Self::Sqlite { read, .. } => {
                // On a reading connection, so that nobody who writes has to wait for the copy.
                let name = target.display().to_string().replace('\'', "''");
                let text = format!("VACUUM INTO '{name}'");
                sqlx::raw_sql(sqlx::AssertSqlSafe(text)).execute(read).await?;
            }
            Self::Pg { url, .. } => {
                let mut dump = pg_tools::command("pg_dump", url)?;
                dump.args(["--format=custom", "--file"]).arg(target);
                pg_tools::run(dump).await?;
            }
        }
        std::fs::File::open(target).and_then(|f| f.sync_all()).map_err(file)
    }
}

/// One value of `meta` from a store whose master key is missing. Changes nothing.
pub async fn peek_meta(address: &Address, name: &str) -> Result<Option<Vec<u8>>, DbError> {
    if let Address::Sqlite(path) = address
        && !path.exists()
    {
        return Err(DbError::Address(format!("{}: there is no store here", path.display())));
    }
    let engine = Engine::open(address).await?;
    let mut tx = engine.begin_read().await?;
    let value = crate::meta::get(&mut tx, name).await?;
    drop(tx);
    engine.close().await;
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::Engine;
    use crate::Address;

    /// As `.cargo/config.toml` says, and why.
    #[tokio::test]
    async fn sqlite_is_compiled_as_the_house_asks() {
        let folder = tempfile::tempdir().unwrap();
        let engine = Engine::open(&Address::Sqlite(folder.path().join("leeward.sqlite"))).await.unwrap();
        let Engine::Sqlite { write, .. } = engine else { panic!("an address of SQLite") };
        let options: Vec<String> = sqlx::query_scalar("PRAGMA compile_options").fetch_all(&write).await.unwrap();
        let has = |wanted: &str| options.iter().any(|option| option == wanted);
        assert!(has("DEFAULT_MEMSTATUS=0") && has("ENABLE_QPSG"), "{options:?}");
        assert!(!has("ENABLE_MEMORY_MANAGEMENT") && !has("ENABLE_STAT4"), "{options:?}");
    }
}
