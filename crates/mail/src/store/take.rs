//! Taking letters out of the queue, and making them ready to be sent.

use crate::MailAddress;
use crate::compose::{Sheet, compose};
use crate::contact::{self, Standing};
use crate::letter::{Kind, LetterId};
use crate::post::Post;
use crate::queue::{key_for, open};
use data_encoding::HEXLOWER;
use db::{Db, DbError, List, Tx, fetch_all, fetch_optional, field, rights, stmt};
use domain::{CaseId, Permission, PersonId, Ts};
use uuid::Uuid;

/// How long a letter that was taken is nobody else's. After a crash it is taken again then.
pub(crate) const LOCK_MICROS: i64 = 600_000_000;

/// A letter that was taken: nobody else sends it until its lock ends.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct Taken {
    pub id: Uuid,
    kind: String,
    case_id: Option<Uuid>,
    person: Option<Uuid>,
    pub attempts: i64,
    created_at: i64,
    due_at: i64,
    locked_until: i64,
    body: Vec<u8>,
}

/// A letter and the end of the lock under which it was taken: whoever took it later has another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Held {
    pub id: Uuid,
    pub until: i64,
}

impl Taken {
    pub(crate) const fn held(&self) -> Held {
        Held { id: self.id, until: self.locked_until }
    }

    /// Since when it could have gone: one that had to wait for its hour begins then.
    pub(crate) const fn since(&self) -> Ts {
        Ts::from_micros(if self.attempts == 0 { self.due_at } else { self.created_at })
    }
}

/// A letter ready for the wire, or the reason why there is none.
pub(crate) enum Prepared {
    /// Send this.
    Ready(MailAddress, Vec<u8>),
    /// Nobody is to have it any more.
    Drop,
    /// It cannot be written down; why.
    Broken(String),
}

/// Takes letters that are due, oldest first. Of those about one case to one recipient only the first,
/// so that they arrive in order; one that waits for its hour holds up nothing.
pub(crate) async fn take(db: &Db, most: i64) -> Result<Vec<Taken>, DbError> {
    let now = db.ambient().now().micros();
    let mut taken = db
        .write(move |tx| {
            Box::pin(async move {
                fetch_all!(
                    tx,
                    Taken,
                    stmt!(
                        sqlite: "UPDATE letters SET locked_until = $2 WHERE id IN (
                                   SELECT a.id FROM letters a
                                   WHERE a.state = 'waiting' AND a.due_at <= $1
                                     AND (a.locked_until IS NULL OR a.locked_until < $1)
                                     AND NOT EXISTS (SELECT 1 FROM letters b
                                                     WHERE b.state = 'waiting' AND b.case_id = a.case_id
                                                       AND b.person IS NOT DISTINCT FROM a.person AND b.id < a.id
                                                       AND (b.due_at <= $1 OR b.attempts > 0))
                                   ORDER BY a.due_at, a.id LIMIT $3)
                                 RETURNING id, kind, case_id, person, attempts, created_at, due_at, locked_until, body",
                        pg: "UPDATE letters SET locked_until = $2 WHERE id IN (
                                   SELECT a.id FROM letters a
                                   WHERE a.state = 'waiting' AND a.due_at <= $1
                                     AND (a.locked_until IS NULL OR a.locked_until < $1)
                                     AND NOT EXISTS (SELECT 1 FROM letters b
                                                     WHERE b.state = 'waiting' AND b.case_id = a.case_id
                                                       AND b.person IS NOT DISTINCT FROM a.person AND b.id < a.id
                                                       AND (b.due_at <= $1 OR b.attempts > 0))
                                   ORDER BY a.due_at, a.id LIMIT $3 FOR UPDATE OF a SKIP LOCKED)
                                 RETURNING id, kind, case_id, person, attempts, created_at, due_at, locked_until, body",
                    ),
                    now,
                    now + LOCK_MICROS,
                    most
                )
            })
        })
        .await?;
    taken.sort_by_key(|letter| letter.id);
    Ok(taken)
}

