//! A page of a list that is walked along an index past what filter and rights do not let through.
//!
//! Mostly the first few hundred cases hold a page. When they do not, and the index of some part of the filter says
//! that few cases fit, these are sorted; else the walk goes on, a bounded way, and the next page begins where it
//! stopped. No order has an index of its own where it can do without, since each one slows intake down.

use super::along::{Place, Stretch, grows, stretches};
use super::cursor::{Cursor, Key};
use super::item::picked;
use super::queries::{Listing, PAGE, asked, filtered};
use crate::engine::EngineError;
use db::{Db, List, Tx};
use domain::inbox::{CaseFilter, OwnerFilter, SortBy, StateFilter};
use domain::{CaseId, Ts};
use web::Caller;

/// Cases looked at first.
const FIRST: usize = 500;
/// So many are few enough to be sorted, and to be counted.
const FEW: usize = 1_000;
/// Cases looked at in each further window.
const FURTHER: usize = 5_000;
/// Cases looked at for one page.
const MOST: usize = 20_500;

/// Where the cases stand.
const HEAD: &str = "SELECT c.id, c.number, c.updated_at, c.due_at,
       COALESCE(c.severity_decided, c.severity_claimed, -1) AS rank FROM";
/// What filter and rights are asked of: the columns before the long ones of a row.
const CASES: &str =
    "(SELECT c.id, c.number, c.updated_at, c.type, c.state, c.is_open, c.waiting_since, c.severity_claimed,
             c.severity_decided, c.outcome, c.assignee, c.due_at, c.desk, c.programme, c.restricted, c.erased_at
      FROM cases c WHERE 1 = 1";

/// One walk.
#[derive(Clone, Copy)]
struct Walk<'a> {
    caller: &'a Caller,
    filter: &'a CaseFilter,
    /// What of the filter the index has.
    inside: &'a CaseFilter,
    back: bool,
}

/// A page of it.
pub(super) async fn list(
    tx: &mut Tx,
    db: &Db,
    caller: &Caller,
    filter: &CaseFilter,
    cursor: Option<Cursor>,
) -> Result<Listing, EngineError> {
    let walk = Walk { caller, filter, inside: &inside(filter), back: cursor.is_some_and(Cursor::is_back) };
    let stretches = stretches(filter, cursor);
    let from = stretches.first().and_then(|stretch| stretch.from);
    let (mut found, stopped) = walk.look(tx, db, stretches).await?;
    let more = found.len() > PAGE;
    found.truncate(PAGE);
    if walk.back {
        found.reverse();
    }
    let ids: Vec<CaseId> = found.iter().map(|place| CaseId::from_uuid(place.id)).collect();
    let (first, last) = (found.first().map(|p| walk.key(p)), found.last().map(|p| walk.key(p)));
    // A page that is not full begins or ends where the walk stopped.
    let stopped = stopped.filter(|_| !more);
    let (before, after) = if walk.back {
        (if more { first } else { stopped }, last.or(from))
    } else {
        (first.or(from).filter(|_| from.is_some()), if more { last } else { stopped })
    };
    Ok(Listing {
        items: picked(tx, db, caller, &ids).await?,
        before: before.map(Cursor::Before),
        after: after.map(Cursor::After),
        cut: stopped.is_some(),
    })
}

