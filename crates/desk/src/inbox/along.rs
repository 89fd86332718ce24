//! What a list is walked along: which cases are in a stretch of the order, how it goes on, and where a case
//! stands in it. Every stretch has an index.

use super::cursor::{Cursor, Key};
use db::List;
use domain::inbox::{CaseFilter, SortBy};
use uuid::Uuid;

/// What a stretch of the order walks along.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Along {
    /// Numbers, which are given as reports come. Ids are older than that: a report has that of its draft.
    Number,
    /// The last change.
    Change,
    /// Cases with a due time, by it; only those of this rank of severity, -1 for those without one.
    Due(Option<i64>),
    /// Cases without one, by id.
    NoDue(Option<i64>),
}

/// A stretch of the order, walked from one end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stretch {
    pub(super) along: Along,
    pub(super) descending: bool,
    pub(super) from: Option<Key>,
}

/// What decides where a case stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::FromRow)]
pub(super) struct Place {
    pub(super) id: Uuid,
    number: i64,
    updated_at: i64,
    due_at: Option<i64>,
    rank: i64,
}

impl Place {
    /// Its key in this order.
    pub(super) fn key(&self, order: SortBy) -> Key {
        let key = Key { rank: None, at: None, number: None, id: self.id };
        match order {
            SortBy::Newest => Key { number: Some(self.number), ..key },
            SortBy::Activity => Key { at: Some(self.updated_at), ..key },
            SortBy::Due => Key { at: self.due_at, ..key },
            SortBy::Severity => Key { at: self.due_at, rank: Some(self.rank), ..key },
        }
    }
}

/// Something that grows along the order of the filter, as the stretches do.
pub(super) fn grows(filter: &CaseFilter, key: &Key) -> (i64, i64, u128) {
    let id = key.id.as_u128();
    match filter.order() {
        SortBy::Newest => (-key.number.unwrap_or(0), 0, 0),
        SortBy::Activity => (-key.at.unwrap_or(0), 0, !id),
        SortBy::Due | SortBy::Severity => {
            let turned = key.at.is_none() && filter.state.is_open() == Some(false);
            (-key.rank.unwrap_or(0), key.at.unwrap_or(i64::MAX), if turned { !id } else { id })
        }
    }
}

/// The stretches of one walk, in order. A place that is in none of them begins at the beginning.
pub(super) fn stretches(filter: &CaseFilter, cursor: Option<Cursor>) -> Vec<Stretch> {
    let stretch = |along, descending| Stretch { along, descending, from: None };
    // Closed cases too: a reward may be due after the close.
    let closed = filter.state.is_open() == Some(false);
    let due = |rank| [stretch(Along::Due(rank), false), stretch(Along::NoDue(rank), closed)];
    let mut all = match filter.order() {
        SortBy::Newest => vec![stretch(Along::Number, true)],
        SortBy::Activity => vec![stretch(Along::Change, true)],
        SortBy::Due => due(None).to_vec(),
        SortBy::Severity => [4, 3, 2, 1, 0, -1].into_iter().flat_map(|rank| due(Some(rank))).collect(),
    };
    // What is due by some instant has a due time: the engines would read all that is late to find nothing else.
    all.retain(|stretch| filter.due.is_none() || !matches!(stretch.along, Along::NoDue(_)));
    let Some(cursor) = cursor else { return all };
    let key = cursor.key();
    if cursor.is_back() {
        all.reverse();
        for stretch in &mut all {
            stretch.descending = !stretch.descending;
        }
    }
    if let Some(first) = all.iter().position(|stretch| stretch.along.holds(&key)) {
        all.drain(..first);
        all[0].from = Some(key);
    }
    all
}

impl Along {
    fn holds(self, key: &Key) -> bool {
        match self {
            Self::Number => key.number.is_some(),
            Self::Change => key.number.is_none() && key.rank.is_none() && key.at.is_some(),
            Self::Due(rank) => key.number.is_none() && key.rank == rank && key.at.is_some(),
            Self::NoDue(rank) => key.number.is_none() && key.rank == rank && key.at.is_none(),
        }
    }
}

