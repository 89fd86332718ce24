//! Restoring: into an empty place only, erasures repeated and a new epoch of the log opened before
//! anybody is served. On SQLite the store gets its name last; on PostgreSQL a database that a broken
//! restore left half-full is refused by the next one and must be dropped by hand.

use super::manifest::Manifest;
use super::write::Work;
use super::{BackupError, extract, keyfile, sync_folder_of};
use crate::blob::Blobs;
use crate::engine::Engine;
use crate::erase::{self, Erasure, ErasureList, Line};
use crate::{Address, Db, DbError, Keyring, Masters, log, migrate, pg_tools, sweep, transport};
use domain::Ambient;
use std::path::{Path, PathBuf};

/// What is restored from where to where.
pub struct Restoring {
    /// The archive.
    pub file: PathBuf,
    /// The wrapped keys: those written with it, or newer ones.
    pub keys: PathBuf,
    /// An empty place on the engine that the backup is of.
    pub target: Address,
    /// Open the keys.
    pub masters: Masters,
    /// Where blobs go.
    pub blobs: Blobs,
    /// Clock and randomness.
    pub ambient: Ambient,
    /// The erasure list that lay beside the lost store, if it was saved.
    pub erased: Option<ErasureList>,
    /// The erasure list of the new store; may be the same file.
    pub list: ErasureList,
    /// Where a copy goes if an older store is migrated.
    pub backups: PathBuf,
}

/// What a restore did.
#[derive(Debug, Clone)]
pub struct Restored {
    /// What the backup says about itself.
    pub manifest: Manifest,
    /// Name of the epoch of the log that begins with this store.
    pub epoch: String,
    /// Erasures known to the list; `None` when there was no list, so that later erasures came back.
    pub listed: Option<u64>,
    /// Of these, erasures that the backup did not know and that were repeated.
    pub repeated: u64,
    /// Blobs that were stored.
    pub blobs: u64,
    /// Blobs that were not as their name says, and were left out.
    pub damaged: Vec<String>,
    /// What `verify` found in the restored store.
    pub report: log::Report,
}

/// Restores a backup. Before anything is written every byte is compared with its hash, and the master
/// keys with those that the keys were wrapped by.
pub async fn restore(from: Restoring) -> Result<Restored, BackupError> {
    let target = from.target.clone();
    let (db, staged, restored) = bring_back(from).await?;
    db.close().await;
    if let (Address::Sqlite(staged), Address::Sqlite(target)) = (&staged, &target) {
        std::fs::rename(staged, target).map_err(BackupError::file(target))?;
        sync_folder_of(target)?;
    }
    Ok(restored)
}

/// All of it but the name of a store on SQLite: the open store, and where it is for now.
pub(super) async fn bring_back(from: Restoring) -> Result<(Db, Address, Restored), BackupError> {
    let manifest = extract::check(&from.file, &from.keys, &from.masters).await?;
    if manifest.schema > migrate::latest() {
        let (found, known) = (manifest.schema, migrate::latest());
        return Err(DbError::NewerSchema { found, known }.into());
    }
    is_empty(&from.target, &manifest).await?;
    let lines = match &from.erased {
        // A name that was mistyped must not pass for "nothing was erased".
        Some(list) if !list.path().exists() => {
            let path = list.path().display().to_string();
            return Err(DbError::File { path, source: std::io::ErrorKind::NotFound.into() }.into());
        }
        Some(list) => list.read()?,
        None => from.list.read()?,
    };
    let random = from.ambient.random.clone();
    let (blobs, damaged) = extract::blobs(&from.file, &from.blobs, random.as_ref()).await?;
    let staged = load(&from, &manifest).await?;
    let engine = Engine::open(&staged).await?;
    migrate::run(&engine, &from.ambient, &from.backups).await?;
    let (keys, epoch, repeated) = take_over(&engine, from.masters, &from.ambient, &lines).await?;
    let db = Db::start(engine, keys, from.ambient.clone());
    from.list.append(missing(&from.list, &lines)?).await?;
    sweep::sweep(&db, &from.blobs, &from.list).await?;
    from.list.mirror(&db).await?;
    settle(&db).await?;
    let report = log::verify(&db).await?;
    let known = lines.iter().filter(|line| matches!(line, Line::Erased(_))).count() as u64;
    let listed = (from.erased.is_some() || !lines.is_empty()).then_some(known);
    Ok((db, staged, Restored { manifest, epoch, listed, repeated, blobs, damaged, report }))
}

