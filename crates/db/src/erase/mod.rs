//! Erasure of a case or of a person: the key is destroyed, what it sealed is removed, and the log says
//! so. The write here makes it unreadable at once; [`crate::sweep`] then removes the remains from the
//! disk, and only after that is the erasure reported as done (`erasures.swept_at`).
//!
//! What stays: ids, instants, states and kinds of the case, so that the log can still be verified and
//! figures add up; and the entries of the log, which are salted commitments that reveal nothing.

mod case;
mod hold;
mod list;
mod person;
mod progress;
mod researcher;

pub use case::erase_case;
pub use hold::{hold_case, release_case};
pub use list::{ErasureList, Line};
pub use person::erase_person;
pub use progress::{Progress, Waiting, newest};
pub use researcher::erase_researcher;

use crate::{Db, DbError, Keyring, Tx, event, execute, fetch_optional, jobs, stmt};
use domain::{Ambient, JobId, PersonId, Ts};
use seal::KeyKind;
use serde_json::json;
use uuid::Uuid;

/// Job that removes the remains from the disk.
pub const SWEEP: &str = "erase.sweep";

/// Why nothing was erased.
#[derive(Debug, thiserror::Error)]
pub enum EraseError {
    /// A legal hold forbids it.
    #[error("a legal hold since {since} forbids erasing this case")]
    Held {
        /// Since when.
        since: Ts,
    },
    /// There is no such case or person.
    #[error("there is no such case or person")]
    NotFound,
    /// It was erased before.
    #[error("this was erased before")]
    Already,
    /// The store refused.
    #[error(transparent)]
    Db(#[from] DbError),
}

/// What is erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// One case with everything said and sent in it.
    Case,
    /// One person of the house, or a researcher: name, addresses, sign-in. Their cases stay.
    Person,
}

impl Kind {
    /// The stored word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Case => "case",
            Self::Person => "person",
        }
    }

    /// The kind of this stored word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Case, Self::Person].into_iter().find(|kind| kind.as_str() == word)
    }

    /// Kind of the house event that tells of it.
    pub(crate) const fn event(self) -> &'static str {
        match self {
            Self::Case => "case_erased",
            Self::Person => "person_erased",
        }
    }

    /// Kind of the key that is destroyed.
    pub(crate) const fn key(self) -> KeyKind {
        match self {
            Self::Case => KeyKind::Case,
            Self::Person => KeyKind::Person,
        }
    }
}

/// One erasure, as the table and the erasure list have it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Erasure {
    /// Its own id, the same after a restore.
    pub id: Uuid,
    /// Of what.
    pub kind: Kind,
    /// The case or person.
    pub subject: Uuid,
    /// When it was asked for.
    pub at: Ts,
}

/// Who asks, and why.
#[derive(Debug, Clone)]
pub struct Order {
    /// The person who asks; `None` for a retention rule.
    pub by: Option<PersonId>,
    /// Why, in their words; kept sealed in the log's event for as long as the house keeps its log.
    pub reason: String,
}

/// How far an erasure is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Status {
    /// The erasure.
    pub erasure: Erasure,
    /// When nothing of it was left on the disk; `None` while the sweep is still to come.
    pub swept_at: Option<Ts>,
}

/// What every erasure ends with, after its write: the line is written after the commit, so that the list never names what was not erased, and before
/// the answer, so that a restore of an older backup repeats every erasure that was acknowledged.
pub async fn acknowledged(db: &Db, list: &ErasureList, done: Erasure) -> Result<Erasure, EraseError> {
    // A reader of an older snapshot may have put the key back into memory meanwhile.
    db.keys().forget(done.kind.key(), done.subject);
    list.append(vec![Line::Erased(done)]).await?;
    Ok(done)
}