/// Looks up the address, opens the words and writes the bytes.
pub(crate) async fn prepare(db: &Db, post: &Post, letter: &Taken) -> Result<Prepared, DbError> {
    let mut tx = db.read().await?;
    let tx = &mut tx;
    let (case, person) = (letter.case_id.map(CaseId::from_uuid), letter.person.map(PersonId::from_uuid));
    let Some(key) = key_for(tx, db, case, person).await? else { return Ok(Prepared::Drop) };
    let sealed = match open(&key, letter.id, &letter.body) {
        Ok(sealed) => sealed,
        Err(error) => {
            tracing::error!(letter = %letter.id, %error, "a letter cannot be opened");
            return Ok(Prepared::Broken("The letter cannot be opened".to_owned()));
        }
    };
    let address = match (&sealed.address, person, case) {
        (Some(address), ..) => Ok(address.parse().ok()),
        (None, Some(person), _) => of_person(tx, db, (person, &letter.kind), case).await,
        (None, None, Some(case)) => of_reporter(tx, db, (case, &letter.kind)).await,
        (None, None, None) => Ok(None),
    };
    let address = match address {
        Ok(address) => address,
        // Of this letter only; what is wrong with the store is wrong for all.
        Err(error @ (DbError::Seal(_) | DbError::Inconsistent(_))) => {
            tracing::error!(letter = %letter.id, %error, "the address of a letter cannot be read");
            return Ok(Prepared::Broken("The address is damaged, or none that mail can go to".to_owned()));
        }
        Err(error) => return Err(error),
    };
    let Some(to) = address else { return Ok(Prepared::Drop) };
    let thread = case.map(|case| thread(db, case));
    let before = before(tx, letter).await?;
    let (id, at) = (LetterId::from_uuid(letter.id), letter.since());
    let sheet = Sheet { id, to: &to, words: &sealed.words, at, thread, before };
    Ok(match compose(&post.envelope(), &sheet) {
        Ok(bytes) => Prepared::Ready(to, bytes),
        Err(error) => Prepared::Broken(error.to_string()),
    })
}

/// What letters about one case have in common: tells nothing, and is always the same.
fn thread(db: &Db, case: CaseId) -> String {
    HEXLOWER.encode(&db.keys().token().hmac("mail thread", &[case.uuid().as_bytes()])[..16])
}

/// The letter before, about the same case to the same recipient, that went out.
async fn before(tx: &mut Tx, letter: &Taken) -> Result<Option<LetterId>, DbError> {
    let row = fetch_optional!(
        tx,
        (Uuid,),
        stmt!(
            "SELECT id FROM letters WHERE case_id = $1 AND person IS NOT DISTINCT FROM $2 AND id < $3 AND state = 'sent'
             ORDER BY id DESC LIMIT 1"
        ),
        letter.case_id,
        letter.person,
        letter.id
    )?;
    Ok(row.map(|(id,)| LetterId::from_uuid(id)))
}

/// The address of a colleague who can sign in, or of a researcher; where it is about a case, of one who may still see
/// it. An invitation goes only to somebody who has not come yet.
async fn of_person(
    tx: &mut Tx,
    db: &Db,
    (person, kind): (PersonId, &str),
    case: Option<CaseId>,
) -> Result<Option<MailAddress>, DbError> {
    let state = if kind == Kind::Invitation.as_str() { "invited" } else { "active" };
    let row = fetch_optional!(
        tx,
        (Vec<u8>, bool),
        stmt!(
            "SELECT email, FALSE AS researcher FROM people WHERE id = $1 AND state = $2
             UNION ALL SELECT email, TRUE FROM researchers WHERE id = $1 AND state = $2"
        ),
        person.uuid(),
        state
    )?;
    let Some((email, researcher)) = row else { return Ok(None) };
    if let Some(case) = case
        && !(if researcher { follows(tx, person, case).await? } else { may_read(tx, person, case).await? })
    {
        return Ok(None);
    }
    let Some(key) = db.keys().person(tx, person).await? else { return Ok(None) };
    let plain = key.open(field::PERSON_EMAIL, person.uuid(), 0, &email)?;
    // Of an account from before addresses were checked as letters need them: dropped without a word, nobody would know
    // that this colleague hears of nothing.
    let none = |_| DbError::Inconsistent(format!("mail cannot go to the address of {person}"));
    String::from_utf8_lossy(&plain).parse().map(Some).map_err(none)
}

/// Whether a researcher follows the case from their account.
async fn follows(tx: &mut Tx, person: PersonId, case: CaseId) -> Result<bool, DbError> {
    let statement = stmt!("SELECT researcher FROM case_reporters WHERE case_id = $1 AND researcher = $2");
    Ok(fetch_optional!(tx, (Uuid,), statement, case.uuid(), person.uuid())?.is_some())
}

/// As `domain::may` says of [`Permission::ReadCases`], asked of the rows as they are now: who was taken off a case
/// while a letter waited does not get its title any more.
async fn may_read(tx: &mut Tx, person: PersonId, case: CaseId) -> Result<bool, DbError> {
    let list = List::new("SELECT c.id FROM cases c WHERE c.erased_at IS NULL").and("c.id = ?", [case.uuid().into()]);
    let found = rights::held(list, person, Permission::ReadCases).fetch::<(Uuid,)>(tx).await?;
    Ok(!found.is_empty())
}

/// Only the question whether we may write goes to an address that has not said yes.
async fn of_reporter(tx: &mut Tx, db: &Db, (case, kind): (CaseId, &str)) -> Result<Option<MailAddress>, DbError> {
    let contact = contact::of_case(tx, db, case).await?;
    Ok(contact.and_then(|contact| {
        let asks = kind == Kind::Confirm.as_str() && contact.standing != Standing::Stopped;
        (asks || contact.standing == Standing::Confirmed).then_some(contact.address)
    }))
}
