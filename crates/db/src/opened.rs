//! An open store.

use crate::engine::Engine;
use crate::gate::Gate;
use crate::keyring::Keyring;
use crate::keyring::Masters;
use crate::log::Bell;
use crate::write::{WriteFigures, Writer};
use crate::{Address, DbError, Tx, log, migrate};
use domain::Ambient;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, PoisonError, RwLock};

/// What is needed to open a store.
pub struct Opening {
    /// Where it is.
    pub address: Address,
    /// Unwrap every other key.
    pub masters: Masters,
    /// Clock and randomness.
    pub ambient: Ambient,
    /// Name of the log, fixed when the store is made; not used again later.
    pub origin: String,
    /// Where a copy goes before a migration changes an existing store.
    pub backups: PathBuf,
}

/// An open store; cheap to clone.
#[derive(Clone)]
pub struct Db(Arc<Inner>);

struct Inner {
    engine: Engine,
    writer: Option<Writer>,
    keys: Keyring,
    ambient: Ambient,
    halted: Arc<AtomicBool>,
    figures: Arc<WriteFigures>,
    bell: Bell,
    gate: Gate,
    merging: tokio::sync::Mutex<()>,
    left_out: RwLock<BTreeSet<&'static str>>,
}

impl Db {
    /// Opens the store, migrating it when it is older than this program, and making its first keys
    /// and the first log epoch when it is new.
    pub async fn open(opening: Opening) -> Result<Self, DbError> {
        let engine = Engine::open(&opening.address).await?;
        migrate::run(&engine, &opening.ambient, &opening.backups).await?;
        let keys = {
            let mut tx = engine.begin_write().await?;
            let keys = Keyring::open(&mut tx, opening.masters, &opening.ambient).await?;
            log::open_first_epoch(&mut tx, &keys, &opening.ambient, &opening.origin).await?;
            if tx.is_sqlite() {
                // The first entry has its place before anybody writes; PostgreSQL has a task for that.
                log::sequence(&mut tx).await?;
            }
            tx.commit().await?;
            keys
        };
        Ok(Self::start(engine, keys, opening.ambient))
    }

    /// Starts the writer, or the sequencer, of an engine whose keys are open.
    pub(crate) fn start(engine: Engine, keys: Keyring, ambient: Ambient) -> Self {
        let halted = Arc::new(AtomicBool::new(false));
        let figures = Arc::new(WriteFigures::default());
        let writer = match &engine {
            Engine::Sqlite { write, .. } => Some(Writer::start(write.clone(), halted.clone(), figures.clone())),
            Engine::Pg { .. } => None,
        };
        let (bell, gate) = (Bell::default(), Gate::default());
        let db = Self(Arc::new(Inner {
            engine,
            writer,
            keys,
            ambient,
            halted,
            figures,
            bell,
            gate,
            merging: tokio::sync::Mutex::default(),
            left_out: RwLock::default(),
        }));
        if db.0.writer.is_none() {
            log::start_sequencer(&db);
        }
        db
    }

    /// A read-only snapshot.
    pub async fn read(&self) -> Result<Tx, DbError> {
        self.0.engine.begin_read().await
    }

    /// Reads without a snapshot: each statement sees what was committed when it began. For one statement,
    /// or for several whose answers hold together by themselves; it spares the engine's `BEGIN` and
    /// `ROLLBACK`. Never for writing: nothing would be undone.
    pub async fn glance(&self) -> Result<Tx, DbError> {
        self.0.engine.glance().await
    }

    /// Clock and randomness.
    pub fn ambient(&self) -> &Ambient {
        &self.0.ambient
    }

    /// The unwrapped keys.
    pub fn keys(&self) -> &Keyring {
        &self.0.keys
    }

    /// Held by whoever merges the search index.
    pub(crate) fn merging(&self) -> &tokio::sync::Mutex<()> {
        &self.0.merging
    }

    /// What was written since the start.
    pub fn figures(&self) -> &WriteFigures {
        &self.0.figures
    }

    /// False once a write could not be made durable.
    pub fn takes_writes(&self) -> bool {
        !self.0.halted.load(std::sync::atomic::Ordering::Acquire)
    }

    /// Takes no more writes.
    pub(crate) fn halt(&self) {
        self.0.halted.store(true, std::sync::atomic::Ordering::Release);
    }

    /// Writes no jobs of this kind from now on: nothing would come of them, such as news by mail where there is
    /// no mail server. Said once, at the start.
    pub fn leave_out(&self, kind: &'static str) {
        self.0.left_out.write().unwrap_or_else(PoisonError::into_inner).insert(kind);
    }

    /// Whether jobs of this kind are left out; whoever writes them asks.
    pub fn leaves_out(&self, kind: &'static str) -> bool {
        self.0.left_out.read().unwrap_or_else(PoisonError::into_inner).contains(kind)
    }

    /// Closes every connection; on SQLite this folds the write-ahead log into the file.
    pub async fn close(&self) {
        self.0.engine.close().await;
    }

    pub(crate) fn engine(&self) -> &Engine {
        &self.0.engine
    }

    pub(crate) fn writer(&self) -> Option<&Writer> {
        self.0.writer.as_ref()
    }

    pub(crate) fn halted(&self) -> &AtomicBool {
        &self.0.halted
    }

    pub(crate) fn log_bell(&self) -> &Bell {
        &self.0.bell
    }

    pub(crate) fn gate(&self) -> &Gate {
        &self.0.gate
    }

    /// The life of the server in which an action begins: see [`crate::flush`].
    pub(crate) fn generation(&self) -> u64 {
        match &self.0.engine {
            Engine::Sqlite { .. } => 0,
            Engine::Pg { incarnation, .. } => incarnation.generation(),
        }
    }

    pub(crate) async fn begin_unflushed(&self) -> Result<Tx, DbError> {
        self.0.engine.begin_unflushed().await
    }
}
