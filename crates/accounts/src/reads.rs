//! Who read what: rows that are gathered for a second or up to 256 and then written together.
//!
//! Each batch is one write with an event of the house that holds its digest, so that the log notices
//! when a row is changed or taken away later. The queue is bounded: when the store cannot keep up,
//! readers wait, and when it cannot write at all, sensitive things cannot be read.

use crate::AccountError;
use db::{Db, DbError, Tx, event, execute, fetch_all, fetch_optional, later, stmt};
use domain::{CaseId, EventId, PersonId, Ts};
use serde_json::json;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use uuid::Uuid;

/// Rows in one batch.
const BATCH: usize = 256;
/// Rows that may wait for the writer.
const WAITING: usize = 4_096;
/// Longest time a row waits before it is written.
const EVERY: Duration = Duration::from_secs(1);
/// How long a reader waits for a place in the queue.
const PLACE: Duration = Duration::from_secs(5);

/// What was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReadKind {
    /// A case was opened.
    Case,
    /// A file of a case was fetched.
    Attachment,
    /// A case was taken out of the house.
    Export,
    /// Cases were searched.
    Search,
    /// This very record was read.
    Audit,
    /// The list of people was read.
    People,
}

impl ReadKind {
    /// The stored word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Case => "case",
            Self::Attachment => "attachment",
            Self::Export => "export",
            Self::Search => "search",
            Self::Audit => "audit",
            Self::People => "people",
        }
    }
}

struct Row {
    person: Option<Uuid>,
    what: &'static str,
    case: Option<Uuid>,
    at: Ts,
}

/// A look of somebody at a case, which marks what is new to them afterwards.
struct Look {
    person: Uuid,
    case: Uuid,
    version: i64,
}

enum Message {
    Row(Row),
    Look(Look),
    Flush(oneshot::Sender<()>),
}

/// The recorder. Cheap to clone.
#[derive(Clone)]
pub struct Reads {
    queue: mpsc::Sender<Message>,
    db: Db,
}

impl Reads {
    /// Starts the task that writes batches; it ends when every clone is gone.
    pub fn start(db: Db) -> Self {
        let (queue, waiting) = mpsc::channel(WAITING);
        tokio::spawn(write_batches(db.clone(), waiting));
        Self { queue, db }
    }

    /// Records a read. Call it before the answer is given; an error means that the thing must not be
    /// shown.
    pub async fn record(
        &self,
        person: Option<PersonId>,
        kind: ReadKind,
        case: Option<CaseId>,
    ) -> Result<(), AccountError> {
        let at = self.db.ambient().now();
        let row = Row { person: person.map(PersonId::uuid), what: kind.as_str(), case: case.map(CaseId::uuid), at };
        let sent = self.queue.send_timeout(Message::Row(row), PLACE).await;
        sent.map_err(|_| AccountError::Store(DbError::Busy))
    }

    /// Notes at which version somebody saw a case. It is written with the next batch of reads; a look that is
    /// lost only marks as new what was seen.
    pub async fn looked(&self, person: PersonId, case: CaseId, version: i64) {
        let look = Look { person: person.uuid(), case: case.uuid(), version };
        if self.queue.send_timeout(Message::Look(look), PLACE).await.is_err() {
            tracing::warn!("a look at a case was not noted");
        }
    }

    /// Returns when everything recorded before is on disk, or was tried to be; call it at shutdown.
    pub async fn flush(&self) {
        let (done, wait) = oneshot::channel();
        if self.queue.send(Message::Flush(done)).await.is_ok() {
            // A task that is gone has nothing left to write.
            drop(wait.await);
        }
    }
}

async fn write_batches(db: Db, mut waiting: mpsc::Receiver<Message>) {
    let mut batch: Vec<Row> = Vec::with_capacity(BATCH);
    let mut looks: BTreeMap<(Uuid, Uuid), i64> = BTreeMap::new();
    let mut ticks = tokio::time::interval(EVERY);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            // A full batch that could not be written stays; then nothing more is taken in.
            message = waiting.recv(), if batch.len() < BATCH => match message {
                Some(Message::Row(row)) => {
                    batch.push(row);
                    if batch.len() == BATCH {
                        write(&db, &mut batch).await;
                    }
                }
                Some(Message::Look(Look { person, case, version })) => {
                    let known = looks.entry((person, case)).or_insert(version);
                    *known = version.max(*known);
                    if looks.len() >= BATCH {
                        write_looks(&db, &mut looks).await;
                    }
                }
                Some(Message::Flush(done)) => {
                    write(&db, &mut batch).await;
                    write_looks(&db, &mut looks).await;
                    // Whoever asked may have given up waiting.
                    let _ = done.send(());
                }
                None => break,
            },
            _ = ticks.tick() => {
                write(&db, &mut batch).await;
                write_looks(&db, &mut looks).await;
            }
        }
    }
    write(&db, &mut batch).await;
    write_looks(&db, &mut looks).await;
}

/// Writes the looks, in the order of their key so that no two writes wait for each other; what cannot be
/// written is let go.
async fn write_looks(db: &Db, looks: &mut BTreeMap<(Uuid, Uuid), i64>) {
    if looks.is_empty() {
        return;
    }
    let rows = std::mem::take(looks);
    let written: Result<(), DbError> = db
        .write(move |tx| {
            Box::pin(async move {
                for ((person, case), version) in &rows {
                    look(tx, (*person, *case, *version)).await?;
                }
                Ok(())
            })
        })
        .await;
    if let Err(error) = written {
        tracing::warn!(%error, "looks at cases were not noted");
    }
}

