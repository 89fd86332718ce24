//! Full-text search over what the caller may see.

use super::filter::Filter;
use super::queries::{Item, PAGE, picked};
use crate::engine::EngineError;
use accounts::visible_to;
use db::search::{Match, Query, Search};
use db::{Db, List, Tx, Value};
use domain::{CaseId, Permission};
use uuid::Uuid;
use web::Caller;

/// Ids asked for at once; the statement has as many places.
const AT_ONCE: usize = 32;

/// The best matches, best first, at most a page.
pub async fn search(
    tx: &mut Tx,
    (db, search): (&Db, &Search),
    caller: &Caller,
    (filter, words): (&Filter, &str),
) -> Result<Vec<Item>, EngineError> {
    let query = Query::parse(words, Match::All);
    let asked = caller.clone();
    let hits = search
        .visible::<EngineError, _>(tx, &query, PAGE, move |tx, ids| {
            let asked = asked.clone();
            Box::pin(async move { visible_of(tx, &asked, ids).await })
        })
        .await?;
    let ids: Vec<CaseId> = hits.into_iter().map(|hit| hit.case).collect();
    picked(tx, db, caller, filter, &ids).await
}

/// Those of the ids that the caller may search in.
async fn visible_of(tx: &mut Tx, caller: &Caller, ids: &[CaseId]) -> Result<Vec<CaseId>, EngineError> {
    let mut found = Vec::new();
    for some in ids.chunks(AT_ONCE) {
        let values: [Value; AT_ONCE] = std::array::from_fn(|n| some.get(n).map_or(Uuid::nil(), |id| id.uuid()).into());
        let list = List::new("SELECT c.id FROM cases c WHERE c.erased_at IS NULL").and(
            "c.id IN (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            values,
        );
        let list = visible_to(list, caller, Permission::ReadCases);
        let rows = visible_to(list, caller, Permission::SearchCases).fetch::<(Uuid,)>(tx).await?;
        found.extend(rows.into_iter().map(|(id,)| CaseId::from_uuid(id)));
    }
    Ok(found)
}
