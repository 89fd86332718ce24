//! Reads and events of the house, newest first. Ids grow with time, so both are walked along them; the reads of
//! one person or case along an index of their own. A walk that looks for something rare ends
//! after [`LOOKED`] rows and says where it got to.

use super::filter::{Before, Filter};
use db::{DbError, Keyring, List, Tx, fetch_all, field, stmt};
use domain::{CaseId, PersonId, Ts};
use serde_json::Value;
use std::collections::BTreeSet;
use uuid::Uuid;

/// Rows of a page.
pub const PAGE: usize = 100;
/// Rows that are looked through for one page.
pub const LOOKED: i64 = 20_000;

/// One read.
#[derive(Debug, Clone)]
pub struct ReadRow {
    /// Its id.
    pub id: Uuid,
    /// Who.
    pub person: Option<PersonId>,
    /// What: `case`, `attachment`, `search` and so on.
    pub what: String,
    /// The case, with its type and number.
    pub case: Option<(CaseId, String, i64)>,
    /// Whether the case is restricted, and whoever looks is not named on it.
    pub hidden: bool,
    /// When.
    pub at: Ts,
}

/// One event of the house.
#[derive(Debug, Clone)]
pub struct HouseRow {
    /// Its id.
    pub id: Uuid,
    /// Past-tense name.
    pub kind: String,
    /// Who.
    pub actor: Option<PersonId>,
    /// When.
    pub at: Ts,
    /// What.
    pub data: Value,
    /// Whether that could be read: what cannot is damaged, and must not hide the others.
    pub opens: bool,
    /// Whether the log has an entry of it; one that has none was tampered with.
    pub logged: bool,
    /// Its place in the log, once it has one.
    pub index: Option<i64>,
}

/// A page of either.
#[derive(Debug, Clone)]
pub struct Listed<R> {
    /// Newest first.
    pub rows: Vec<R>,
    /// Where the next page begins, when there is one.
    pub older: Option<Before>,
}

#[derive(sqlx::FromRow)]
struct Read {
    id: Uuid,
    person: Option<Uuid>,
    what: String,
    at: i64,
    case_id: Option<Uuid>,
    r#type: Option<String>,
    number: Option<i64>,
    restricted: Option<bool>,
    named: Option<Uuid>,
}

#[derive(sqlx::FromRow)]
struct House {
    id: Uuid,
    kind: String,
    actor: Option<Uuid>,
    at: i64,
    body: Option<Vec<u8>>,
    logged: Option<Uuid>,
    idx: Option<i64>,
}