impl Walk<'_> {
    fn key(&self, place: &Place) -> Key {
        place.key(self.filter.order())
    }

    /// At most one more than a page, in the order of the walk, and where it stopped if it did not reach the end.
    async fn look(
        &self,
        tx: &mut Tx,
        db: &Db,
        stretches: Vec<Stretch>,
    ) -> Result<(Vec<Place>, Option<Key>), EngineError> {
        let (wanted, mut looked, mut found) = (PAGE + 1, 0, Vec::new());
        let begun = stretches.first().and_then(|stretch| stretch.from);
        for mut stretch in stretches {
            loop {
                let width = if looked == 0 { FIRST } else { FURTHER };
                found.extend(self.window(tx, db, stretch, (width, wanted - found.len())).await?);
                if found.len() >= wanted {
                    return Ok((found, None));
                }
                let Some(edge) = self.edge(tx, db, (stretch, width)).await? else { break };
                if looked == 0
                    && let Some(few) = self.few(tx, db, begun).await?
                {
                    return Ok((few, None));
                }
                looked += width;
                if looked >= MOST {
                    return Ok((found, Some(edge)));
                }
                stretch.from = Some(edge);
            }
        }
        Ok((found, None))
    }

    /// Those of the next `width` cases of the stretch that fit, at most `limit`.
    async fn window(
        &self,
        tx: &mut Tx,
        db: &Db,
        stretch: Stretch,
        (width, limit): (usize, usize),
    ) -> Result<Vec<Place>, EngineError> {
        let now = db.ambient().now();
        let list = stretch
            .add(asked(List::new(HEAD).tail(CASES, []), self.caller, self.inside, now))
            .tail(stretch.order(), []);
        let list = list.tail("LIMIT ?) c WHERE c.erased_at IS NULL", [number(width)]);
        let list = filtered(list, self.caller, self.filter, now).tail(stretch.order(), []);
        Ok(list.tail("LIMIT ?", [number(limit)]).fetch::<Place>(tx).await?)
    }

    /// The last of the next `width` cases of the stretch, whoever may see it; nothing when there are fewer.
    async fn edge(&self, tx: &mut Tx, db: &Db, (stretch, width): (Stretch, usize)) -> Result<Option<Key>, EngineError> {
        let list = List::new(
            "SELECT c.id, c.number, c.updated_at, c.due_at,
                    COALESCE(c.severity_decided, c.severity_claimed, -1) AS rank FROM cases c WHERE 1 = 1",
        );
        let list = asked(list, self.caller, self.inside, db.ambient().now());
        let list = stretch.add(list).tail(stretch.order(), []);
        let rows = list.tail("LIMIT 1 OFFSET ?", [number(width - 1)]).fetch::<Place>(tx).await?;
        Ok(rows.first().map(|place| self.key(place)))
    }

    /// All that fit, sorted, when the index of one part of the filter says that they are few.
    async fn few(&self, tx: &mut Tx, db: &Db, from: Option<Key>) -> Result<Option<Vec<Place>>, EngineError> {
        let now = db.ambient().now();
        let Some(part) = narrow(tx, self.caller, narrow_parts(self.filter), now).await? else { return Ok(None) };
        let list = asked(List::new(HEAD).tail(CASES, []), self.caller, &part, now);
        let list = list.tail("LIMIT ?) c WHERE c.erased_at IS NULL", [number(FEW)]);
        let mut places = filtered(list, self.caller, self.filter, now).fetch::<Place>(tx).await?;
        let grown = |key: &Key| grows(self.filter, key);
        places.retain(|place| {
            let here = grown(&self.key(place));
            from.is_none_or(|from| if self.back { here < grown(&from) } else { here > grown(&from) })
        });
        places.sort_by_key(|place| grown(&self.key(place)));
        if self.back {
            places.reverse();
        }
        places.truncate(PAGE + 1);
        Ok(Some(places))
    }
}

/// How many cases fit, when the index of one part of the filter says that few have to be looked at. The words to search
/// for are not asked here.
pub(super) async fn counted(
    tx: &mut Tx,
    db: &Db,
    caller: &Caller,
    filter: &CaseFilter,
) -> Result<Option<i64>, EngineError> {
    let now = db.ambient().now();
    let mut parts = narrow_parts(filter);
    if filter.state.is_open() == Some(true) {
        parts.push(CaseFilter::default());
    }
    let Some(part) = narrow(tx, caller, parts, now).await? else { return Ok(None) };
    let list = asked(List::new("SELECT COUNT(*) FROM").tail(CASES, []), caller, &part, now);
    let list = list.tail("LIMIT ?) c WHERE c.erased_at IS NULL", [number(FEW)]);
    let rows = filtered(list, caller, filter, now).fetch::<(i64,)>(tx).await?;
    Ok(rows.first().map(|(n,)| *n))
}