impl Stretch {
    /// Only the cases of the stretch, after where it begins.
    pub(super) fn add(self, list: List) -> List {
        let ranked = |list: List, rank: Option<i64>| match rank {
            None => list,
            Some(..0) => list.and("COALESCE(c.severity_decided, c.severity_claimed) IS NULL", []),
            Some(rank) => list.and("COALESCE(c.severity_decided, c.severity_claimed) = ?", [rank.into()]),
        };
        let list = match self.along {
            Along::Number | Along::Change => list,
            Along::Due(rank) => ranked(list, rank).and("c.due_at IS NOT NULL", []),
            Along::NoDue(rank) => ranked(list, rank).and("c.due_at IS NULL", []),
        };
        let Some(Key { at, number, id, .. }) = self.from else { return list };
        let (at, number) = (at.unwrap_or(0).into(), number.unwrap_or(0).into());
        match (self.along, self.descending) {
            (Along::Number, false) => list.and("c.number > ?", [number]),
            (Along::Number, true) => list.and("c.number < ?", [number]),
            (Along::Change, false) => list.and("(c.updated_at, c.id) > (?, ?)", [at, id.into()]),
            (Along::Change, true) => list.and("(c.updated_at, c.id) < (?, ?)", [at, id.into()]),
            (Along::Due(_), false) => list.and("(c.due_at, c.id) > (?, ?)", [at, id.into()]),
            (Along::Due(_), true) => list.and("(c.due_at, c.id) < (?, ?)", [at, id.into()]),
            (Along::NoDue(_), false) => list.and("c.id > ?", [id.into()]),
            (Along::NoDue(_), true) => list.and("c.id < ?", [id.into()]),
        }
    }

    /// The order. What is null stands in it all the same: only so does PostgreSQL see that the index has it.
    pub(super) fn order(self) -> &'static str {
        match (self.along, self.descending) {
            (Along::Number, false) => "ORDER BY c.number",
            (Along::Number, true) => "ORDER BY c.number DESC",
            (Along::Change, false) => "ORDER BY c.updated_at, c.id",
            (Along::Change, true) => "ORDER BY c.updated_at DESC, c.id DESC",
            (Along::Due(_) | Along::NoDue(_), false) => "ORDER BY c.due_at, c.id",
            (Along::Due(_) | Along::NoDue(_), true) => "ORDER BY c.due_at DESC, c.id DESC",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Along, grows, stretches};
    use crate::inbox::cursor::{Cursor, Key};
    use domain::inbox::{CaseFilter, DueFilter, SortBy, StateFilter};
    use uuid::Uuid;

    fn shape(filter: &CaseFilter, cursor: Option<Cursor>) -> Vec<(Along, bool)> {
        stretches(filter, cursor).iter().map(|s| (s.along, s.descending)).collect()
    }

    #[test]
    fn a_walk_goes_on_where_it_stood_and_back_again() {
        let worst = CaseFilter { sort: Some(SortBy::Severity), ..CaseFilter::default() };
        assert_eq!(shape(&worst, None).len(), 12);
        let key = |rank, at| Key { rank, at, number: None, id: Uuid::from_u128(1) };
        let after = shape(&worst, Some(Cursor::After(key(Some(0), None))));
        assert_eq!(
            after,
            [(Along::NoDue(Some(0)), false), (Along::Due(Some(-1)), false), (Along::NoDue(Some(-1)), false)]
        );
        let before = shape(&worst, Some(Cursor::Before(key(Some(4), None))));
        assert_eq!(before, [(Along::NoDue(Some(4)), true), (Along::Due(Some(4)), true)]);
        let plain = CaseFilter::default();
        assert_eq!(shape(&plain, Some(Cursor::After(key(None, None)))), [(Along::NoDue(None), false)]);
        let late = CaseFilter { due: Some(DueFilter::Late), ..CaseFilter::default() };
        assert_eq!(shape(&late, None), [(Along::Due(None), false)]);
        let numbered = Key { number: Some(7), ..key(None, None) };
        for other in [key(Some(3), None), numbered] {
            assert_eq!(shape(&plain, Some(Cursor::After(other))).len(), 2, "another order's place begins anew");
        }
        let newest = CaseFilter { state: StateFilter::Closed, ..CaseFilter::default() };
        assert_eq!(shape(&newest, Some(Cursor::Before(numbered))), [(Along::Number, false)]);
        let closed = CaseFilter { sort: Some(SortBy::Severity), ..newest };
        assert_eq!(shape(&closed, None).len(), 12, "a closed case may owe a reward");
    }

    #[test]
    fn what_grows_grows_as_the_stretches_go() {
        let key = |rank, at, id| Key { rank, at, number: None, id: Uuid::from_u128(id) };
        let ordered =
            [key(Some(4), Some(9), 1), key(Some(4), None, 1), key(Some(4), None, 2), key(Some(-1), Some(0), 0)];
        let open = CaseFilter { sort: Some(SortBy::Severity), ..CaseFilter::default() };
        assert!(ordered.is_sorted_by_key(|key| grows(&open, key)));
        let closed = CaseFilter { state: StateFilter::Closed, ..open };
        assert!(grows(&closed, &ordered[2]) < grows(&closed, &ordered[1]), "the newest of the closed first");
        let changed = CaseFilter { sort: Some(SortBy::Activity), ..CaseFilter::default() };
        assert!(grows(&changed, &key(None, Some(9), 1)) < grows(&changed, &key(None, Some(8), 2)));
        assert!(grows(&changed, &key(None, Some(9), 2)) < grows(&changed, &key(None, Some(9), 1)));
    }
}
