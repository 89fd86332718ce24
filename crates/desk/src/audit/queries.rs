//! Reads and events of the house.

use db::{DbError, Tx, fetch_all, fetch_one, stmt};
use domain::{CaseId, PersonId, Ts};
use uuid::Uuid;

/// One read.
#[derive(Debug, Clone)]
pub struct ReadRow {
    /// Its id, which is its place in the list.
    pub id: Uuid,
    /// Who.
    pub person: Option<PersonId>,
    /// What: `case`, `attachment`, `search` and so on.
    pub what: String,
    /// The case, with its type and number.
    pub case: Option<(CaseId, String, i64)>,
    /// When.
    pub at: Ts,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    person: Option<Uuid>,
    what: String,
    at: i64,
    case_id: Option<Uuid>,
    r#type: Option<String>,
    number: Option<i64>,
}

/// Reads before `before`, newest first. Ids grow with time, so they are the order.
pub async fn latest_reads(tx: &mut Tx, before: Option<Uuid>, limit: i64) -> Result<Vec<ReadRow>, DbError> {
    let rows = fetch_all!(
        tx,
        Row,
        stmt!(
            "SELECT r.id, r.person, r.what, r.at, r.case_id, c.type, c.number
             FROM reads r LEFT JOIN cases c ON c.id = r.case_id
             WHERE r.id < $1 ORDER BY r.id DESC LIMIT $2"
        ),
        before.unwrap_or(Uuid::max()),
        limit
    )?;
    let read = |row: Row| ReadRow {
        id: row.id,
        person: row.person.map(PersonId::from_uuid),
        what: row.what,
        case: match (row.case_id, row.r#type, row.number) {
            (Some(id), Some(kind), Some(number)) => Some((CaseId::from_uuid(id), kind, number)),
            _ => None,
        },
        at: Ts::from_micros(row.at),
    };
    Ok(rows.into_iter().map(read).collect())
}

/// How many people have opened the case.
pub async fn readers(tx: &mut Tx, case: CaseId) -> Result<i64, DbError> {
    let (count,) = fetch_one!(
        tx,
        (i64,),
        stmt!("SELECT COUNT(DISTINCT person) FROM reads WHERE case_id = $1 AND what = 'case'"),
        case.uuid()
    )?;
    Ok(count)
}
