//! Forward-only migrations: one number, two files. An existing store is copied before it is changed;
//! a store that is newer than this program is refused.

use crate::engine::Engine;
use crate::{DbError, Tx, execute, fetch_all, fetch_one, stmt};
use domain::Ambient;
use std::path::{Path, PathBuf};

/// One step of the schema.
#[derive(Debug, Clone, Copy)]
pub struct Migration {
    /// Ascending, not always without a gap.
    pub number: i64,
    /// Short name, as in the file names.
    pub name: &'static str,
    sqlite: &'static str,
    postgres: &'static str,
}

impl Migration {
    /// A step that is not part of any release.
    #[cfg(feature = "testing")]
    pub(crate) fn made_up(number: i64, (sqlite, postgres): (&'static str, &'static str)) -> Self {
        Self { number, name: "made_up", sqlite, postgres }
    }
}

macro_rules! migrations {
    ($($number:literal $name:literal),* $(,)?) => {
        /// All steps in order.
        pub const MIGRATIONS: &[Migration] = &[$(Migration {
            number: $number,
            name: $name,
            sqlite: include_str!(concat!("../migrations/", $name, ".sqlite.sql")),
            postgres: include_str!(concat!("../migrations/", $name, ".postgres.sql")),
        }),*];
    };
}
migrations!(1 "0001_spine", 2 "0002_report_drafts", 3 "0003_lists", 4 "0004_letters", 5 "0005_clocks", 6 "0006_figures", 7 "0007_case_people", 8 "0008_webhooks", 9 "0009_stock_answers", 10 "0010_alerts_of_open_cases", 11 "0011_inbox", 12 "0012_letters_of_invitations", 13 "0013_long_jobs", 14 "0014_case_links", 15 "0015_credit", 16 "0016_events_of_house", 17 "0017_webhook_holds", 18 "0018_held_messages", 19 "0019_researchers", 20 "0020_retention_waits", 21 "0021_researchers_again", 22 "0022_programme_versions");

/// Highest number this program knows.
pub fn latest() -> i64 {
    MIGRATIONS.last().map_or(0, |m| m.number)
}

const TABLE: crate::Stmt = stmt!(
    sqlite: "CREATE TABLE IF NOT EXISTS schema_migrations (number INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL, at INTEGER NOT NULL) STRICT",
    pg: "CREATE TABLE IF NOT EXISTS schema_migrations (number BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL, at BIGINT NOT NULL)",
);

/// A role that may only read and write rows cannot even ask for a table that is there already.
const THERE: crate::Stmt = stmt!(
    sqlite: "SELECT COUNT(*) FROM sqlite_schema WHERE type = 'table' AND name = 'schema_migrations'",
    pg: "SELECT COUNT(*) FROM pg_class WHERE oid = to_regclass('schema_migrations')",
);

/// Brings the store to [`latest`]; gives the numbers that were applied.
pub(crate) async fn run(engine: &Engine, ambient: &Ambient, backups: &Path) -> Result<Vec<i64>, DbError> {
    run_steps(engine, ambient, backups, MIGRATIONS).await
}

/// As [`run`], with steps of the caller's.
pub(crate) async fn run_steps(
    engine: &Engine,
    ambient: &Ambient,
    backups: &Path,
    steps: &[Migration],
) -> Result<Vec<i64>, DbError> {
    let known = steps.last().map_or(0, |step| step.number);
    let there = version(engine).await?;
    let found = there.last().copied().unwrap_or(0);
    if found > known {
        return Err(DbError::NewerSchema { found, known });
    }
    // Not only the highest counts: steps that were made at the same time may come in any order.
    if steps.iter().all(|step| there.contains(&step.number)) {
        return Ok(Vec::new());
    }
    if found > 0 {
        copy_before(engine, backups, found).await?;
    }
    let mut tx = engine.begin_write().await?;
    if !tx.is_sqlite() {
        // Two processes may start at once; the second finds the work done.
        tx.run("SELECT pg_advisory_xact_lock(7305804402566815341)").await?;
    }
    let mut applied = Vec::new();
    for step in steps {
        if fetch_all!(&mut tx, (i64,), stmt!("SELECT number FROM schema_migrations WHERE number = $1"), step.number)?
            .is_empty()
        {
            tx.run(if tx.is_sqlite() { step.sqlite } else { step.postgres }).await?;
            execute!(
                &mut tx,
                stmt!("INSERT INTO schema_migrations (number, name, at) VALUES ($1, $2, $3)"),
                step.number,
                step.name,
                ambient.now().micros()
            )?;
            applied.push(step.number);
        }
    }
    tx.commit().await?;
    Ok(applied)
}

/// The numbers of the steps that were applied, ascending.
async fn version(engine: &Engine) -> Result<Vec<i64>, DbError> {
    let mut tx = engine.begin_write().await?;
    if !tx.is_sqlite() {
        tx.run("SELECT pg_advisory_xact_lock(7305804402566815341)").await?;
    }
    let (there,) = fetch_one!(&mut tx, (i64,), THERE)?;
    if there == 0 {
        execute!(&mut tx, TABLE)?;
    }
    let rows = numbers(&mut tx).await?;
    tx.commit().await?;
    Ok(rows)
}

async fn numbers(tx: &mut Tx) -> Result<Vec<i64>, DbError> {
    let rows = fetch_all!(tx, (i64,), stmt!("SELECT number FROM schema_migrations ORDER BY number"))?;
    Ok(rows.into_iter().map(|(n,)| n).collect())
}

/// Puts a whole copy of the store beside it before anything is changed.
async fn copy_before(engine: &Engine, backups: &Path, from: i64) -> Result<PathBuf, DbError> {
    let failed = |path: &Path| {
        let path = path.display().to_string();
        move |source| DbError::File { path, source }
    };
    std::fs::create_dir_all(backups).map_err(failed(backups))?;
    let target = backups.join(format!("before-migration-{}.{}", from + 1, engine.extension()));
    // An earlier attempt may have left a copy, whole or not: the store has not changed since.
    let partial = target.with_extension("partial");
    match std::fs::remove_file(&partial) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => return Err(failed(&partial)(e)),
        _ => {}
    }
    engine.copy_to(&partial).await?;
    std::fs::rename(&partial, &target).map_err(failed(&target))?;
    std::fs::File::open(backups).and_then(|folder| folder.sync_all()).map_err(failed(backups))?;
    tracing::info!(path = %target.display(), "copied the store before migrating");
    Ok(target)
}
