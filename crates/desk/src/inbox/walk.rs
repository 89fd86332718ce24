//! The list by age or by last change, newest first: a walk along an index of all cases past those that the
//! filter does not let through. No index of its own stands behind it, since each one slows intake down.
//!
//! Mostly the first few hundred cases hold a page. When they do not, and an index of the filter says that few
//! cases fit, these are sorted; else the walk goes on, a bounded way, and the next page begins where it stopped.

use super::cursor::{Cursor, Key};
use super::item::picked;
use super::queries::{Listing, PAGE, asked, filtered};
use crate::engine::EngineError;
use accounts::visible_to;
use db::{Db, List, Tx};
use domain::inbox::{CaseFilter, OwnerFilter, StateFilter};
use domain::{CaseId, Permission};
use uuid::Uuid;
use web::Caller;

/// Cases looked at first.
const FIRST: usize = 500;
/// So many are few enough to be sorted.
const FEW: usize = 1_000;
/// Cases looked at in each further stretch.
const FURTHER: usize = 5_000;
/// Further stretches of one page.
const STRETCHES: usize = 4;

/// What is walked along, from its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Along {
    /// Ids, which is by age.
    Age,
    /// The last change.
    Change,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::FromRow)]
struct Place {
    id: Uuid,
    updated_at: i64,
}

/// One walk.
#[derive(Clone, Copy)]
struct Walk<'a> {
    caller: &'a Caller,
    filter: &'a CaseFilter,
    along: Along,
    /// Towards what is newer.
    back: bool,
}

/// A page of it.
pub(super) async fn list(
    tx: &mut Tx,
    db: &Db,
    caller: &Caller,
    filter: &CaseFilter,
    (along, cursor): (Along, Option<Cursor>),
) -> Result<Listing, EngineError> {
    let walk = Walk { caller, filter, along, back: cursor.is_some_and(Cursor::is_back) };
    let from = cursor.map(Cursor::key).filter(|key| key.at.is_some() == (along == Along::Change));
    let (mut found, stopped) = walk.look(tx, db, from).await?;
    let more = found.len() > PAGE;
    found.truncate(PAGE);
    if walk.back {
        found.reverse();
    }
    let ids: Vec<CaseId> = found.iter().map(|place| CaseId::from_uuid(place.id)).collect();
    let (first, last) = (found.first().map(|p| walk.key(p)), found.last().map(|p| walk.key(p)));
    // A page that is not full begins or ends where the walk stopped.
    let stopped_at = stopped.map(|(key, _)| key).filter(|_| !more);
    let (before, after) = if walk.back {
        (if more { first } else { stopped_at }, last.or(from))
    } else {
        (first.or(from).filter(|_| from.is_some()), if more { last } else { stopped_at })
    };
    Ok(Listing {
        items: picked(tx, db, caller, &ids).await?,
        before: before.map(Cursor::Before),
        after: after.map(Cursor::After),
        cut: stopped.filter(|_| !more).map(|(_, looked)| looked),
    })
}