/// The erasure of a case or person, if there was one.
pub async fn status(tx: &mut Tx, kind: Kind, subject: Uuid) -> Result<Option<Status>, DbError> {
    let row = fetch_optional!(
        tx,
        (Uuid, i64, Option<i64>),
        stmt!("SELECT id, requested_at, swept_at FROM erasures WHERE kind = $1 AND subject = $2 LIMIT 1"),
        kind.as_str(),
        subject
    )?;
    Ok(row.map(|(id, at, swept)| Status {
        erasure: Erasure { id, kind, subject, at: Ts::from_micros(at) },
        swept_at: swept.map(Ts::from_micros),
    }))
}

/// What [`note`] writes down.
struct Noted<'a> {
    erasure: Erasure,
    order: &'a Order,
    /// Set when a restore repeats it.
    again: bool,
    blobs: Vec<String>,
}

/// A new erasure, not written yet.
fn new_erasure(ambient: &Ambient, kind: Kind, subject: Uuid) -> Erasure {
    Erasure { id: ambient.id::<JobId>().uuid(), kind, subject, at: ambient.now() }
}

/// The event in the log, the row, and the job of the sweep.
async fn note(tx: &mut Tx, keys: &Keyring, ambient: &Ambient, noted: Noted<'_>) -> Result<(), DbError> {
    let Noted { erasure, order, again, blobs } = noted;
    let data = json!({
        "erasure": erasure.id.to_string(),
        "subject": erasure.subject.to_string(),
        "reason": order.reason,
        "again": again,
    });
    let by = order.by.map(PersonId::uuid);
    let event = event::append_house(tx, keys, ambient, erasure.kind.event(), by, data).await?;
    execute!(
        tx,
        stmt!("INSERT INTO erasures (id, kind, subject, requested_at, event) VALUES ($1, $2, $3, $4, $5)"),
        erasure.id,
        erasure.kind.as_str(),
        erasure.subject,
        erasure.at.micros(),
        event.uuid()
    )?;
    let payload = json!({ "erasure": erasure.id.to_string(), "blobs": blobs });
    let job = (SWEEP, Some(erasure.subject), ambient.now());
    jobs::enqueue(tx, keys.house(), ambient, job, &payload).await?;
    Ok(())
}

/// Repeats, in a store that was restored from an older backup, what the list says was erased; gives
/// false when the subject is not in this store or its erasure is.
pub(crate) async fn repeat(tx: &mut Tx, keys: &Keyring, ambient: &Ambient, old: Erasure) -> Result<bool, DbError> {
    let known = fetch_optional!(
        tx,
        (i64,),
        stmt!("SELECT requested_at FROM erasures WHERE kind = $1 AND subject = $2 LIMIT 1"),
        old.kind.as_str(),
        old.subject
    )?;
    if known.is_some() {
        return Ok(false);
    }
    let blobs = match old.kind {
        Kind::Case => case::remove(tx, (keys, ambient), (old.subject, old.at)).await?,
        Kind::Person => {
            let found =
                person::remove(tx, keys, old.subject).await? || researcher::remove(tx, keys, old.subject).await?;
            found.then(Vec::new)
        }
    };
    let Some(blobs) = blobs else { return Ok(false) };
    let order = Order { by: None, reason: "repeated after a restore".to_owned() };
    note(tx, keys, ambient, Noted { erasure: old, order: &order, again: true, blobs }).await?;
    Ok(true)
}

/// Removes the letters to somebody, colleague or researcher: those under their id, and those to the mailbox of a researcher
/// whose row still has it. On PostgreSQL in the order of their ids, as the courier locks them.
async fn remove_letters(tx: &mut Tx, person: Uuid) -> Result<(), DbError> {
    execute!(
        tx,
        stmt!(
            sqlite: "DELETE FROM letters WHERE person = $1
                        OR mailbox = (SELECT mailbox FROM researchers WHERE id = $1)",
            pg: "DELETE FROM letters WHERE id IN (
                   SELECT id FROM letters WHERE person = $1
                      OR mailbox = (SELECT mailbox FROM researchers WHERE id = $1) ORDER BY id FOR UPDATE)",
        ),
        person
    )
    .map(|_| ())
}
