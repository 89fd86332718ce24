//! The list in SQL. Due cases and those without a due time are two stretches of the same index
//! (`is_open, due_at, id`), and each severity is two of its own. Where something else is asked for as well, or
//! rights do not reach over the house, `walk` goes along the same stretches, a bounded way.

use super::along::stretches;
use super::cursor::{Cursor, Key};
use super::item::{HEAD, Item, Row, joined, opened};
use super::overview::{Part, parts};
use super::walk;
use crate::engine::EngineError;
use accounts::visible_to;
use db::{Db, List, Tx};
use domain::inbox::{CaseFilter, OwnerFilter, SortBy, StateFilter};
use domain::{Permission, PersonId, ProgrammeId, Severity, Ts, may_house};
use web::Caller;

/// Cases on a page.
pub const PAGE: usize = 50;

/// A page of the list.
#[derive(Debug, Clone, Default)]
pub struct Listing {
    /// The cases in order.
    pub items: Vec<Item>,
    /// The page before, if there is one.
    pub before: Option<Cursor>,
    /// The page after, if there is one.
    pub after: Option<Cursor>,
    /// As many cases were looked at as are for one page, and it is still not full: what is left comes after.
    pub cut: bool,
}

/// A page of what `caller` may see, filtered and in the order of the filter, from `cursor` on. The words to
/// search for are not asked here.
pub async fn list(
    tx: &mut Tx,
    db: &Db,
    caller: &Caller,
    filter: &CaseFilter,
    cursor: Option<Cursor>,
) -> Result<Listing, EngineError> {
    let mut filter = filter.clone();
    // The index of the programme is a way to all that they may see.
    if let ([Part::Programme(only)], None) = (&parts(caller)[..], filter.programme) {
        filter.programme = Some(*only);
    }
    let filter = &filter;
    let by_due = matches!(filter.order(), SortBy::Due | SortBy::Severity);
    let plain = CaseFilter { text: String::new(), sort: None, ..filter.clone() };
    // Next to nothing lies on the index that does not belong on the page.
    if by_due && plain == walk::inside(filter) && may_house(&caller.actor(), Permission::ReadCases) {
        return dense(tx, db, caller, filter, cursor).await;
    }
    walk::list(tx, db, caller, filter, cursor).await
}

/// A page that the index holds nearly as it is: one statement reads a stretch of it whole.
async fn dense(
    tx: &mut Tx,
    db: &Db,
    caller: &Caller,
    filter: &CaseFilter,
    cursor: Option<Cursor>,
) -> Result<Listing, EngineError> {
    let wanted = PAGE + 1;
    let back = cursor.is_some_and(Cursor::is_back);
    let mut rows: Vec<Row> = Vec::new();
    for stretch in stretches(filter, cursor) {
        let left = wanted - rows.len();
        if left == 0 {
            break;
        }
        let query = stretch.add(filtered(List::new(HEAD), caller, filter, db.ambient().now()));
        let query = query.tail(stretch.order(), []).tail("LIMIT ?", [i64::try_from(left).unwrap_or(0).into()]);
        rows.extend(joined(query, caller).tail(stretch.order(), []).fetch::<Row>(tx).await?);
    }
    let more = rows.len() > PAGE;
    rows.truncate(PAGE);
    if back {
        rows.reverse();
    }
    let rank = |row: &Row| (filter.order() == SortBy::Severity).then(|| row.rank());
    let key = |row: &Row| Key { rank: rank(row), at: row.due_at, number: None, id: row.id };
    let (first, last) = (rows.first().map(key), rows.last().map(key));
    let has_before = if back { more } else { cursor.is_some() };
    let has_after = if back { true } else { more };
    let items = opened(tx, db, rows).await?;
    Ok(Listing {
        items,
        before: first.filter(|_| has_before).map(Cursor::Before),
        after: last.filter(|_| has_after).map(Cursor::After),
        cut: false,
    })
}