/// The first of these parts of which there are few, whoever may see them.
async fn narrow(
    tx: &mut Tx,
    caller: &Caller,
    parts: Vec<CaseFilter>,
    now: Ts,
) -> Result<Option<CaseFilter>, EngineError> {
    for part in parts {
        let count = List::new("SELECT COUNT(*) FROM (SELECT 1 AS one FROM cases c WHERE 1 = 1");
        let count = asked(count, caller, &part, now).tail("LIMIT ?) c", [number(FEW + 1)]);
        let counted = count.fetch::<(i64,)>(tx).await?;
        if counted.first().is_some_and(|(n,)| usize::try_from(*n).is_ok_and(|n| n <= FEW)) {
            return Ok(Some(part));
        }
    }
    Ok(None)
}

fn number(n: usize) -> db::Value {
    i64::try_from(n).unwrap_or(i64::MAX).into()
}

/// The parts of the filter that have an index each, which leads to them without reading past anything else.
fn narrow_parts(filter: &CaseFilter) -> Vec<CaseFilter> {
    let one = |state: StateFilter| CaseFilter { state, ..CaseFilter::default() };
    let mut parts = Vec::new();
    if matches!(filter.owner, OwnerFilter::Me | OwnerFilter::Person(_)) {
        parts.push(CaseFilter { owner: filter.owner, ..one(StateFilter::All) });
    }
    let Some(state) = standing(filter) else { return parts };
    if state == StateFilter::Open && filter.programme.is_some() {
        parts.push(CaseFilter { programme: filter.programme, ..one(StateFilter::Open) });
    }
    if filter.severity.is_some() {
        parts.push(CaseFilter { severity: filter.severity, ..one(state.clone()) });
    }
    if state == StateFilter::Open && filter.waiting == Some(true) {
        parts.push(CaseFilter { waiting: filter.waiting, ..one(StateFilter::Open) });
    }
    if filter.due.is_some() {
        parts.push(CaseFilter { due: filter.due, ..one(state.clone()) });
    }
    if state == StateFilter::Open && filter.state != state {
        parts.push(one(filter.state.clone()));
    }
    parts
}

/// Open or closed, whichever state it is; nothing for both.
fn standing(filter: &CaseFilter) -> Option<StateFilter> {
    filter.state.is_open().map(|open| if open { StateFilter::Open } else { StateFilter::Closed })
}

/// What of the filter the index of the order has: the walk is bounded after it. By what is due that can be one more
/// part, for which there is an index in that order.
pub(super) fn inside(filter: &CaseFilter) -> CaseFilter {
    let state = standing(filter).unwrap_or(StateFilter::All);
    match filter.order() {
        SortBy::Newest | SortBy::Activity => CaseFilter { state: StateFilter::All, ..CaseFilter::default() },
        SortBy::Severity => CaseFilter { state, ..CaseFilter::default() },
        SortBy::Due => {
            let part = narrow_parts(filter).into_iter().find(|part| part.due.is_none()).unwrap_or_default();
            let state = if matches!(part.state, StateFilter::One(_)) { part.state } else { state };
            CaseFilter { state, due: filter.due, ..part }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::inside;
    use domain::inbox::{CaseFilter, DueFilter, OwnerFilter, SortBy, StateFilter};

    #[test]
    fn one_part_of_the_filter_is_left_to_the_index() {
        let odd = CaseFilter {
            owner: OwnerFilter::Nobody,
            waiting: Some(true),
            due: Some(DueFilter::Late),
            state: StateFilter::of("fixed"),
            ..CaseFilter::default()
        };
        let expected = CaseFilter { waiting: Some(true), due: odd.due, ..CaseFilter::default() };
        assert_eq!(inside(&odd), expected);
        let state = CaseFilter { state: StateFilter::of("fixed"), ..CaseFilter::default() };
        assert_eq!(inside(&state), state);
        let worst = CaseFilter { sort: Some(SortBy::Severity), ..odd };
        assert_eq!(inside(&worst), CaseFilter::default());
    }
}
