//! The list in SQL. Due cases and those without a due time are two stretches of the same index
//! (`is_open, due_at, id`), and each severity is two of its own, so that every page is a walk along an index,
//! whatever the number of cases. The newest and what changed last are walked in `walk`.

use super::cursor::{Cursor, Key};
use super::item::{HEAD, Item, Row, joined, opened};
use super::walk::{self, Along as Way};
use crate::engine::EngineError;
use accounts::visible_to;
use db::{Db, List, Tx};
use domain::inbox::{CaseFilter, OwnerFilter, SortBy, StateFilter};
use domain::{Permission, PersonId, ProgrammeId, Severity, Ts};
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
    /// So many cases were looked at and the page is still not full: what is left comes after.
    pub cut: Option<usize>,
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
    match (filter.order(), filter.state.is_open()) {
        (SortBy::Activity, _) => walk::list(tx, db, caller, filter, (Way::Change, cursor)).await,
        (SortBy::Newest, Some(true)) => walk::list(tx, db, caller, filter, (Way::Age, cursor)).await,
        _ => stretched(tx, db, caller, filter, cursor).await,
    }
}

async fn stretched(
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
        let query = filtered(List::new(HEAD), caller, filter, db.ambient().now());
        rows.extend(stretch.add(query, left, caller).fetch::<Row>(tx).await?);
    }
    let more = rows.len() > PAGE;
    rows.truncate(PAGE);
    if back {
        rows.reverse();
    }
    let order = filter.order();
    let key = |row: &Row| Key {
        rank: (order == SortBy::Severity).then(|| row.rank()),
        at: if order == SortBy::Newest { None } else { row.due_at },
        id: row.id,
    };
    let (first, last) = (rows.first().map(key), rows.last().map(key));
    let has_before = if back { more } else { cursor.is_some() };
    let has_after = if back { true } else { more };
    let items = opened(tx, db, rows).await?;
    Ok(Listing {
        items,
        before: first.filter(|_| has_before).map(Cursor::Before),
        after: last.filter(|_| has_after).map(Cursor::After),
        cut: None,
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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stretch {
    /// Only cases of this rank of severity; -1 those without one.
    rank: Option<i64>,
    along: Along,
    descending: bool,
    from: Option<Key>,
}

/// The stretches of one walk, in order. A place that is in none of them begins at the beginning.
fn stretches(filter: &CaseFilter, cursor: Option<Cursor>) -> Vec<Stretch> {
    let stretch = |rank, along, descending| Stretch { rank, along, descending, from: None };
    // Closed cases have no due time; saying so keeps the walk on the index of the open ones.
    let ways: &[(Along, bool)] = match filter.state.is_open() {
        Some(true) => &[(Along::Due, false), (Along::NoDue, false)],
        Some(false) => &[(Along::NoDue, true)],
        None => &[(Along::Id, true)],
    };
    let ranks: &[Option<i64>] = match filter.order() {
        SortBy::Severity => &[Some(4), Some(3), Some(2), Some(1), Some(0), Some(-1)],
        _ => &[None],
    };
    let all = ranks.iter().flat_map(|rank| ways.iter().map(|(along, down)| stretch(*rank, *along, *down)));
    let mut all: Vec<Stretch> = all.collect();
    let Some(cursor) = cursor else { return all };
    let key = cursor.key();
    if cursor.is_back() {
        all.reverse();
        for stretch in &mut all {
            stretch.descending = !stretch.descending;
        }
    }
    let holds = |s: &Stretch| s.rank == key.rank && (s.along == Along::Due) == key.at.is_some();
    if let Some(first) = all.iter().position(holds) {
        all.drain(..first);
        all[0].from = Some(key);
    }
    all
}

impl Stretch {
    fn add(self, list: List, limit: usize, caller: &Caller) -> List {
        let list = match self.rank {
            None => list,
            Some(..0) => list.and("COALESCE(c.severity_decided, c.severity_claimed) IS NULL", []),
            Some(rank) => list.and("COALESCE(c.severity_decided, c.severity_claimed) = ?", [rank.into()]),
        };
        let list = match self.along {
            Along::Due => list.and("c.due_at IS NOT NULL", []),
            Along::NoDue => list.and("c.due_at IS NULL", []),
            Along::Id => list,
        };
        let list = match (self.along, self.from, self.descending) {
            (_, None, _) => list,
            (Along::Due, Some(Key { at, id, .. }), false) => {
                list.and("(c.due_at, c.id) > (?, ?)", [at.unwrap_or(i64::MIN).into(), id.into()])
            }
            (Along::Due, Some(Key { at, id, .. }), true) => {
                list.and("(c.due_at, c.id) < (?, ?)", [at.unwrap_or(i64::MIN).into(), id.into()])
            }
            (_, Some(Key { id, .. }), false) => list.and("c.id > ?", [id.into()]),
            (_, Some(Key { id, .. }), true) => list.and("c.id < ?", [id.into()]),
        };
        let limit = i64::try_from(limit).unwrap_or(0);
        let (first, then) = self.order();
        joined(list.tail(first, [limit.into()]), caller).tail(then, [])
    }

    /// The order inside, and of what was joined to the page. What is null stands in the first all the same: only so
    /// does PostgreSQL see that the index has this order.
    fn order(self) -> (&'static str, &'static str) {
        let inside = match (self.along, self.descending) {
            (Along::Id, false) => "ORDER BY c.id LIMIT ?",
            (Along::Id, true) => "ORDER BY c.id DESC LIMIT ?",
            (_, false) => "ORDER BY c.due_at, c.id LIMIT ?",
            (_, true) => "ORDER BY c.due_at DESC, c.id DESC LIMIT ?",
        };
        let outside = match (self.along == Along::Due, self.descending) {
            (true, false) => "ORDER BY c.due_at, c.id",
            (true, true) => "ORDER BY c.due_at DESC, c.id DESC",
            (false, false) => "ORDER BY c.id",
            (false, true) => "ORDER BY c.id DESC",
        };
        (inside, outside)
    }
}

#[cfg(test)]
mod tests {
    use super::{Along, stretches};
    use crate::inbox::cursor::{Cursor, Key};
    use domain::inbox::{CaseFilter, SortBy, StateFilter};
    use uuid::Uuid;

    fn shape(filter: &CaseFilter, cursor: Option<Cursor>) -> Vec<(Option<i64>, bool, bool)> {
        stretches(filter, cursor).iter().map(|s| (s.rank, s.along == Along::Due, s.descending)).collect()
    }

    #[test]
    fn a_walk_goes_on_where_it_stood_and_back_again() {
        let worst = CaseFilter { sort: Some(SortBy::Severity), ..CaseFilter::default() };
        assert_eq!(shape(&worst, None).len(), 12);
        let key = |rank, at| Key { rank, at, id: Uuid::from_u128(1) };
        let after = shape(&worst, Some(Cursor::After(key(Some(0), None))));
        assert_eq!(after, [(Some(0), false, false), (Some(-1), true, false), (Some(-1), false, false)]);
        let before = shape(&worst, Some(Cursor::Before(key(Some(4), None))));
        assert_eq!(before, [(Some(4), false, true), (Some(4), true, true)]);
        let plain = CaseFilter::default();
        assert_eq!(shape(&plain, Some(Cursor::After(key(None, None)))), [(None, false, false)]);
        assert_eq!(
            shape(&plain, Some(Cursor::After(key(Some(3), None)))).len(),
            2,
            "another order's place begins anew"
        );
        let closed = CaseFilter { state: StateFilter::Closed, ..CaseFilter::default() };
        assert_eq!(shape(&closed, Some(Cursor::Before(key(None, None)))), [(None, false, false)]);
    }
}
