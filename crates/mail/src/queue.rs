//! Queueing: the row of a letter, in the write of whoever has something to tell.

use crate::MailAddress;
use crate::letter::{Kind, Letter, LetterId, To, Words};
use db::{DataKey, Db, DbError, Keyring, Tx, execute, fetch_optional, field, label, stmt};
use domain::{CaseId, PersonId};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use uuid::Uuid;

/// What became of a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Queued {
    /// It waits for the courier.
    Waits(LetterId),
    /// One with this key was queued before; nothing happened.
    Before,
    /// The case or person it belongs to is erased; nothing happened.
    Gone,
}

/// What is sealed of a letter.
#[derive(Serialize, Deserialize)]
pub(crate) struct Sealed {
    /// Only for an address that is nobody's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// The words.
    pub words: Words,
}

/// Puts a letter into the outbox, inside the caller's write: it is sent if, and only if, that write
/// becomes durable. Sealed under the key of its case, else of its person, else of the house.
///
/// Works whether or not a mail server is set: without one the row is cleared away after a while.
pub async fn queue(tx: &mut Tx, db: &Db, letter: &Letter) -> Result<Queued, DbError> {
    let (case, person) = (letter.case.or(case_of(&letter.to)), person_of(&letter.to));
    let Some(key) = key_for(tx, db, case, person).await? else { return Ok(Queued::Gone) };
    let address = match &letter.to {
        To::Address(address) => Some(address.as_str().to_owned()),
        To::Person(_) | To::Invited(_) | To::Researcher(_) | To::Reporter(_) => None,
    };
    let mailbox = match &letter.to {
        To::Address(address) => Some(mailbox_of(db.keys(), address).to_vec()),
        To::Person(_) | To::Invited(_) | To::Researcher(_) | To::Reporter(_) => None,
    };
    let plain = serde_json::to_vec(&Sealed { address, words: letter.words.clone() })
        .map_err(|e| DbError::Inconsistent(e.to_string()))?;
    let ambient = db.ambient();
    let (id, now) = (ambient.id::<LetterId>(), ambient.now());
    let body = key.seal(field::OUTBOX_BODY, id.uuid(), 0, &plain, ambient.random.as_ref());
    let once = db.keys().token().hmac("letter", &[letter.kind.as_str().as_bytes(), letter.key.as_bytes()]);
    let queued = execute!(
        tx,
        stmt!(
            "INSERT INTO letters (id, once, kind, case_id, person, mailbox, state, attempts, created_at, due_at, body)
             VALUES ($1, $2, $3, $4, $5, $6, 'waiting', 0, $7, $8, $9) ON CONFLICT (once) DO NOTHING"
        ),
        id.uuid(),
        once.to_vec(),
        letter.kind.as_str(),
        case.map(CaseId::uuid),
        person.map(PersonId::uuid),
        mailbox,
        now.micros(),
        letter.after.map_or(now, |after| after.max(now)).micros(),
        body
    )?;
    Ok(if queued == 1 { Queued::Waits(id) } else { Queued::Before })
}

/// Whether a letter of this kind with this key was queued before, and is still known: for who would queue it again each minute.
pub async fn was_queued(tx: &mut Tx, db: &Db, (kind, key): (Kind, &str)) -> Result<bool, DbError> {
    let once = db.keys().token().hmac("letter", &[kind.as_str().as_bytes(), key.as_bytes()]);
    let found = fetch_optional!(tx, (i64,), stmt!("SELECT created_at FROM letters WHERE once = $1"), once.to_vec())?;
    Ok(found.is_some())
}

/// Keyed hash of the mailbox an address ends in: accounts, bars and letters are found by it.
pub fn mailbox_of(keys: &Keyring, address: &MailAddress) -> [u8; 32] {
    keys.index().hmac(label::MAILBOX, &[address.mailbox().as_bytes()])
}

const fn case_of(to: &To) -> Option<CaseId> {
    match to {
        To::Reporter(case) => Some(*case),
        To::Person(_) | To::Invited(_) | To::Researcher(_) | To::Address(_) => None,
    }
}

const fn person_of(to: &To) -> Option<PersonId> {
    match to {
        To::Person(person) | To::Invited(person) | To::Researcher(person) => Some(*person),
        To::Reporter(_) | To::Address(_) => None,
    }
}

/// The key that seals a letter; none when its owner is erased.
pub(crate) async fn key_for(
    tx: &mut Tx,
    db: &Db,
    case: Option<CaseId>,
    person: Option<PersonId>,
) -> Result<Option<Arc<DataKey>>, DbError> {
    match (case, person) {
        (Some(case), _) => db.keys().case(tx, case).await,
        (None, Some(person)) => db.keys().person(tx, person).await,
        (None, None) => Ok(Some(db.keys().house().clone())),
    }
}

/// Opens what [`queue`] sealed.
pub(crate) fn open(key: &DataKey, id: Uuid, body: &[u8]) -> Result<Sealed, DbError> {
    let plain = key.open(field::OUTBOX_BODY, id, 0, body)?;
    serde_json::from_slice(&plain).map_err(|e| DbError::Inconsistent(format!("letter {id}: {e}")))
}
