//! The list in SQL. Due cases and those without a due time are two stretches of the same index
//! (`is_open, due_at, id`), so that every page is a walk along it, whatever the number of cases.

use super::cursor::{Cursor, Key};
use super::filter::{Filter, StateFilter};
use crate::engine::EngineError;
use accounts::visible_to;
use db::{DataKey, Db, JoinedKey, KeyKind, List, Tx, Value, field};
use domain::case::find;
use domain::{CaseId, Permission, PersonId, ProgrammeId, ReporterText, Severity, Ts};
use serde::Deserialize;
use uuid::Uuid;
use web::Caller;

/// Cases on a page.
pub const PAGE: usize = 50;

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
}

/// A page of the list.
#[derive(Debug, Clone, Default)]
pub struct Listing {
    /// The cases in order.
    pub items: Vec<Item>,
    /// The page before, if there is one.
    pub before: Option<Cursor>,
    /// The page after, if there is one.
    pub after: Option<Cursor>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
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
    due_at: Option<i64>,
    title: Vec<u8>,
    programme: Uuid,
    slug: String,
    key_id: Uuid,
    master: Vec<u8>,
    wrapped: Vec<u8>,
    first_id: Option<Uuid>,
    first_body: Option<Vec<u8>>,
    reachable: bool,
}

/// The inner query picks the page; what is joined is read for its few rows only.
const HEAD: &str = "SELECT c.id, c.type, c.number, c.state, c.is_open, c.waiting_since, c.severity_claimed,
       c.severity_decided, c.outcome, c.exploited_at, c.restricted, c.assignee, c.version, c.received_at, c.updated_at,
       c.due_at, c.title, c.programme, p.slug, k.id AS key_id, k.master, k.wrapped, f.id AS first_id, f.body AS first_body,
       EXISTS (SELECT 1 FROM events w WHERE w.case_id = c.id AND w.seq < 4 AND w.kind = 'message_received'
               AND w.at < c.received_at + 1000000) AS reachable
FROM (SELECT c.* FROM cases c WHERE c.erased_at IS NULL";

/// Key, programme and first event of each case of the page.
const JOINED: &str = ") c JOIN keys k ON k.kind = ? AND k.owner = c.id JOIN programmes p ON p.id = c.programme
LEFT JOIN events f ON f.case_id = c.id AND f.seq = 1";

/// A page of what `caller` may see, filtered, from `cursor` on.
pub async fn list(
    tx: &mut Tx,
    db: &Db,
    caller: &Caller,
    filter: &Filter,
    cursor: Option<Cursor>,
) -> Result<Listing, EngineError> {
    let wanted = PAGE + 1;
    let back = matches!(cursor, Some(Cursor::Before(_)));
    let from = cursor.map(|c| match c {
        Cursor::After(key) | Cursor::Before(key) => key,
    });
    let mut rows: Vec<Row> = Vec::new();
    for stretch in stretches(&filter.state, back, from) {
        let left = wanted - rows.len();
        if left == 0 {
            break;
        }
        let query = filtered(List::new(HEAD), caller, filter, db.ambient().now());
        rows.extend(stretch.add(query, left).fetch::<Row>(tx).await?);
    }
    let more = rows.len() > PAGE;
    rows.truncate(PAGE);
    if back {
        rows.reverse();
    }
    let key = |row: &Row| Key { due: row.due_at, id: row.id };
    let (first, last) = (rows.first().map(key), rows.last().map(key));
    let has_before = if back { more } else { from.is_some() };
    let has_after = if back { true } else { more };
    let items = rows.into_iter().map(|row| open(db, row)).collect::<Result<_, _>>()?;
    Ok(Listing {
        items,
        before: first.filter(|_| has_before).map(Cursor::Before),
        after: last.filter(|_| has_after).map(Cursor::After),
    })
}

/// These cases, in this order; at most [`PAGE`]. Ask first whether the caller may see them.
pub(super) async fn picked(tx: &mut Tx, db: &Db, ids: &[CaseId]) -> Result<Vec<Item>, EngineError> {
    let places: [Value; PAGE] = std::array::from_fn(|n| ids.get(n).map_or(Uuid::nil(), |id| id.uuid()).into());
    let list = List::new(HEAD).and(
        "c.id IN (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,
                  ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        places,
    );
    let rows = list.tail(JOINED, [KeyKind::Case.as_i64().into()]).fetch::<Row>(tx).await?;
    let mut items: Vec<Item> = rows.into_iter().map(|row| open(db, row)).collect::<Result<_, _>>()?;
    items.sort_by_key(|item| ids.iter().position(|id| *id == item.id));
    Ok(items)
}

/// A list over `cases c` with what the caller may see and the filter lets through.
pub(super) fn filtered(list: List, caller: &Caller, filter: &Filter, now: Ts) -> List {
    let mut list = visible_to(list, caller, Permission::ReadCases);
    list = match &filter.state {
        StateFilter::All => list,
        StateFilter::Open => list.and("c.is_open = ?", [true.into()]),
        StateFilter::Closed => list.and("c.is_open = ?", [false.into()]),
        StateFilter::One(word) => {
            list.and("c.is_open = ?", [(word != "closed").into()]).and("c.state = ?", [word.clone().into()])
        }
    };
    list = list
        .and_opt("c.type = ?", filter.kind.clone())
        .and_opt("COALESCE(c.severity_decided, c.severity_claimed) = ?", filter.severity.map(Severity::rank))
        .and_opt("c.assignee = ?", filter.assignee.map(PersonId::uuid))
        .and_opt("c.due_at < ?", filter.late.then_some(now.micros()));
    if filter.unowned {
        list = list.and("c.assignee IS NULL", []);
    }
    match filter.waiting {
        None => list,
        Some(true) => list.and("c.waiting_since IS NOT NULL", []),
        Some(false) => list.and("c.waiting_since IS NULL", []),
    }
}

/// What a stretch of the order walks along.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Along {
    /// Cases with a due time, by it.
    Due,
    /// Cases without one, by id, which is by age.
    NoDue,
    /// All cases by id.
    Id,
}

