//! The job that brings the search index up to date with one case: the words of its events, but for those
//! of the team. Some who may search may not read notes, and a search that finds tells what stands there.

use super::{EngineError, Loaded, load};
use db::{Db, DbError, Tx, event, jobs, search};
use domain::CaseId;
use serde_json::Value;
use std::sync::Arc;

/// Members of events that hold words of ours, times or ids, not words that people wrote.
const NOT_TEXT: &[&str] = &["kind", "at", "by", "side", "source", "severity", "step", "to", "from", "state", "outcome"];
/// The one line counts more than the rest.
const TITLE_WEIGHT: u16 = 3;
/// Deepest member that is looked at.
const DEPTH: u8 = 6;

/// Indexes a case again from its events; the job of kind [`super::INDEX_JOB`]. Doing it twice is the
/// same as once.
pub fn index_jobs() -> jobs::Handler {
    Arc::new(|db, job| {
        Box::pin(async move {
            let Some(case) = job.subject.map(CaseId::from_uuid) else { return Ok(()) };
            let store = db.clone();
            let outcome: Result<(), EngineError> =
                db.write(move |tx| Box::pin(async move { index(tx, &store, case).await })).await;
            match outcome {
                Ok(()) | Err(EngineError::NotFound) => Ok(()),
                Err(EngineError::Db(e)) => Err(e),
                Err(e) => Err(DbError::Inconsistent(e.to_string())),
            }
        })
    })
}

async fn index(tx: &mut Tx, db: &Db, id: CaseId) -> Result<(), EngineError> {
    let case: Loaded = load(tx, db, id).await?;
    let records = event::of_case(tx, &case.key, id).await?;
    let mut found = Vec::new();
    for record in records.iter().filter(|r| r.audience != "team") {
        collect(&record.data, DEPTH, &mut found);
    }
    let name = case.name();
    let mut texts: Vec<(&str, u16)> = vec![(&case.title, TITLE_WEIGHT), (&name, TITLE_WEIGHT)];
    texts.extend(found.into_iter().map(|text| (text, 1)));
    search::index_case(tx, db.keys(), db.ambient(), id, &texts).await?;
    Ok(())
}

fn collect<'v>(value: &'v Value, depth: u8, found: &mut Vec<&'v str>) {
    match value {
        Value::String(text) => found.push(text),
        Value::Array(items) if depth > 0 => items.iter().for_each(|item| collect(item, depth - 1, found)),
        Value::Object(members) if depth > 0 => {
            for (_, member) in members.iter().filter(|(name, _)| !NOT_TEXT.contains(&name.as_str())) {
                collect(member, depth - 1, found);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::{DEPTH, collect};
    use serde_json::json;

    #[test]
    fn words_of_people_are_found_and_words_of_ours_are_not() {
        let event = json!({
            "kind": "reported", "at": 7,
            "report": {"title": "Old token", "severity": "high", "reproduction": {"k": 1, "n": 2}, "source": "form"}
        });
        let mut found = Vec::new();
        collect(&event, DEPTH, &mut found);
        assert_eq!(found, ["Old token"]);
    }
}
