//! `leeward verify`: every event against its entry, every entry and head against the tree, every
//! opening that is gone against a logged erasure.

mod erased;
mod events;
mod heads;
mod tree;

pub(in crate::log) use heads::root_at;
pub use heads::verify_against;

use super::epoch;
use crate::{Db, DbError, Tx, fetch_all, stmt};
use tlog::{EpochStatement, KeyFile};
use uuid::Uuid;

/// Rows read at once.
const PAGE: i64 = 512;

/// One contradiction that was found.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The stored event is not what was committed to.
    #[error("event {0}: its content is not what was committed to")]
    Content(Uuid),
    /// The event cannot be opened and no erasure of its case is logged.
    #[error("event {0}: its content is gone or does not open, and no erasure is logged")]
    Gone(Uuid),
    /// An event without an entry.
    #[error("event {0}: it has no entry in the log")]
    NoEntry(Uuid),
    /// The entry in the tree is not the one in the table.
    #[error("epoch {epoch}, entry {index}: the tree holds another commitment")]
    Entry {
        /// The tree.
        epoch: i64,
        /// The place.
        index: u64,
    },
    /// Entries of a tree are missing from the table.
    #[error("epoch {epoch}: the tree has {size} entries, the table {found}")]
    Count {
        /// The tree.
        epoch: i64,
        /// Entries in the tree.
        size: u64,
        /// Entries in the table.
        found: u64,
    },
    /// The root does not follow from the entries.
    #[error("epoch {epoch}: the root at size {size} does not follow from its entries")]
    Root {
        /// The tree.
        epoch: i64,
        /// At this size.
        size: u64,
    },
    /// A column beside the sealed event says something else than the event.
    #[error("event {0}: its columns are not what was committed to")]
    Columns(Uuid),
    /// An entry whose event was removed.
    #[error("event {0}: the log has its entry, but the event is not there")]
    NoEvent(Uuid),
    /// A row of the erasures that no event in the log bears out.
    #[error("erasure {0}: no event in the log says so")]
    Erasure(Uuid),
    /// A person whose key is gone without a logged erasure.
    #[error("person {0}: the key is gone, and no erasure is logged")]
    Person(Uuid),
    /// A tile that outsiders are served does not follow from the entries.
    #[error("epoch {epoch}: tile {index} of level {level} does not follow from the entries")]
    Tile {
        /// The tree.
        epoch: i64,
        /// Level, -1 for the entries.
        level: i64,
        /// Index in the level.
        index: u64,
    },
    /// The store ends before a checkpoint that was kept elsewhere.
    #[error("epoch {epoch}: the store ends at {size} entries, a kept checkpoint has {claimed}: the newest are lost")]
    Behind {
        /// The tree.
        epoch: i64,
        /// Entries in the store.
        size: u64,
        /// Entries of the checkpoint.
        claimed: u64,
    },
    /// An epoch that does not say, signed, where the one before it ended.
    #[error("epoch {epoch}: its statement about the epoch before does not hold")]
    Statement {
        /// The tree.
        epoch: i64,
    },
    /// Events of a case are missing or out of order.
    #[error("case {case}: event number {seq} is missing")]
    Sequence {
        /// The case.
        case: Uuid,
        /// The first missing number.
        seq: i64,
    },
}

/// What was looked at and what was wrong.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// Events whose content was compared with its commitment.
    pub events: u64,
    /// Events whose content a logged erasure destroyed.
    pub erased: u64,
    /// Entries not yet placed: normal for a moment after a write on PostgreSQL.
    pub pending: u64,
    /// Trees.
    pub epochs: u64,
    /// Published heads.
    pub checkpoints: u64,
    /// What was wrong, at most 1,000.
    pub faults: Vec<Fault>,
}

impl Report {
    fn fault(&mut self, fault: Fault) {
        if self.faults.len() < 1000 {
            self.faults.push(fault);
        }
    }
}

/// Checks the whole store in one snapshot. Memory is bounded by the number of cases, not of events.
pub async fn verify(db: &Db) -> Result<Report, DbError> {
    let mut tx = db.read().await?;
    let mut report = Report::default();
    let erased = erased::logged(db, &mut tx, &mut report).await?;
    events::check(db, &mut tx, &erased.cases, &mut report).await?;
    erased::people(&mut tx, &erased.people, &mut report).await?;
    epochs(&mut tx, &mut report).await?;
    for of in epoch::epochs(&mut tx).await? {
        report.epochs += 1;
        tree::check(&mut tx, &of, &mut report).await?;
        heads::check(&mut tx, &of, &mut report).await?;
    }
    Ok(report)
}

/// Each epoch but the first begins with a signed statement of where the one before it ended.
async fn epochs(tx: &mut Tx, report: &mut Report) -> Result<(), DbError> {
    let epochs = epoch::epochs(tx).await?;
    let keys = KeyFile::new(epochs.iter().map(|e| e.verifier.clone()).collect());
    let statements = fetch_all!(
        tx,
        (i64, Option<String>),
        stmt!("SELECT epoch, statement FROM log_epochs ORDER BY epoch LIMIT 10000")
    )?;
    for ((pair, (number, note)), keys) in epochs.windows(2).zip(&statements[1..]).zip(std::iter::repeat(&keys)) {
        let [before, opened] = pair else { continue };
        let holds = note.as_deref().zip(keys.as_ref()).is_some_and(|(note, keys)| {
            EpochStatement::verify(note, keys).is_ok_and(|read| {
                let said = &read.statement;
                *said.opens() == opened.origin && *said.closes() == before.origin && *said.last() == before.head
            })
        });
        if !holds {
            report.fault(Fault::Statement { epoch: *number });
        }
    }
    Ok(())
}
