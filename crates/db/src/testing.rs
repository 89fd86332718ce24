//! Stores for tests: a SQLite file in a temporary folder, or, when `LEEWARD_TEST_PG` names a server,
//! a database of its own there. The same suite runs on both.

use crate::engine::Engine;
use crate::migrate::{self, Migration};
use crate::{Address, Db, DbError, List, Masters, Opening};
use domain::testing::ManualClock;
use domain::{Ambient, Ts};
use seal::MasterKey;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use tempfile::TempDir;

/// Environment variable with the URL of a PostgreSQL server on which tests may create databases.
pub const PG: &str = "LEEWARD_TEST_PG";

/// The master key of every test store: not secret.
pub const MASTER: &str = "0101010101010101010101010101010101010101010101010101010101010101";

tokio::task_local! {
    /// The lists of this task, while somebody wants to know them.
    static HEARD: Arc<Mutex<Vec<List>>>;
}

/// Runs something; gives also every list that it asked for in its own task, as it was asked, so that a test of a plan has no
/// copy of the statement.
pub async fn heard<T>(what: impl Future<Output = T>) -> (T, Vec<List>) {
    let lists: Arc<Mutex<Vec<List>>> = Arc::default();
    let done = HEARD.scope(lists.clone(), what).await;
    let lists = std::mem::take(&mut *lists.lock().unwrap_or_else(PoisonError::into_inner));
    (done, lists)
}

/// Keeps a list for [`heard`]; mostly nobody listens.
pub(crate) fn hear(list: &List) {
    let keep = |lists: &Arc<Mutex<Vec<List>>>| lists.lock().unwrap_or_else(PoisonError::into_inner).push(list.clone());
    let _ = HEARD.try_with(keep);
}

/// A store that goes away with its value.
pub struct TestDb {
    /// The open store.
    pub db: Db,
    /// Its clock, moved by hand.
    pub clock: Arc<ManualClock>,
    /// Where it is.
    pub address: Address,
    folder: TempDir,
}

impl TestDb {
    /// A new, empty store on the engine that the environment names.
    pub async fn new() -> Result<Self, DbError> {
        let clock = Arc::new(ManualClock::new(Ts::from_micros(1_795_305_600_000_000)));
        let random = Ambient::system().random;
        let ambient = Ambient { clock: clock.clone(), random };
        let folder = tempfile::tempdir().map_err(|source| DbError::File { path: "temporary folder".into(), source })?;
        let address = match std::env::var(PG) {
            Ok(server) => fresh_database(&server, &ambient).await?,
            Err(_) => Address::Sqlite(folder.path().join("leeward.sqlite")),
        };
        let db = open(&address, ambient, folder.path()).await?;
        Ok(Self { db, clock, address, folder })
    }

    /// Closes the store and opens it again, as a restart does.
    pub async fn reopened(self) -> Result<Self, DbError> {
        let ambient = self.db.ambient().clone();
        self.db.close().await;
        let db = open(&self.address, ambient, self.folder.path()).await?;
        Ok(Self { db, ..self })
    }

    /// A folder of its own.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }
}

impl TestDb {
    /// Applies a made-up next step of the schema, given for SQLite and PostgreSQL, as a later release would.
    pub async fn migrate_with(&self, texts: (&'static str, &'static str)) -> Result<Vec<i64>, DbError> {
        let mut steps = migrate::MIGRATIONS.to_vec();
        steps.push(Migration::made_up(migrate::latest() + 1, texts));
        let engine = Engine::open(&self.address).await?;
        let applied = migrate::run_steps(&engine, self.db.ambient(), &self.backups(), &steps).await;
        engine.close().await;
        applied
    }

    /// Whether this release opens the store as it is now.
    pub async fn reopens(&self) -> bool {
        match open(&self.address, self.db.ambient().clone(), self.folder.path()).await {
            Ok(db) => {
                db.close().await;
                true
            }
            Err(_) => false,
        }
    }

    /// Where copies go before a migration.
    pub fn backups(&self) -> PathBuf {
        self.folder().join("backups")
    }
}

async fn open(address: &Address, ambient: Ambient, folder: &Path) -> Result<Db, DbError> {
    let opening = Opening {
        address: address.clone(),
        masters: Masters::one(MasterKey::parse(MASTER)?),
        ambient,
        origin: "leeward.test".to_owned(),
        backups: PathBuf::from(folder).join("backups"),
    };
    Db::open(opening).await
}

/// An empty database on the server that the environment names: where a restore may go.
pub async fn empty_database(ambient: &Ambient) -> Result<Address, DbError> {
    let server = std::env::var(PG).map_err(|_| DbError::Address(format!("{PG} is not set")))?;
    fresh_database(&server, ambient).await
}

async fn fresh_database(server: &str, ambient: &Ambient) -> Result<Address, DbError> {
    let name = format!("leeward_test_{}", crate::keyring::hex(&ambient.bytes::<8>()));
    let admin = sqlx::PgPool::connect(server).await?;
    let create = format!("CREATE DATABASE {name}");
    sqlx::raw_sql(sqlx::AssertSqlSafe(create)).execute(&admin).await?;
    admin.close().await;
    let (base, query) = server.split_once('?').map_or((server, ""), |(b, q)| (b, q));
    let (host, _) = base.rsplit_once('/').unwrap_or((base, ""));
    let mark = if query.is_empty() { "" } else { "?" };
    format!("{host}/{name}{mark}{query}").parse()
}
