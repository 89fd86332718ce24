//! The job that brings the search index up to date with one case: the words of its events, but for those
//! of the team. Some who may search may not read notes, and a search that finds tells what stands there.

use super::{EngineError, Loaded, load};
use db::{Db, DbError, Tx, event, fetch_optional, jobs, search, stmt};
use domain::CaseId;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::oneshot;

/// Members of events that hold words of ours, times or ids, not words that people wrote.
const NOT_TEXT: &[&str] = &[
    "kind",
    "at",
    "by",
    "side",
    "source",
    "severity",
    "step",
    "to",
    "from",
    "state",
    "outcome",
    "attachment",
    "sha256",
    "reward",
    "about",
    "appeal",
    "case",
    "how",
    "person",
];
/// The one line counts more than the rest.
const TITLE_WEIGHT: u16 = 3;
/// A case that changes this often while it is read is looked at again later.
const TRIES: usize = 4;
/// Deepest member that is looked at.
const DEPTH: u8 = 6;
/// Bytes of events of one case that are read for its words.
const WORDS_MOST: usize = 16_000_000;

/// A case whose words are taken and wait to be written.
struct Ready {
    case: CaseId,
    version: i64,
    document: search::Document,
    /// Hears whether they were kept.
    kept: oneshot::Sender<bool>,
}

/// One write at a time takes everything that is ready: the index is one thing that every write of it
/// locks, so several at once would only wait for each other's commit.
#[derive(Default)]
struct Turns {
    ready: Mutex<Vec<Ready>>,
    turn: tokio::sync::Mutex<()>,
}

/// Indexes a case again from its events; the job of kind [`super::INDEX_JOB`]. Doing it twice is the
/// same as once.
pub fn index_jobs() -> jobs::Handler {
    let turns = Arc::new(Turns::default());
    Arc::new(move |db, job| {
        let turns = turns.clone();
        Box::pin(async move {
            let Some(case) = job.subject.map(CaseId::from_uuid) else { return Ok(()) };
            for _ in 0..TRIES {
                match index(&db, &turns, case).await {
                    Ok(true) | Err(EngineError::NotFound) => return Ok(()),
                    // The case changed while its words were taken: once more.
                    Ok(false) => {}
                    Err(EngineError::Db(e)) => return Err(e),
                    Err(e) => return Err(DbError::Inconsistent(e.to_string())),
                }
            }
            Err(DbError::Busy)
        })
    })
}

/// Words are taken outside of the write, where nobody has to wait for it: milliseconds for a long case.
/// The write keeps them only if the case is still the one they were taken from; false if it is not, or
/// if the write that took them failed.
async fn index(db: &Db, turns: &Turns, case: CaseId) -> Result<bool, EngineError> {
    let (document, version) = read(db, case).await?;
    let (kept, mut hear) = oneshot::channel();
    turns.lock().push(Ready { case, version, document, kept });
    let _turn = turns.turn.lock().await;
    if turns.lock().iter().any(|ready| ready.case == case) {
        let all = std::mem::take(&mut *turns.lock());
        write(db, all).await?;
    }
    Ok(hear.try_recv().unwrap_or(false))
}

impl Turns {
    fn lock(&self) -> MutexGuard<'_, Vec<Ready>> {
        self.ready.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Writes all of them; when that fails, each alone, so that one that cannot be written holds up no other.
async fn write(db: &Db, ready: Vec<Ready>) -> Result<(), EngineError> {
    let mut documents: Vec<_> = ready.iter().map(|one| (one.case, one.version, one.document.clone())).collect();
    // Always in the same order, and all locked before the index is.
    documents.sort_unstable_by_key(|(case, ..)| *case);
    let mut result = Ok(());
    let (kept, waiting) = match keep(db, documents.clone()).await {
        Ok(kept) => kept,
        Err(error) => {
            let (mut kept, mut waiting) = (BTreeSet::new(), 0);
            for document in documents {
                let (one, wait) = keep(db, vec![document]).await.unwrap_or_default();
                kept.extend(one);
                waiting = waiting.max(wait);
            }
            result = if kept.is_empty() { Err(error) } else { Ok(()) };
            (kept, waiting)
        }
    };
    for one in ready {
        // Whoever no longer listens was given up.
        let _ = one.kept.send(kept.contains(&one.case));
    }
    if waiting > search::WAITING_MOST {
        // A large import is faster than the merge beside it.
        search::merge(db, search::MERGE_AT).await?;
    }
    result
}

/// Keeps those whose case is still the one they were taken from; gives them, and how many documents wait for a merge.
pub(super) async fn keep(
    db: &Db,
    documents: Vec<(CaseId, i64, search::Document)>,
) -> Result<(BTreeSet<CaseId>, usize), EngineError> {
    let store = db.clone();
    db.write(move |tx| {
        Box::pin(async move {
            let mut current = BTreeMap::new();
            for (case, version, document) in documents {
                if version_of(tx, case).await? == Some(version) {
                    current.insert(case, document);
                }
            }
            let indexed = search::index_documents(tx, store.keys(), store.ambient(), &current).await?;
            Ok((current.into_keys().collect(), indexed.waiting))
        })
    })
    .await
}

pub(super) async fn read(db: &Db, id: CaseId) -> Result<(search::Document, i64), EngineError> {
    let mut tx = db.read().await?;
    let case: Loaded = load(&mut tx, db, id).await?;
    let said = said(&mut tx, &case).await?;
    drop(tx);
    let mut found = Vec::new();
    for data in &said {
        collect(data, DEPTH, &mut found);
    }
    let name = case.name();
    let mut texts: Vec<(&str, u16)> = vec![(&case.title, TITLE_WEIGHT), (&name, TITLE_WEIGHT)];
    texts.extend(found.into_iter().map(|text| (text, 1)));
    Ok((search::Document::new(db.keys().index(), &texts), case.version))
}

/// What was said on the case and not to the team alone: the report, and the newest of the rest up to [`WORDS_MOST`].
async fn said(tx: &mut Tx, case: &Loaded) -> Result<Vec<Value>, EngineError> {
    let mut records = event::between(tx, &case.key, case.id, (1, 1)).await?;
    let (mut size, mut to) = (0, case.version);
    while to > 1 && size < WORDS_MOST {
        let from = (to - event::STRETCH + 1).max(2);
        let part = event::between(tx, &case.key, case.id, (from, to)).await?;
        size += part.iter().map(|record| record.data.to_string().len()).sum::<usize>();
        records.extend(part);
        to = from - 1;
    }
    Ok(records.into_iter().filter(|record| record.audience != "team").map(|record| record.data).collect())
}

/// The version a case is at; `None` when it is gone. Nobody changes it before the write ends.
async fn version_of(tx: &mut Tx, id: CaseId) -> Result<Option<i64>, DbError> {
    let row = fetch_optional!(
        tx,
        (i64,),
        stmt!(
            sqlite: "SELECT version FROM cases WHERE id = $1 AND erased_at IS NULL",
            pg: "SELECT version FROM cases WHERE id = $1 AND erased_at IS NULL FOR UPDATE",
        ),
        id.uuid()
    )?;
    Ok(row.map(|(version,)| version))
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
            "report": {"title": "Old token", "severity": "high", "reproduction": {"k": 1, "n": 2}, "source": "form"},
            "person": "0190a000-0000-7000-8000-000000000001"
        });
        let mut found = Vec::new();
        collect(&event, DEPTH, &mut found);
        assert_eq!(found, ["Old token"]);
    }
}
