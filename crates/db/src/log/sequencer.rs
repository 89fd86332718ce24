//! Giving commitments their places. One at a time: on SQLite inside the writer's batch, on PostgreSQL
//! by a task that holds the epoch's row.

use super::seldom::Seldom;
use super::{column, digest, epoch, kept, size_of, tiles};
use crate::engine::Engine;
use crate::{Db, DbError, Tx, execute, fetch_all, fetch_one, flush, later, stmt};
use sqlx::PgPool;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tlog::{Commitment, Head};
use tokio::sync::{Notify, watch};
use tokio::time::Instant;

/// Entries placed in one pass.
const PASS: i64 = 4096;
/// The same as a count.
const PASS_FULL: usize = 4096;
/// Longest wait for a flush.
const FLUSH_MAX: Duration = Duration::from_secs(20);
/// The sequencer looks for work of other processes this often.
const IDLE: Duration = Duration::from_millis(500);

/// Wakes the sequencer, and tells waiters how far it came.
pub(crate) struct Bell {
    work: Notify,
    committed: AtomicU64,
    passed: watch::Sender<Passed>,
    /// A head that this process saw committed and that another server does not have.
    lost: OnceLock<(i64, Head)>,
}

/// What the sequencer's passes reached, in numbers of committed writes.
#[derive(Debug, Clone, Copy, Default)]
struct Passed {
    /// Placed in the log, and on disk.
    placed: u64,
    /// On disk; in which generation of the server.
    flushed: (u64, u64),
    /// Tried in vain.
    failed: u64,
}

impl Default for Bell {
    fn default() -> Self {
        // What the last process left unplaced counts as one write, and the first pass is due at once.
        let work = Notify::new();
        work.notify_one();
        Self { work, committed: AtomicU64::new(1), passed: watch::Sender::default(), lost: OnceLock::new() }
    }
}

impl Bell {
    /// One more write was committed; gives its number.
    pub(crate) fn committed(&self) -> u64 {
        self.committed.fetch_add(1, Ordering::AcqRel) + 1
    }

    /// There is something to flush and to place.
    pub(crate) fn ring(&self) {
        self.work.notify_one();
    }

    /// Waits until a write that was committed in this generation is on disk.
    pub(crate) async fn flushed(&self, write: u64, generation: u64) -> Result<(), DbError> {
        let mut passed = self.passed.subscribe();
        let done = passed.wait_for(|p| p.flushed.0 >= write || p.failed >= write);
        let lost = || DbError::NotCommitted("the server went away before the commit was on its disk".into());
        match tokio::time::timeout(FLUSH_MAX, done).await {
            Ok(Ok(p)) if p.flushed.0 >= write && p.flushed.1 == generation => Ok(()),
            _ => Err(lost()),
        }
    }

    /// The head that another server turned out not to have.
    pub(super) fn lost(&self) -> Option<(i64, Head)> {
        self.lost.get().copied()
    }

    /// Waits until every write that was committed before this call is placed, at most `patience`.
    pub(crate) async fn placed(&self, patience: Duration) {
        let wanted = self.committed.load(Ordering::Acquire);
        let mut passed = self.passed.subscribe();
        // A slow sequencer is not an error: the receipt is then handed out later.
        drop(tokio::time::timeout(patience, passed.wait_for(|p| p.placed >= wanted)).await);
    }
}

/// Number, size and root of the newest epoch, which nobody else adds to or ends until this write is over.
pub(super) async fn lock_head(tx: &mut Tx) -> Result<(i64, i64, Vec<u8>), DbError> {
    fetch_one!(
        tx,
        (i64, i64, Vec<u8>),
        stmt!(
            sqlite: "SELECT epoch, size, root FROM log_epochs ORDER BY epoch DESC LIMIT 1",
            pg: "SELECT epoch, size, root FROM log_epochs ORDER BY epoch DESC LIMIT 1 FOR UPDATE",
        )
    )
}

/// What was placed.
pub(crate) struct Placement {
    epoch: i64,
    head: Head,
    count: usize,
}

/// Places what waits, or gives `None` when nothing waited.
pub(crate) async fn sequence(tx: &mut Tx) -> Result<Option<Placement>, DbError> {
    // The row may have been waited for while its epoch ended: then there is another one.
    let mut head = lock_head(tx).await?;
    while fetch_one!(tx, (i64,), stmt!("SELECT MAX(epoch) FROM log_epochs"))? != (head.0,) {
        head = lock_head(tx).await?;
    }
    let (epoch, size, root) = head;
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
    later!(
        tx,
        stmt!("UPDATE log_epochs SET size = $1, root = $2 WHERE epoch = $3"),
        column(appended.head.size)?,
        appended.head.root.as_bytes().to_vec(),
        epoch
    )?;
    Ok(Some(Placement { epoch, head: appended.head, count: entries.len() }))
}