async fn is_empty(target: &Address, manifest: &Manifest) -> Result<(), BackupError> {
    let (wanted, tables) = match target {
        Address::Sqlite(path) => ("sqlite", i64::from(path.exists() || with(path, "-wal").exists())),
        Address::Postgres(url) => {
            let pool = sqlx::PgPool::connect_with(transport::options(url).map_err(DbError::from)?)
                .await
                .map_err(DbError::from)?;
            let (tables,): (i64,) =
                sqlx::query_as("SELECT COUNT(*) FROM pg_tables WHERE schemaname = current_schema()")
                    .fetch_one(&pool)
                    .await
                    .map_err(DbError::from)?;
            pool.close().await;
            ("postgres", tables)
        }
    };
    if manifest.engine != wanted {
        return Err(BackupError::OtherEngine { found: manifest.engine.clone(), wanted });
    }
    if tables > 0 {
        let target = match target {
            Address::Sqlite(path) => path.display().to_string(),
            Address::Postgres(_) => "database".to_owned(),
        };
        return Err(BackupError::NotEmpty(target));
    }
    Ok(())
}

/// Loads database and keys; gives where they are for now.
async fn load(from: &Restoring, manifest: &Manifest) -> Result<Address, BackupError> {
    let member = manifest.members.first().map(|member| member.name.as_str()).unwrap_or_default();
    match &from.target {
        Address::Sqlite(path) => {
            let staged = with(path, ".restoring");
            for ending in ["", "-wal", "-shm", "-journal"] {
                match std::fs::remove_file(with(&staged, ending)) {
                    Err(e) if e.kind() != std::io::ErrorKind::NotFound => return Err(BackupError::file(&staged)(e)),
                    _ => {}
                }
            }
            extract::to_file(&from.file, member, &staged).await?;
            let address = Address::Sqlite(staged);
            load_keys(&address, &from.keys).await?;
            Ok(address)
        }
        Address::Postgres(url) => {
            std::fs::create_dir_all(&from.backups).map_err(BackupError::file(&from.backups))?;
            let work = Work::beside(&from.backups.join("restore"))?;
            let dump = work.0.join(member);
            extract::to_file(&from.file, member, &dump).await?;
            section(url, &dump, "pre-data").await?;
            section(url, &dump, "data").await?;
            // Constraints come last, and some name keys.
            load_keys(&from.target, &from.keys).await?;
            section(url, &dump, "post-data").await?;
            Ok(from.target.clone())
        }
    }
}

async fn section(url: &str, dump: &Path, section: &str) -> Result<(), BackupError> {
    let mut restore = pg_tools::command("pg_restore", url)?;
    restore.args(["--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction"]);
    restore.arg(format!("--section={section}")).arg(dump);
    Ok(pg_tools::run(restore).await?)
}

async fn load_keys(address: &Address, keys: &Path) -> Result<(), BackupError> {
    let engine = Engine::open(address).await?;
    let mut tx = engine.begin_write().await?;
    keyfile::load(&mut tx, keys).await?;
    tx.commit().await?;
    engine.close().await;
    Ok(())
}

/// Opens the next epoch before anything can be sequenced into the old one, and repeats the erasures, in
/// one transaction.
async fn take_over(
    engine: &Engine,
    masters: Masters,
    ambient: &Ambient,
    lines: &[Line],
) -> Result<(Keyring, String, u64), BackupError> {
    let used = lines.iter().filter_map(|line| if let Line::Epoch { number, .. } = line { Some(*number) } else { None });
    let mut tx = engine.begin_write().await?;
    let keys = Keyring::open(&mut tx, masters, ambient).await?;
    let epoch = log::open_epoch_after(&mut tx, &keys, ambient, used.max().unwrap_or(0)).await?;
    let mut repeated = 0;
    for erasure in erasures(lines) {
        repeated += u64::from(erase::repeat(&mut tx, &keys, ambient, erasure).await?);
    }
    tx.commit().await?;
    Ok((keys, epoch.origin.to_string(), repeated))
}

fn erasures(lines: &[Line]) -> impl Iterator<Item = Erasure> {
    lines.iter().filter_map(|line| if let Line::Erased(erasure) = line { Some(*erasure) } else { None })
}

/// Lines of the old list that the new one lacks.
fn missing(list: &ErasureList, lines: &[Line]) -> Result<Vec<Line>, DbError> {
    let have = list.read()?;
    Ok(lines.iter().filter(|line| !have.contains(line)).copied().collect())
}

/// Places what the take-over wrote.
async fn settle(db: &Db) -> Result<(), DbError> {
    db.write(|_| Box::pin(async { Ok::<_, DbError>(()) })).await?;
    log::settled(db).await;
    Ok(())
}

fn with(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}
