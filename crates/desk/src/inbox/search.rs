//! Full-text search over what the caller may see. Rights and filters are asked while the ranking is
//! walked, so that a page is full as long as anything is left. Both the ranking and the list are bounded,
//! and the answer says when a bound was met. Whoever types the name of a case finds it first, in whatever state.

use super::item::{AT_ONCE, Item, picked};
use super::queries::{PAGE, filtered};
use crate::engine::EngineError;
use accounts::visible_to;
use db::search::{Match, Query, Search};
use db::{Db, List, Tx, Value};
use domain::case::find;
use domain::inbox::CaseFilter;
use domain::{CaseId, Permission, Ts};
use std::collections::BTreeSet;
use uuid::Uuid;
use web::Caller;

/// Matches that are looked through, best first.
pub const LOOKED: usize = 4096;
/// Results that can be paged through.
pub const MOST: usize = 500;
/// Matches taken from the ranking at once; the statement that looks them up has as many places.
const BATCH: usize = 64;

/// A page of results, best first.
#[derive(Debug, Clone, Default)]
pub struct Found {
    /// The cases in order.
    pub items: Vec<Item>,
    /// How many better ones stand on pages before.
    pub from: usize,
    /// Whether there is a page after.
    pub more: bool,
    /// Whether there may be further results that are not shown on any page.
    pub cut: bool,
}

/// Where a page of results begins, as in an address: `s50`.
pub(super) fn place(text: &str) -> Option<usize> {
    let from = text.strip_prefix('s')?.parse::<usize>().ok()?;
    Some(from.min(MOST - PAGE))
}

/// The results after the first `from`, best first, at most a page.
pub async fn search(
    tx: &mut Tx,
    (db, search): (&Db, &Search),
    caller: &Caller,
    (filter, words): (&CaseFilter, &str),
    from: usize,
) -> Result<Found, EngineError> {
    let query = Query::parse(words, Match::All);
    let mut ranking = search.rank(tx, &query).await?;
    let wanted = (from + PAGE + 1).min(MOST + 1);
    let named = named(tx, caller, words).await?;
    let (mut ids, mut looked): (Vec<CaseId>, usize) = (named.into_iter().collect(), 0);
    let now = db.ambient().now();
    while ids.len() < wanted && looked < LOOKED {
        let batch: Vec<CaseId> = ranking.next_batch(tx, BATCH).await?.into_iter().map(|hit| hit.case).collect();
        if batch.is_empty() {
            break;
        }
        looked += batch.len();
        let fit = fitting(tx, (caller, filter), (&batch, now)).await?;
        ids.extend(batch.into_iter().filter(|id| fit.contains(id) && Some(*id) != named));
    }
    let cut = ids.len() > MOST || (ids.len() < wanted && looked >= LOOKED);
    ids.truncate(MOST);
    let page = ids.get(from..).unwrap_or_default();
    let more = page.len() > PAGE;
    let page = page.get(..PAGE).unwrap_or(page);
    let items = picked(tx, db, caller, page).await?;
    Ok(Found { items, from, more, cut })
}

/// The case of this name, such as `REP-7`, if the caller may see and search it.
async fn named(tx: &mut Tx, caller: &Caller, words: &str) -> Result<Option<CaseId>, EngineError> {
    let number = words.trim().rsplit_once('-').and_then(|(prefix, number)| Some((prefix, number.parse::<i64>().ok()?)));
    let Some((prefix, number)) = number else { return Ok(None) };
    let list =
        List::new("SELECT c.id, c.type FROM cases c WHERE c.erased_at IS NULL").and("c.number = ?", [number.into()]);
    let list = visible_to(list, caller, Permission::ReadCases);
    let rows = visible_to(list, caller, Permission::SearchCases).fetch::<(Uuid, String)>(tx).await?;
    let ours = |kind: &str| find(kind).is_some_and(|machine| machine.prefix().eq_ignore_ascii_case(prefix));
    Ok(rows.into_iter().find(|(_, kind)| ours(kind)).map(|(id, _)| CaseId::from_uuid(id)))
}

/// Those of the ids that the caller may search in and the filter lets through.
async fn fitting(
    tx: &mut Tx,
    (caller, filter): (&Caller, &CaseFilter),
    (ids, now): (&[CaseId], Ts),
) -> Result<BTreeSet<CaseId>, EngineError> {
    let list = filtered(looked_up(ids), caller, filter, now);
    let list = visible_to(list, caller, Permission::SearchCases).tail(AT_ONCE, []);
    let rows = list.fetch::<(Uuid,)>(tx).await?;
    Ok(rows.into_iter().map(|(id,)| CaseId::from_uuid(id)).collect())
}

/// Cases by their ids. The limit is there for the planner: what it would take in would make it walk an
/// index of the filter, past every open case, to find these few.
fn looked_up(ids: &[CaseId]) -> List {
    let values: [Value; BATCH] = std::array::from_fn(|n| ids.get(n).map_or(Uuid::nil(), |id| id.uuid()).into());
    List::new("SELECT c.id FROM").tail(
        "(SELECT * FROM cases WHERE id IN (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,
            ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,
            ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) LIMIT 64) c WHERE c.erased_at IS NULL",
        values,
    )
}

#[cfg(test)]
mod tests {
    use super::looked_up;

    /// Its plan on SQLite is looked at in `what_a_search_found_is_looked_up_by_its_id`.
    #[test]
    fn cases_are_looked_up_behind_a_limit() {
        let list = looked_up(&[]).and("c.is_open = ?", [true.into()]);
        assert!(list.sql().starts_with("SELECT c.id FROM (SELECT * FROM cases WHERE id IN ($1, $2,"), "{}", list.sql());
        assert!(
            list.sql().ends_with("$64) LIMIT 64) c WHERE c.erased_at IS NULL AND c.is_open = $65"),
            "{}",
            list.sql()
        );
    }
}
