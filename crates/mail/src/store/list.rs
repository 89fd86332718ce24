//! Letters as the desk lists them: never the words, never an address.

use super::State;
use crate::answer::Answer;
use crate::letter::{Kind, LetterId};
use crate::queue::key_for;
use db::{Db, DbError, Tx, fetch_all, fetch_one, fetch_optional, field, stmt};
use domain::{CaseId, PersonId, Ts};
use uuid::Uuid;

/// A letter in a list.
#[derive(Debug, Clone)]
pub struct Listed {
    /// Its id.
    pub id: LetterId,
    /// What it is for.
    pub kind: Kind,
    /// The case it is about.
    pub case: Option<CaseId>,
    /// Whom of the team it is for; none for a reporter or somebody invited.
    pub person: Option<PersonId>,
    /// Where it is.
    pub state: State,
    /// How often it was tried.
    pub attempts: i64,
    /// When it was queued; once it was tried, when it was first due.
    pub created_at: Ts,
    /// When it is tried next, while it waits.
    pub due_at: Ts,
    /// When it was sent, dropped or given up.
    pub ended_at: Option<Ts>,
    /// What the server said last.
    pub answer: Option<Answer>,
}

/// Which letters of the outbox a page shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Given up, newest first.
    Failed,
    /// In the queue, oldest first.
    Waiting,
}

/// How much there is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Letters in the queue that are or were due.
    pub waiting: i64,
    /// Microseconds that the oldest of them has waited since it was due.
    pub oldest: i64,
    /// Letters that failed and lie there.
    pub failed: i64,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    kind: String,
    case_id: Option<Uuid>,
    person: Option<Uuid>,
    state: String,
    attempts: i64,
    created_at: i64,
    due_at: i64,
    ended_at: Option<i64>,
    code: Option<i64>,
    answer: Option<Vec<u8>>,
}

/// At most 200 letters that have not arrived.
pub async fn unsent(tx: &mut Tx, db: &Db, place: Place) -> Result<Vec<Listed>, DbError> {
    let rows = match place {
        Place::Failed => fetch_all!(
            tx,
            Row,
            stmt!(
                "SELECT id, kind, case_id, person, state, attempts, created_at, due_at, ended_at, code, answer
                 FROM letters WHERE state = 'failed' ORDER BY id DESC LIMIT 200"
            )
        )?,
        Place::Waiting => fetch_all!(
            tx,
            Row,
            stmt!(
                "SELECT id, kind, case_id, person, state, attempts, created_at, due_at, ended_at, code, answer
                 FROM letters WHERE state = 'waiting' ORDER BY due_at, id LIMIT 200"
            )
        )?,
    };
    open_all(tx, db, rows).await
}

/// The newest 50 letters about a case.
pub async fn of_case(tx: &mut Tx, db: &Db, case: CaseId) -> Result<Vec<Listed>, DbError> {
    let rows = fetch_all!(
        tx,
        Row,
        stmt!(
            "SELECT id, kind, case_id, person, state, attempts, created_at, due_at, ended_at, code, answer
             FROM letters WHERE case_id = $1 ORDER BY id DESC LIMIT 50"
        ),
        case.uuid()
    )?;
    open_all(tx, db, rows).await
}

/// One letter.
pub async fn one(tx: &mut Tx, db: &Db, id: LetterId) -> Result<Option<Listed>, DbError> {
    let row = fetch_optional!(
        tx,
        Row,
        stmt!(
            "SELECT id, kind, case_id, person, state, attempts, created_at, due_at, ended_at, code, answer
             FROM letters WHERE id = $1"
        ),
        id.uuid()
    )?;
    match row {
        Some(row) => open(tx, db, row).await.map(Some),
        None => Ok(None),
    }
}

/// How many wait and how many failed.
pub async fn tally(tx: &mut Tx, now: Ts) -> Result<Tally, DbError> {
    let (waiting, oldest) = fetch_one!(
        tx,
        (i64, Option<i64>),
        stmt!(
            "SELECT COUNT(*), MIN(CASE WHEN attempts = 0 THEN due_at ELSE created_at END)
             FROM letters WHERE state = 'waiting' AND (due_at <= $1 OR attempts > 0)"
        ),
        now.micros()
    )?;
    let (failed,) = fetch_one!(tx, (i64,), stmt!("SELECT COUNT(*) FROM letters WHERE state = 'failed'"))?;
    Ok(Tally { waiting, oldest: oldest.map_or(0, |at| now.micros() - at), failed })
}

async fn open_all(tx: &mut Tx, db: &Db, rows: Vec<Row>) -> Result<Vec<Listed>, DbError> {
    let mut listed = Vec::with_capacity(rows.len());
    for row in rows {
        listed.push(open(tx, db, row).await?);
    }
    Ok(listed)
}

async fn open(tx: &mut Tx, db: &Db, row: Row) -> Result<Listed, DbError> {
    let (case, person) = (row.case_id.map(CaseId::from_uuid), row.person.map(PersonId::from_uuid));
    let wrong = |e: domain::UnknownWord| DbError::Inconsistent(format!("letter {}: {e}", row.id));
    let words = match &row.answer {
        None => None,
        Some(sealed) => match key_for(tx, db, case, person).await? {
            Some(key) => Some(key.open(field::OUTBOX_ANSWER, row.id, 0, sealed)?),
            None => None,
        },
    };
    let code = row.code.and_then(|code| u16::try_from(code).ok());
    Ok(Listed {
        id: LetterId::from_uuid(row.id),
        kind: row.kind.parse().map_err(wrong)?,
        case,
        person,
        state: row.state.parse().map_err(wrong)?,
        attempts: row.attempts,
        created_at: Ts::from_micros(row.created_at),
        due_at: Ts::from_micros(row.due_at),
        ended_at: row.ended_at.map(Ts::from_micros),
        answer: words.map(|words| Answer::new(code, &String::from_utf8_lossy(&words))),
    })
}
