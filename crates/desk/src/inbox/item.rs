//! The rows of the list: read with what is joined to them, and opened.

use super::queries::PAGE;
use crate::engine::{EngineError, credit};
use db::{Db, JoinedKey, KeyKind, List, Tx, Value, field};
use domain::case::name_of;
use domain::{CaseId, PersonId, ProgrammeId, ReporterText, Severity, Ts};
use uuid::Uuid;
use web::Caller;

/// One case of the list, opened.
#[derive(Debug, Clone)]
pub struct Item {
    /// Its id.
    pub id: CaseId,
    /// Type of case.
    pub kind: String,
    /// REP-12.
    pub name: String,
    /// Number in the name.
    pub number: i64,
    /// One line.
    pub title: String,
    /// Its programme.
    pub programme: ProgrammeId,
    /// Address part of its programme.
    pub slug: String,
    /// The name the reporter wants to be thanked under.
    pub credit: Option<ReporterText>,
    /// Whether the reporter left a way to write to them.
    pub reachable: bool,
    /// Word of the state.
    pub state: String,
    /// Whether work is left.
    pub open: bool,
    /// Since when we wait for the reporter.
    pub waiting_since: Option<Ts>,
    /// How it ended.
    pub outcome: Option<String>,
    /// What the reporter thinks.
    pub claimed: Option<Severity>,
    /// What we decided.
    pub decided: Option<Severity>,
    /// Since when we know that somebody exploits it.
    pub exploited_at: Option<Ts>,
    /// Only named people see it.
    pub restricted: bool,
    /// Who works on it.
    pub assignee: Option<PersonId>,
    /// When it came.
    pub received_at: Ts,
    /// When it last changed.
    pub updated_at: Ts,
    /// When something is due.
    pub due_at: Option<Ts>,
    /// Its version.
    pub version: i64,
    /// The version at which whoever asks looked at it last, with a browser.
    pub looked: Option<i64>,
}

#[derive(sqlx::FromRow)]
pub(super) struct Row {
    pub(super) id: Uuid,
    r#type: String,
    number: i64,
    state: String,
    is_open: bool,
    waiting_since: Option<i64>,
    severity_claimed: Option<i64>,
    severity_decided: Option<i64>,
    outcome: Option<String>,
    exploited_at: Option<i64>,
    restricted: bool,
    assignee: Option<Uuid>,
    version: i64,
    received_at: i64,
    updated_at: i64,
    pub(super) due_at: Option<i64>,
    title: Vec<u8>,
    programme: Uuid,
    slug: String,
    key_id: Uuid,
    master: Vec<u8>,
    wrapped: Vec<u8>,
    credit: Option<Vec<u8>>,
    reachable: bool,
    looked: Option<i64>,
}

impl Row {
    /// Rank of the severity in force; -1 where none is set.
    pub(super) fn rank(&self) -> i64 {
        self.severity_decided.or(self.severity_claimed).unwrap_or(-1)
    }
}

/// The inner query picks the page; what is joined is read for its few rows only.
pub(super) const HEAD: &str = "SELECT c.id, c.type, c.number, c.state, c.is_open, c.waiting_since, c.severity_claimed,
       c.severity_decided, c.outcome, c.exploited_at, c.restricted, c.assignee, c.version, c.received_at, c.updated_at,
       c.due_at, c.title, c.credit, c.programme, p.slug, k.id AS key_id, k.master, k.wrapped,
       EXISTS (SELECT 1 FROM events w WHERE w.case_id = c.id AND w.seq < 4 AND w.kind = 'message_received'
               AND w.at < c.received_at + 1000000) AS reachable, l.version AS looked
FROM (SELECT c.* FROM cases c WHERE c.erased_at IS NULL";

/// Key and programme of each case of the page, and when the caller looked at it.
const JOINED: &str = ") c JOIN keys k ON k.kind = ? AND k.owner = c.id JOIN programmes p ON p.id = c.programme
LEFT JOIN looks l ON l.person = ? AND l.case_id = c.id";

/// What is read for the page that the list picked.
pub(super) fn joined(list: List, caller: &Caller) -> List {
    list.tail(JOINED, [KeyKind::Case.as_i64().into(), caller.person().map(PersonId::uuid).into()])
}

/// An order that no index has, for rows that are looked up one by one: SQLite sorts them and hands all over at once.
/// Else whoever waits for them is woken for each row, which costs more than the row.
pub(super) const AT_ONCE: &str = "ORDER BY +c.number";

/// These cases, in this order; at most [`PAGE`]. Ask first whether the caller may see them.
pub(super) async fn picked(tx: &mut Tx, db: &Db, caller: &Caller, ids: &[CaseId]) -> Result<Vec<Item>, EngineError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let places: [Value; PAGE] = std::array::from_fn(|n| ids.get(n).map_or(Uuid::nil(), |id| id.uuid()).into());
    let list = List::new(HEAD).and(
        "c.id IN (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,
                  ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        places,
    );
    let rows = joined(list, caller).tail(AT_ONCE, []).fetch::<Row>(tx).await?;
    let mut items = opened(tx, db, rows).await?;
    items.sort_by_key(|item| ids.iter().position(|id| *id == item.id));
    Ok(items)
}

/// Opens the rows of a page.
pub(super) async fn opened(tx: &mut Tx, db: &Db, rows: Vec<Row>) -> Result<Vec<Item>, EngineError> {
    let mut items = Vec::with_capacity(rows.len());
    for row in rows {
        items.push(open(tx, db, row).await?);
    }
    Ok(items)
}

async fn open(tx: &mut Tx, db: &Db, row: Row) -> Result<Item, EngineError> {
    let joined = JoinedKey { id: row.key_id, master: row.master, wrapped: row.wrapped };
    let key = db.keys().joined((KeyKind::Case, row.id), &joined)?;
    let title = key.open(field::CASE_TITLE, row.id, 0, &row.title).map_err(db::DbError::from)?;
    let credit = match &row.credit {
        Some(sealed) => credit::open(&key, row.id, sealed)?,
        None => credit::of_report(tx, &key, row.id).await?,
    };
    Ok(Item {
        id: CaseId::from_uuid(row.id),
        name: name_of(&row.r#type, row.number),
        kind: row.r#type,
        number: row.number,
        title: String::from_utf8_lossy(&title).into_owned(),
        programme: ProgrammeId::from_uuid(row.programme),
        slug: row.slug,
        credit,
        reachable: row.reachable,
        state: row.state,
        open: row.is_open,
        waiting_since: row.waiting_since.map(Ts::from_micros),
        outcome: row.outcome,
        claimed: crate::words::severity(row.severity_claimed),
        decided: crate::words::severity(row.severity_decided),
        exploited_at: row.exploited_at.map(Ts::from_micros),
        restricted: row.restricted,
        assignee: row.assignee.map(PersonId::from_uuid),
        received_at: Ts::from_micros(row.received_at),
        updated_at: Ts::from_micros(row.updated_at),
        due_at: row.due_at.map(Ts::from_micros),
        version: row.version,
        looked: row.looked,
    })
}