/// Reads before `before`, newest first, as `viewer` may know of the cases.
pub async fn reads(
    tx: &mut Tx,
    (viewer, filter): (PersonId, &Filter),
    before: Option<Before>,
) -> Result<Listed<ReadRow>, DbError> {
    // Along the index of a person or case the order is that of time, else that of ids.
    let by_time = filter.person.is_some() || filter.case.is_some();
    let walk = |head| narrowed(List::new(head), filter, (before, by_time));
    let order = if by_time { "ORDER BY r.at DESC, r.id DESC LIMIT ?" } else { "ORDER BY r.id DESC LIMIT ?" };
    let list = walk(
        "SELECT r.id, r.person, r.what, r.at, r.case_id, c.type, c.number, c.restricted, m.person AS named
         FROM (SELECT r.* FROM reads r WHERE 1 = 1",
    )
    .tail(order, [LOOKED.into()])
    .tail(") r LEFT JOIN cases c ON c.id = r.case_id", [])
    .tail("LEFT JOIN case_members m ON m.case_id = c.id AND m.person = ? WHERE 1 = 1", [viewer.uuid().into()])
    .and_opt("r.what = ?", filter.kind.clone())
    .tail(order, [limit().into()]);
    let mut rows: Vec<ReadRow> = list.fetch::<Read>(tx).await?.into_iter().map(read).collect();
    let older = match full(&mut rows) {
        Some(last) => Some(Before { at: last.at, id: last.id }),
        None if filter.kind.is_none() => None,
        None => {
            let list = walk("SELECT r.at, r.id FROM reads r WHERE 1 = 1").tail(order, [1_i64.into()]);
            let list = list.tail("OFFSET ?", [(LOOKED - 1).into()]);
            list.fetch::<(i64, Uuid)>(tx).await?.first().map(|(at, id)| Before { at: Ts::from_micros(*at), id: *id })
        }
    };
    Ok(Listed { rows, older })
}

fn narrowed(list: List, filter: &Filter, (before, by_time): (Option<Before>, bool)) -> List {
    let list = list
        .and_opt("r.person = ?", filter.person.map(PersonId::uuid))
        .and_opt("r.case_id = ?", filter.case.map(CaseId::uuid));
    let list = match (before, by_time) {
        (None, _) => list,
        (Some(Before { at, id }), true) => list.and("(r.at, r.id) < (?, ?)", [at.micros().into(), id.into()]),
        (Some(Before { id, .. }), false) => list.and("r.id < ?", [id.into()]),
    };
    let ((from, to), (first, last)) = (filter.instants(), filter.ids());
    let list = list.and_opt("r.at >= ?", from).and_opt("r.at < ?", to);
    if by_time { list } else { list.and_opt("r.id >= ?", first).and_opt("r.id < ?", last) }
}

/// Events of the house before `before`, newest first, opened.
pub async fn events(
    tx: &mut Tx,
    keys: &Keyring,
    filter: &Filter,
    before: Option<Before>,
) -> Result<Listed<HouseRow>, DbError> {
    let walk = |head| {
        let (first, last) = filter.ids();
        let list = List::new(head).and("e.case_id IS NULL", []).and_opt("e.id < ?", before.map(|b| b.id));
        list.and_opt("e.id >= ?", first).and_opt("e.id < ?", last)
    };
    let mut list = walk(
        "SELECT e.id, e.kind, e.actor, e.at, b.body, l.event AS logged, l.idx
         FROM (SELECT e.id, e.kind, e.actor, e.at FROM events e WHERE 1 = 1",
    )
    .tail("ORDER BY e.id DESC LIMIT ?", [LOOKED.into()])
    .tail(") e JOIN events b ON b.id = e.id LEFT JOIN log_entries l ON l.event = e.id WHERE 1 = 1", [])
    .and_opt("e.kind = ?", filter.kind.clone())
    .and_opt("e.actor = ?", filter.person.map(PersonId::uuid));
    if !filter.batches {
        list = list.and("e.kind <> 'reads_recorded'", []);
    }
    let (from, to) = filter.instants();
    list = list.and_opt("e.at >= ?", from).and_opt("e.at < ?", to);
    let found = list.tail("ORDER BY e.id DESC LIMIT ?", [limit().into()]).fetch::<House>(tx).await?;
    let mut rows: Vec<HouseRow> = found.into_iter().map(|row| house(keys, row)).collect();
    let older = if let Some(last) = full(&mut rows) {
        Some(Before { at: last.at, id: last.id })
    } else {
        let list = walk("SELECT e.at, e.id FROM events e WHERE 1 = 1");
        let list = list.tail("ORDER BY e.id DESC LIMIT 1 OFFSET ?", [(LOOKED - 1).into()]);
        list.fetch::<(i64, Uuid)>(tx).await?.first().map(|(at, id)| Before { at: Ts::from_micros(*at), id: *id })
    };
    // Ids made in the same millisecond are in no order; the log is.
    rows.sort_by_key(|row| std::cmp::Reverse((row.at, row.index)));
    Ok(Listed { rows, older })
}

/// One more than a page has.
fn limit() -> i64 {
    i64::try_from(PAGE + 1).unwrap_or(i64::MAX)
}

/// Cuts the rows to a page; gives its last row if there was more.
fn full<R>(rows: &mut Vec<R>) -> Option<&R> {
    let more = rows.len() > PAGE;
    rows.truncate(PAGE);
    rows.last().filter(|_| more)
}

fn read(row: Read) -> ReadRow {
    ReadRow {
        id: row.id,
        person: row.person.map(PersonId::from_uuid),
        what: row.what,
        hidden: row.restricted == Some(true) && row.named.is_none(),
        case: match (row.case_id, row.r#type, row.number) {
            (Some(id), Some(kind), Some(number)) => Some((CaseId::from_uuid(id), kind, number)),
            _ => None,
        },
        at: Ts::from_micros(row.at),
    }
}

fn house(keys: &Keyring, row: House) -> HouseRow {
    let text = row.body.and_then(|body| keys.house().open(field::EVENT_BODY, row.id, 0, &body).ok());
    let event = text.and_then(|text| serde_json::from_slice::<Value>(&text).ok());
    let opens = event.is_some();
    let data = event.and_then(|mut event| event.get_mut("data").map(Value::take)).unwrap_or_default();
    let (actor, logged) = (row.actor.map(PersonId::from_uuid), row.logged.is_some());
    HouseRow { id: row.id, kind: row.kind, actor, at: Ts::from_micros(row.at), data, opens, logged, index: row.idx }
}

/// Who has opened the case.
pub async fn readers(tx: &mut Tx, case: CaseId) -> Result<BTreeSet<PersonId>, DbError> {
    let rows = fetch_all!(
        tx,
        (Uuid,),
        stmt!("SELECT DISTINCT person FROM reads WHERE case_id = $1 AND what = 'case' AND person IS NOT NULL"),
        case.uuid()
    )?;
    Ok(rows.into_iter().map(|(id,)| PersonId::from_uuid(id)).collect())
}