/// A stretch of the order, walked from one end.
#[derive(Debug, Clone, Copy)]
struct Stretch {
    along: Along,
    descending: bool,
    from: Option<Key>,
}

/// The stretches of one walk, in order.
fn stretches(state: &StateFilter, back: bool, from: Option<Key>) -> Vec<Stretch> {
    let stretch = |along, descending, from| Stretch { along, descending, from };
    if state.newest_first() {
        // Closed cases have no due time; saying so keeps the walk on the index of the open ones.
        let along = if *state == StateFilter::All { Along::Id } else { Along::NoDue };
        return vec![stretch(along, !back, from)];
    }
    let inside = |due: bool| from.filter(|key| key.due.is_some() == due);
    let due = stretch(Along::Due, back, inside(true));
    let no_due = stretch(Along::NoDue, back, inside(false));
    match (back, from.map(|key| key.due.is_some())) {
        (false, Some(false)) => vec![no_due],
        (false, _) => vec![due, no_due],
        (true, Some(true)) => vec![due],
        (true, _) => vec![no_due, due],
    }
}

impl Stretch {
    fn add(self, list: List, limit: usize) -> List {
        let list = match self.along {
            Along::Due => list.and("c.due_at IS NOT NULL", []),
            Along::NoDue => list.and("c.due_at IS NULL", []),
            Along::Id => list,
        };
        let list = match (self.along, self.from, self.descending) {
            (_, None, _) => list,
            (Along::Due, Some(Key { due, id }), false) => {
                list.and("(c.due_at, c.id) > (?, ?)", [due.unwrap_or(i64::MIN).into(), id.into()])
            }
            (Along::Due, Some(Key { due, id }), true) => {
                list.and("(c.due_at, c.id) < (?, ?)", [due.unwrap_or(i64::MIN).into(), id.into()])
            }
            (_, Some(Key { id, .. }), false) => list.and("c.id > ?", [id.into()]),
            (_, Some(Key { id, .. }), true) => list.and("c.id < ?", [id.into()]),
        };
        let limit = i64::try_from(limit).unwrap_or(0);
        let (first, then) = self.order();
        list.tail(first, [limit.into()]).tail(JOINED, [KeyKind::Case.as_i64().into()]).tail(then, [])
    }

    /// The order inside, where it walks the index, and of what was joined to the page.
    fn order(self) -> (&'static str, &'static str) {
        match (self.along == Along::Due, self.descending) {
            (true, false) => ("ORDER BY c.due_at, c.id LIMIT ?", "ORDER BY c.due_at, c.id"),
            (true, true) => ("ORDER BY c.due_at DESC, c.id DESC LIMIT ?", "ORDER BY c.due_at DESC, c.id DESC"),
            (false, false) => ("ORDER BY c.id LIMIT ?", "ORDER BY c.id"),
            (false, true) => ("ORDER BY c.id DESC LIMIT ?", "ORDER BY c.id DESC"),
        }
    }
}

/// What of the first event is read for a list.
#[derive(Deserialize)]
struct First {
    data: FirstData,
}

#[derive(Deserialize)]
struct FirstData {
    report: Option<FirstReport>,
}

#[derive(Deserialize)]
struct FirstReport {
    credit: Option<ReporterText>,
}

/// The name in the report. A first event of another shape has none.
fn credit(key: &DataKey, id: Option<Uuid>, body: Option<&[u8]>) -> Result<Option<ReporterText>, EngineError> {
    let (Some(id), Some(body)) = (id, body) else { return Ok(None) };
    let text = key.open(field::EVENT_BODY, id, 0, body).map_err(db::DbError::from)?;
    Ok(serde_json::from_slice::<First>(&text).ok().and_then(|first| first.data.report?.credit))
}

fn open(db: &Db, row: Row) -> Result<Item, EngineError> {
    let joined = JoinedKey { id: row.key_id, master: row.master, wrapped: row.wrapped };
    let key = db.keys().joined((KeyKind::Case, row.id), &joined)?;
    let title = key.open(field::CASE_TITLE, row.id, 0, &row.title).map_err(db::DbError::from)?;
    let prefix = find(&row.r#type).map_or("CASE", |machine| machine.prefix());
    Ok(Item {
        id: CaseId::from_uuid(row.id),
        name: format!("{prefix}-{}", row.number),
        kind: row.r#type,
        number: row.number,
        title: String::from_utf8_lossy(&title).into_owned(),
        programme: ProgrammeId::from_uuid(row.programme),
        slug: row.slug,
        credit: credit(&key, row.first_id, row.first_body.as_deref())?,
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
    })
}