/// Starts the sequencer of PostgreSQL. Several processes may run one; the row lock orders them.
pub(crate) fn start_sequencer(db: &Db) {
    let db = db.clone();
    tokio::spawn(async move {
        let (mut known, mut unflushed) = (Known::default(), Seldom::default());
        loop {
            drop(tokio::time::timeout(IDLE, db.log_bell().work.notified()).await);
            if db.engine().is_closed() {
                return;
            }
            let covered = db.log_bell().committed.load(Ordering::Acquire);
            let outcome = one_pass(&db, &mut known).await;
            let failed = !matches!(outcome, Ok((_, true)));
            db.log_bell().passed.send_modify(|passed| match outcome {
                Ok((generation, placed)) => {
                    unflushed.is_over();
                    passed.flushed = (covered, generation);
                    if placed {
                        passed.placed = covered;
                    }
                }
                Err(e) => {
                    if unflushed.is_due(&e.to_string(), Instant::now()) {
                        tracing::error!(error = %e, "commits could not be flushed");
                    }
                    passed.failed = covered;
                }
            });
            if failed {
                tokio::time::sleep(IDLE).await;
            }
        }
    });
}

/// What this process knows to be on disk, and of which generation of the server.
#[derive(Default)]
struct Known {
    generation: u64,
    head: Option<(i64, Head)>,
    unplaced: Seldom,
}

/// One durable commit behind everything that was committed before it; gives the generation it proves, and
/// whether the log could be sequenced in it.
async fn one_pass(db: &Db, known: &mut Known) -> Result<(u64, bool), DbError> {
    let Engine::Pg { flusher, incarnation, .. } = db.engine() else { return Ok((0, true)) };
    flush::renew(flusher, incarnation).await?;
    let proven = || incarnation.proven().ok_or_else(|| DbError::NotCommitted("another server answers now".into()));
    let generation = proven()?;
    if known.generation != generation {
        if let Some((epoch, head)) = known.head {
            still_there(db, flusher, (epoch, head)).await?;
        }
        known.generation = generation;
    }
    let mut newest = None;
    let placed = match placing(flusher, &mut newest).await {
        Ok(()) => {
            known.unplaced.is_over();
            true
        }
        Err(e) => {
            if known.unplaced.is_due(&e.to_string(), Instant::now()) {
                tracing::error!(error = %e, "the log could not be sequenced");
            }
            let mut tx = Tx::from(flusher.begin().await?);
            touch(&mut tx).await?;
            tx.commit().await?;
            false
        }
    };
    if proven()? == generation {
        known.head = newest.or(known.head);
        Ok((generation, placed))
    } else {
        Err(DbError::NotCommitted("another server answers now".into()))
    }
}

/// Another server answers: whether it has what the one before confirmed. If not, no more writes are taken.
async fn still_there(db: &Db, flusher: &PgPool, (epoch, head): (i64, Head)) -> Result<(), DbError> {
    let mut tx = Tx::from(flusher.begin().await?);
    let current = epoch::current(&mut tx).await?;
    let fits = current.number > epoch || (current.number == epoch && kept::holds(&mut tx, &current, head).await?);
    if fits {
        return Ok(());
    }
    db.log_bell().lost.get_or_init(|| (epoch, head));
    db.halt();
    Err(DbError::NotCommitted(format!(
        "another server answers, which has {} of {} entries",
        current.head.size, head.size
    )))
}

/// `newest` is the head that was committed last.
async fn placing(flusher: &PgPool, newest: &mut Option<(i64, Head)>) -> Result<(), DbError> {
    loop {
        let mut tx = Tx::from(flusher.begin().await?);
        let placed = sequence(&mut tx).await?;
        if placed.is_none() {
            touch(&mut tx).await?;
        }
        tx.commit().await?;
        *newest = placed.as_ref().map(|placed| (placed.epoch, placed.head)).or(*newest);
        // One pass places a bounded number.
        if placed.is_none_or(|placed| placed.count < PASS_FULL) {
            return Ok(());
        }
    }
}

/// A commit that wrote nothing is not flushed.
async fn touch(tx: &mut Tx) -> Result<(), DbError> {
    execute!(tx, stmt!("UPDATE log_epochs SET size = size WHERE epoch = (SELECT MAX(epoch) FROM log_epochs)"))
        .map(|_| ())
}