impl Walk<'_> {
    fn key(&self, place: &Place) -> Key {
        let at = (self.along == Along::Change).then_some(place.updated_at);
        Key { rank: None, at, id: place.id }
    }

    /// At most one more than a page, in the order of the walk, and where it stopped if it did not reach the end.
    async fn look(
        &self,
        tx: &mut Tx,
        db: &Db,
        from: Option<Key>,
    ) -> Result<(Vec<Place>, Option<(Key, usize)>), EngineError> {
        let wanted = PAGE + 1;
        let mut found = self.window(tx, db, from, (FIRST, wanted)).await?;
        if found.len() >= wanted {
            return Ok((found, None));
        }
        let Some(mut edge) = self.edge(tx, from, FIRST).await? else { return Ok((found, None)) };
        if let Some(few) = self.few(tx, db, from).await? {
            return Ok((few, None));
        }
        let mut looked = FIRST;
        for _ in 0..STRETCHES {
            let left = wanted - found.len();
            found.extend(self.window(tx, db, Some(edge), (FURTHER, left)).await?);
            looked += FURTHER;
            if found.len() >= wanted {
                return Ok((found, None));
            }
            match self.edge(tx, Some(edge), FURTHER).await? {
                Some(next) => edge = next,
                None => return Ok((found, None)),
            }
        }
        Ok((found, Some((edge, looked))))
    }

    /// Those of the next `width` cases that fit, at most `limit`.
    async fn window(
        &self,
        tx: &mut Tx,
        db: &Db,
        from: Option<Key>,
        (width, limit): (usize, usize),
    ) -> Result<Vec<Place>, EngineError> {
        let list = List::new(
            "SELECT c.id, c.updated_at FROM (SELECT c.id, c.updated_at, c.type, c.state, c.is_open, c.waiting_since,
                    c.severity_claimed, c.severity_decided, c.assignee, c.due_at, c.desk, c.programme, c.restricted,
                    c.erased_at FROM cases c WHERE 1 = 1",
        );
        let list = self.beyond(list, from).tail(self.order(), []);
        let list = list.tail("LIMIT ?) c WHERE c.erased_at IS NULL", [i64::try_from(width).unwrap_or(0).into()]);
        let list = filtered(list, self.caller, self.filter, db.ambient().now()).tail(self.order(), []);
        Ok(list.tail("LIMIT ?", [i64::try_from(limit).unwrap_or(0).into()]).fetch::<Place>(tx).await?)
    }

    /// The last of the next `width` cases, whatever the filter; nothing when there are fewer.
    async fn edge(&self, tx: &mut Tx, from: Option<Key>, width: usize) -> Result<Option<Key>, EngineError> {
        let list = List::new("SELECT c.id, c.updated_at FROM cases c WHERE 1 = 1");
        let list = self.beyond(list, from).tail(self.order(), []);
        let skip = i64::try_from(width).unwrap_or(1) - 1;
        let rows = list.tail("LIMIT 1 OFFSET ?", [skip.into()]).fetch::<Place>(tx).await?;
        Ok(rows.first().map(|place| self.key(place)))
    }

    /// All that fit, sorted, when an index says that they are few.
    async fn few(&self, tx: &mut Tx, db: &Db, from: Option<Key>) -> Result<Option<Vec<Place>>, EngineError> {
        if !is_narrow(self.filter) {
            return Ok(None);
        }
        let now = db.ambient().now();
        let most = i64::try_from(FEW).unwrap_or(0);
        let count = List::new("SELECT COUNT(*) FROM (SELECT 1 AS one FROM cases c WHERE c.erased_at IS NULL");
        let count = asked(count, self.caller, self.filter, now).tail("LIMIT ?) c", [(most + 1).into()]);
        let counted = count.fetch::<(i64,)>(tx).await?;
        if counted.first().is_none_or(|(n,)| *n > most) {
            return Ok(None);
        }
        let list = List::new(
            "SELECT c.id, c.updated_at FROM (SELECT c.id, c.updated_at, c.desk, c.programme, c.restricted FROM cases c
             WHERE c.erased_at IS NULL",
        );
        let list = asked(list, self.caller, self.filter, now).tail("LIMIT ?) c WHERE 1 = 1", [most.into()]);
        let mut places = visible_to(list, self.caller, Permission::ReadCases).fetch::<Place>(tx).await?;
        let rank = |key: Key| (key.at.unwrap_or(0), key.id);
        places.retain(|place| {
            let (here, there) = (rank(self.key(place)), from.map(rank));
            there.is_none_or(|there| if self.back { here > there } else { here < there })
        });
        places.sort_by_key(|place| rank(self.key(place)));
        if !self.back {
            places.reverse();
        }
        places.truncate(PAGE + 1);
        Ok(Some(places))
    }

    fn beyond(&self, list: List, from: Option<Key>) -> List {
        match (from, self.back) {
            (None, _) => list,
            (Some(Key { at: Some(at), id, .. }), false) => {
                list.and("(c.updated_at, c.id) < (?, ?)", [at.into(), id.into()])
            }
            (Some(Key { at: Some(at), id, .. }), true) => {
                list.and("(c.updated_at, c.id) > (?, ?)", [at.into(), id.into()])
            }
            (Some(Key { id, .. }), false) => list.and("c.id < ?", [id.into()]),
            (Some(Key { id, .. }), true) => list.and("c.id > ?", [id.into()]),
        }
    }

    fn order(&self) -> &'static str {
        match (self.along, self.back) {
            (Along::Age, false) => "ORDER BY c.id DESC",
            (Along::Age, true) => "ORDER BY c.id",
            (Along::Change, false) => "ORDER BY c.updated_at DESC, c.id DESC",
            (Along::Change, true) => "ORDER BY c.updated_at, c.id",
        }
    }
}

/// Whether an index leads to what fits, without reading past what does not.
fn is_narrow(filter: &CaseFilter) -> bool {
    let owned = matches!(filter.owner, OwnerFilter::Me | OwnerFilter::Person(_));
    match filter.state.is_open() {
        None => false,
        Some(false) => owned || filter.severity.is_some(),
        Some(true) => {
            owned
                || filter.severity.is_some()
                || filter.programme.is_some()
                || filter.due.is_some()
                || filter.waiting == Some(true)
                || matches!(filter.state, StateFilter::One(_))
        }
    }
}
