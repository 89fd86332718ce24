//! Giving commitments their places. One at a time: on SQLite inside the writer's batch, on PostgreSQL
//! by a task that holds the epoch's row.

use super::{column, digest, size_of, tiles};
use crate::{Db, DbError, Tx, execute, fetch_all, fetch_one, stmt};
use std::sync::Arc;
use std::time::Duration;
use tlog::{Commitment, Head};
use tokio::sync::{Notify, watch};

/// Entries placed in one pass.
const PASS: i64 = 4096;
/// The sequencer looks for work of other processes this often.
const IDLE: Duration = Duration::from_millis(500);

/// Wakes the sequencer, and tells waiters which pass has ended.
pub(crate) struct Bell {
    work: Arc<Notify>,
    started: watch::Sender<u64>,
    ended: watch::Sender<u64>,
}

impl Bell {
    pub(crate) fn new() -> Self {
        Self { work: Arc::new(Notify::new()), started: watch::Sender::new(0), ended: watch::Sender::new(0) }
    }

    /// There are new entries.
    pub(crate) fn ring(&self) {
        self.work.notify_one();
    }

    /// Waits until a pass that began after this call has ended, at most `patience`.
    pub(crate) async fn next_pass(&self, patience: Duration) {
        let mut ended = self.ended.subscribe();
        let wanted = *self.started.borrow() + 1;
        self.ring();
        let passed = async {
            while *ended.borrow_and_update() < wanted {
                if ended.changed().await.is_err() {
                    break;
                }
            }
        };
        // A slow sequencer is not an error: the receipt is then handed out later.
        drop(tokio::time::timeout(patience, passed).await);
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
            let bell = db.log_bell();
            let pass = *bell.started.borrow() + 1;
            bell.started.send_replace(pass);
            if let Err(e) = one_pass(&db).await {
                tracing::error!(error = %e, "the log could not be sequenced");
                tokio::time::sleep(IDLE).await;
            }
            bell.ended.send_replace(pass);
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