/// A list over `cases c` with what the caller may see and the filter lets through.
pub(super) fn filtered(list: List, caller: &Caller, filter: &CaseFilter, now: Ts) -> List {
    visible_to(asked(list, caller, filter, now), caller, Permission::ReadCases)
}

/// What the filter lets through, whoever may see it. Whether work is left stands there as a word, not as a
/// value: only so do the engines see that an index of the open cases will do.
pub(super) fn asked(list: List, caller: &Caller, filter: &CaseFilter, now: Ts) -> List {
    let mut list = match filter.state.is_open() {
        None => list,
        Some(true) => list.and("c.is_open = TRUE", []),
        Some(false) => list.and("c.is_open = FALSE", []),
    };
    if let StateFilter::One(word) = &filter.state {
        list = list.and("c.state = ?", [word.clone().into()]);
    }
    list = list
        .and_opt("c.type = ?", filter.kind.clone())
        .and_opt("c.outcome = ?", filter.outcome.clone())
        .and_opt("COALESCE(c.severity_decided, c.severity_claimed) = ?", filter.severity.map(Severity::rank))
        .and_opt("c.programme = ?", filter.programme.map(ProgrammeId::uuid))
        .and_opt("c.due_at < ?", filter.due.map(|due| due.before(now).micros()));
    list = match (filter.owner, caller.person()) {
        (OwnerFilter::Any, _) => list,
        (OwnerFilter::Nobody, _) => list.and("c.assignee IS NULL", []),
        (OwnerFilter::Person(person), _) | (OwnerFilter::Me, Some(person)) => {
            list.and("c.assignee = ?", [PersonId::uuid(person).into()])
        }
        (OwnerFilter::Me, None) => list.and("1 = 0", []),
    };
    list = match filter.waiting {
        None => list,
        Some(true) => list.and("c.waiting_since IS NOT NULL", []),
        Some(false) => list.and("c.waiting_since IS NULL", []),
    };
    list = match filter.exploited {
        None => list,
        Some(true) => list.and(EXPLOITED, []),
        Some(false) => list.and(NOT_EXPLOITED, []),
    };
    let person: db::Value = caller.person().map(PersonId::uuid).into();
    list = match filter.watched {
        None => list,
        Some(true) => list.and(WATCHED, [person.clone()]),
        Some(false) => list.and(NOT_WATCHED, [person.clone()]),
    };
    match filter.fresh {
        None => list,
        Some(true) => list.and(FRESH, [person.clone(), person]),
        Some(false) => list.and(NOT_FRESH, [person.clone(), person]),
    }
}

/// As the marks of the rows say it: a closed case that somebody never looked at is not new to them.
const FRESH: &str = "(NOT EXISTS (SELECT 1 FROM looks l JOIN cases x ON x.id = l.case_id
                                  WHERE l.case_id = c.id AND l.person = ? AND l.version >= x.version)
  AND (c.is_open = TRUE OR EXISTS (SELECT 1 FROM looks l WHERE l.case_id = c.id AND l.person = ?)))";
const NOT_FRESH: &str = "NOT (NOT EXISTS (SELECT 1 FROM looks l JOIN cases x ON x.id = l.case_id
                                          WHERE l.case_id = c.id AND l.person = ? AND l.version >= x.version)
  AND (c.is_open = TRUE OR EXISTS (SELECT 1 FROM looks l WHERE l.case_id = c.id AND l.person = ?)))";

const WATCHED: &str = "EXISTS (SELECT 1 FROM case_watchers w WHERE w.case_id = c.id AND w.person = ?)";
const NOT_WATCHED: &str = "NOT EXISTS (SELECT 1 FROM case_watchers w WHERE w.case_id = c.id AND w.person = ?)";

/// The column stands behind the long ones of a row: a list that does not ask for it should not read past them.
const EXPLOITED: &str = "EXISTS (SELECT 1 FROM cases x WHERE x.id = c.id AND x.exploited_at IS NOT NULL)";
const NOT_EXPLOITED: &str = "EXISTS (SELECT 1 FROM cases x WHERE x.id = c.id AND x.exploited_at IS NULL)";
