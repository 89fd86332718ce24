//! One instant of the database: the copy without keys, the keys, the names of the blobs, the figures.

use super::BackupError;
use super::keyfile::{self, Written};
use super::manifest::Counts;
use crate::engine::Engine;
use crate::{Conn, Db, DbError, Tx, execute, fetch_all, fetch_one, log, pg_tools, stmt};
use domain::Ts;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

const PAGE: i64 = 1000;

/// Files of one instant, in the work folder.
pub(super) struct Snapshot {
    pub(super) database: PathBuf,
    pub(super) blobs: PathBuf,
    pub(super) keys: PathBuf,
    pub(super) written: Written,
    pub(super) facts: Facts,
}

/// What the store says about itself at that instant.
pub(super) struct Facts {
    pub(super) schema: i64,
    pub(super) origin: String,
    pub(super) log_size: i64,
    pub(super) log_root: String,
    pub(super) counts: Counts,
}

/// Takes it. Nobody who writes has to wait.
pub(super) async fn take(db: &Db, work: &Path, at: Ts) -> Result<Snapshot, BackupError> {
    let database = work.join(format!("database.{}", db.engine().extension()));
    let blobs = work.join("blobs.txt");
    let keys = work.join("keys");
    let (written, facts) = match db.engine() {
        Engine::Sqlite { .. } => sqlite(db, &database, (&keys, &blobs), at).await?,
        Engine::Pg { url, .. } => postgres(db, url, &database, (&keys, &blobs), at).await?,
    };
    std::fs::File::open(&database).and_then(|f| f.sync_all()).map_err(BackupError::file(&database))?;
    Ok(Snapshot { database, blobs, keys, written, facts })
}

async fn sqlite(
    db: &Db,
    database: &Path,
    (keys, blobs): (&Path, &Path),
    at: Ts,
) -> Result<(Written, Facts), BackupError> {
    db.engine().copy_to(database).await?;
    let options = SqliteConnectOptions::new()
        .filename(database)
        // The log's epochs name their keys, which go to the other file.
        .foreign_keys(false)
        .journal_mode(SqliteJournalMode::Delete)
        .pragma("secure_delete", "ON")
        .pragma("trusted_schema", "OFF");
    let pool = SqlitePoolOptions::new().max_connections(1).connect_with(options).await.map_err(DbError::from)?;
    let mut tx = Tx::from(pool.begin().await.map_err(DbError::from)?);
    let written = keyfile::write(&mut tx, keys, at).await?;
    let facts = facts(&mut tx, written.keys, blobs).await?;
    execute!(&mut tx, stmt!("DELETE FROM keys"))?;
    tx.commit().await?;
    pool.close().await;
    Ok((written, facts))
}

async fn postgres(
    db: &Db,
    url: &str,
    database: &Path,
    (keys, blobs): (&Path, &Path),
    at: Ts,
) -> Result<(Written, Facts), BackupError> {
    let mut tx = db.read().await?;
    // This transaction waits for pg_dump, which may take long.
    tx.run("SET LOCAL idle_in_transaction_session_timeout = 0").await?;
    let snapshot = match tx.ready().await? {
        Conn::Pg(t) => {
            let row: (String,) =
                sqlx::query_as("SELECT pg_export_snapshot()").fetch_one(&mut **t).await.map_err(DbError::from)?;
            row.0
        }
        Conn::Sqlite(_) => return Err(DbError::Inconsistent("a snapshot of the other engine".into()).into()),
    };
    let written = keyfile::write(&mut tx, keys, at).await?;
    let facts = facts(&mut tx, written.keys, blobs).await?;
    let mut dump = pg_tools::command("pg_dump", url)?;
    dump.arg("--format=custom").arg(format!("--snapshot={snapshot}"));
    // The keys are in the other file.
    dump.arg("--exclude-table-data=keys").arg("--file").arg(database);
    pg_tools::run(dump).await?;
    Ok((written, facts))
}

async fn facts(tx: &mut Tx, keys: i64, blobs: &Path) -> Result<Facts, BackupError> {
    let (schema,) = fetch_one!(tx, (i64,), stmt!("SELECT MAX(number) FROM schema_migrations"))?;
    let epoch = log::current(tx).await?;
    let (cases, people, events, attachments, erasures) = fetch_one!(
        tx,
        (i64, i64, i64, i64, i64),
        stmt!(
            "SELECT (SELECT COUNT(*) FROM cases), (SELECT COUNT(*) FROM people), (SELECT COUNT(*) FROM events),
                    (SELECT COUNT(*) FROM attachments), (SELECT COUNT(*) FROM erasures)"
        )
    )?;
    let blobs = list_blobs(tx, blobs).await?;
    Ok(Facts {
        schema,
        origin: epoch.origin.to_string(),
        log_size: log::column(epoch.head.size)?,
        log_root: crate::keyring::hex(epoch.head.root.as_bytes()),
        counts: Counts { cases, people, events, attachments, erasures, keys, blobs },
    })
}

/// Writes the names of the blobs, in order; gives how many.
async fn list_blobs(tx: &mut Tx, path: &Path) -> Result<i64, BackupError> {
    let failed = BackupError::file(path);
    let mut out = std::io::BufWriter::new(std::fs::File::create_new(path).map_err(&failed)?);
    let (mut after, mut count) = (String::new(), 0);
    loop {
        let rows = fetch_all!(
            tx,
            (String,),
            stmt!("SELECT DISTINCT blob FROM attachments WHERE blob > $1 ORDER BY blob LIMIT $2"),
            after.clone(),
            PAGE
        )?;
        let Some((last,)) = rows.last() else { break };
        after.clone_from(last);
        for (blob,) in &rows {
            writeln!(out, "{blob}").map_err(&failed)?;
            count += 1;
        }
    }
    out.flush().map_err(&failed)?;
    Ok(count)
}
