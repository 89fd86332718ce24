//! Giving commitments their places. One at a time: on SQLite inside the writer's batch, on PostgreSQL
//! by a task that holds the epoch's row.

use super::{column, digest, size_of, tiles};
use crate::{Db, DbError, Tx, execute, fetch_all, fetch_one, stmt};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tlog::{Commitment, Head};
use tokio::sync::{Notify, watch};

/// Entries placed in one pass.
const PASS: i64 = 4096;
/// The sequencer looks for work of other processes this often.
const IDLE: Duration = Duration::from_millis(500);

/// Wakes the sequencer, and tells waiters how far it came.
pub(crate) struct Bell {
    work: Notify,
    committed: AtomicU64,
    placed: watch::Sender<u64>,
}

impl Default for Bell {
    fn default() -> Self {
        // What the last process left unplaced counts as one write, and the first pass is due at once.
        let work = Notify::new();
        work.notify_one();
        Self { work, committed: AtomicU64::new(1), placed: watch::Sender::new(0) }
    }
}

impl Bell {
    /// One more write is on disk.
    pub(crate) fn committed(&self) {
        self.committed.fetch_add(1, Ordering::AcqRel);
    }

    /// There are new entries.
    pub(crate) fn ring(&self) {
        self.work.notify_one();
    }

    /// Waits until every write that was committed before this call is placed, at most `patience`.
    pub(crate) async fn placed(&self, patience: Duration) {
        let wanted = self.committed.load(Ordering::Acquire);
        let mut placed = self.placed.subscribe();
        // A slow sequencer is not an error: the receipt is then handed out later.
        drop(tokio::time::timeout(patience, placed.wait_for(|upto| *upto >= wanted)).await);
    }
}

/// Places what waits; gives the new head, or `None` when nothing waited.
pub(crate) async fn sequence(tx: &mut Tx) -> Result<Option<Head>, DbError> {
    let (epoch, size, root) = fetch_one!(
        tx,
        (i64, i64, Vec<u8>),
        stmt!(
            sqlite: "SELECT epoch, size, root FROM log_epochs ORDER BY epoch DESC LIMIT 1",
            pg: "SELECT epoch, size, root FROM log_epochs ORDER BY epoch DESC LIMIT 1 FOR UPDATE",
        )
    )?;
    let mut placed = fetch_all!(
        tx,
        (i64, Vec<u8>),
        stmt!(
            "UPDATE log_entries SET epoch = $1, idx = $2 + waiting.place FROM (
               SELECT ordinal, ROW_NUMBER() OVER (ORDER BY ordinal) - 1 AS place
               FROM log_entries WHERE idx IS NULL ORDER BY ordinal LIMIT $3) AS waiting
             WHERE log_entries.ordinal = waiting.ordinal
             RETURNING idx, commitment"
        ),
        epoch,
        size,
        PASS
    )?;
    if placed.is_empty() {
        return Ok(None);
    }
    placed.sort_unstable_by_key(|(index, _)| *index);
    let entries = placed
        .iter()
        .map(|(index, bytes)| {
            Commitment::from_slice(bytes)
                .ok_or_else(|| DbError::Inconsistent(format!("the commitment at {index} has {} bytes", bytes.len())))
        })
        .collect::<Result<Vec<_>, _>>()?;
    let head = Head { size: size_of(size)?, root: digest(&root)? };
    let frontier = tiles::load_all(tx, epoch, &tlog::tiles_for_append(head.size)).await?;
    let appended = tlog::append(&head, &frontier, &entries)?;
    tiles::store(tx, epoch, appended.tiles).await?;
    execute!(
        tx,
        stmt!("UPDATE log_epochs SET size = $1, root = $2 WHERE epoch = $3"),
        column(appended.head.size)?,
        appended.head.root.as_bytes().to_vec(),
        epoch
    )?;
    Ok(Some(appended.head))
}

/// Starts the sequencer of PostgreSQL. Several processes may run one; the row lock orders them.
pub(crate) fn start_sequencer(db: &Db) {
    let db = db.clone();
    tokio::spawn(async move {
        loop {
            drop(tokio::time::timeout(IDLE, db.log_bell().work.notified()).await);
            if db.engine().is_closed() {
                return;
            }
            let covered = db.log_bell().committed.load(Ordering::Acquire);
            match one_pass(&db).await {
                Ok(()) => drop(db.log_bell().placed.send_replace(covered)),
                Err(e) => {
                    tracing::error!(error = %e, "the log could not be sequenced");
                    tokio::time::sleep(IDLE).await;
                }
            }
        }
    });
}

async fn one_pass(db: &Db) -> Result<(), DbError> {
    loop {
        let mut tx = db.begin_write().await?;
        let waiting = fetch_all!(&mut tx, (i64,), stmt!("SELECT ordinal FROM log_entries WHERE idx IS NULL LIMIT 1"))?;
        if waiting.is_empty() {
            return Ok(());
        }
        sequence(&mut tx).await?;
        tx.commit().await?;
    }
}