/// One look. A case that was erased meanwhile has none any more.
async fn look(tx: &mut Tx, (person, case, version): (Uuid, Uuid, i64)) -> Result<(), DbError> {
    later!(
        tx,
        stmt!(
            "INSERT INTO looks (person, case_id, version)
             SELECT $1, c.id, $3 FROM cases c WHERE c.id = $2 AND c.erased_at IS NULL
             ON CONFLICT (person, case_id) DO UPDATE SET version = excluded.version
             WHERE looks.version < excluded.version"
        ),
        person,
        case,
        version
    )
}

/// The version at which somebody saw a case last, if they ever did.
pub async fn last_look(tx: &mut Tx, (person, case): (PersonId, CaseId)) -> Result<Option<i64>, DbError> {
    let row = fetch_optional!(
        tx,
        (i64,),
        stmt!("SELECT version FROM looks WHERE person = $1 AND case_id = $2"),
        person.uuid(),
        case.uuid()
    )?;
    Ok(row.map(|(version,)| version))
}

/// Who had to do with so many different cases since then, and with how many: opened, fetched or exported.
pub async fn many(tx: &mut Tx, since: Ts, at_least: i64) -> Result<Vec<(PersonId, i64)>, DbError> {
    let rows = fetch_all!(
        tx,
        (Uuid, i64),
        // Person by person, along their index: the record itself may be long.
        stmt!(
            "SELECT id, n FROM (SELECT p.id, (SELECT COUNT(DISTINCT r.case_id) FROM reads r
                                              WHERE r.person = p.id AND r.at > $1) AS n FROM people p) counted
             WHERE n >= $2 ORDER BY id"
        ),
        since.micros(),
        at_least
    )?;
    Ok(rows.into_iter().map(|(id, n)| (PersonId::from_uuid(id), n)).collect())
}

/// Follows what somebody did themselves to a case that they had seen at `from`: that is not new to them.
pub async fn look_on(tx: &mut Tx, (person, case): (PersonId, CaseId), (from, to): (i64, i64)) -> Result<(), DbError> {
    execute!(
        tx,
        stmt!("UPDATE looks SET version = $1 WHERE person = $2 AND case_id = $3 AND version = $4"),
        to,
        person.uuid(),
        case.uuid(),
        from
    )?;
    Ok(())
}

/// Writes the batch and empties it; on failure it stays for the next try.
async fn write(db: &Db, batch: &mut Vec<Row>) {
    if batch.is_empty() {
        return;
    }
    let base: EventId = db.ambient().id();
    let rows: Vec<_> =
        batch.iter().zip(0_u16..).map(|(r, n)| (place(base, n), r.person, r.what, r.case, r.at.micros())).collect();
    let house = db.clone();
    let written: Result<(), DbError> = db
        .write(move |tx| {
            Box::pin(async move {
                let mut digest = Sha256::new();
                for (id, person, what, case, at) in &rows {
                    digest_row(&mut digest, (*id, *person, what, *case, *at));
                    later!(
                        tx,
                        stmt!("INSERT INTO reads (id, person, what, case_id, at) VALUES ($1, $2, $3, $4, $5)"),
                        *id,
                        *person,
                        *what,
                        *case,
                        *at
                    )?;
                }
                let digest = data_encoding::HEXLOWER.encode(&digest.finalize());
                let data = json!({ "batch": place(base, 0).to_string(), "count": rows.len(), "digest": digest });
                event::append_house(tx, house.keys(), house.ambient(), "reads_recorded", None, data).await?;
                Ok(())
            })
        })
        .await;
    match written {
        Ok(()) => batch.clear(),
        Err(error) => tracing::error!(%error, rows = batch.len(), "reads could not be recorded and wait"),
    }
}

/// Ids of one batch differ in their last two bytes only, so that a batch is a range.
fn place(base: EventId, n: u16) -> Uuid {
    let mut bytes = *base.uuid().as_bytes();
    bytes[14..].copy_from_slice(&n.to_be_bytes());
    Uuid::from_bytes(bytes)
}

fn digest_row(digest: &mut Sha256, (id, person, what, case, at): (Uuid, Option<Uuid>, &str, Option<Uuid>, i64)) {
    digest.update(id.as_bytes());
    digest.update(person.unwrap_or(Uuid::nil()).as_bytes());
    digest.update(case.unwrap_or(Uuid::nil()).as_bytes());
    digest.update(at.to_be_bytes());
    digest.update([u8::try_from(what.len()).unwrap_or(u8::MAX)]);
    digest.update(what.as_bytes());
}

/// Count and digest, in lower-case hexadecimal, of the rows of a batch as they are now: what the event
/// `reads_recorded` with this batch must say.
pub async fn batch_digest(tx: &mut Tx, batch: Uuid) -> Result<(usize, String), AccountError> {
    let mut last = *batch.as_bytes();
    last[14..].fill(0xff);
    let rows = fetch_all!(
        tx,
        (Uuid, Option<Uuid>, String, Option<Uuid>, i64),
        stmt!("SELECT id, person, what, case_id, at FROM reads WHERE id >= $1 AND id <= $2 ORDER BY id LIMIT 65536"),
        batch,
        Uuid::from_bytes(last)
    )?;
    let mut digest = Sha256::new();
    for (id, person, what, case, at) in &rows {
        digest_row(&mut digest, (*id, *person, what, *case, *at));
    }
    Ok((rows.len(), data_encoding::HEXLOWER.encode(&digest.finalize())))
}
