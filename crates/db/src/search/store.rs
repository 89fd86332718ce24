//! Writing: one row for a new reading of a case; taking a case out of everything.

use super::document::Document;
use super::{MERGE_AT, slice};
use crate::{DbError, Keyring, Tx, execute, fetch_all, fetch_one, fetch_optional, jobs, later, stmt};
use domain::{Ambient, CaseId, JobId, Span};
use seal::DataKey;
use serde_json::json;
use std::collections::BTreeMap;
use uuid::{Uuid, uuid};

/// Kind of the job that indexes the case which is its subject.
pub const INDEX_JOB: &str = "search.index";
/// Kind of the job that merges new documents into the posting lists.
pub const MERGE_JOB: &str = "search.merge";

/// A merge begins so much later than it is worth its while: it writes each term once, however many of the documents
/// have it, so what comes in meanwhile costs little more.
const GATHER: Span = Span::from_seconds(10);

/// Id of the only merge job there is.
const MERGE_ID: Uuid = uuid!("5ea2c400-0000-8000-8000-6d6572676521");

/// What indexing did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Indexed {
    /// Cases that were not indexed with the very same terms before.
    pub changed: usize,
    /// Documents that wait for a merge. Above [`super::WAITING_MOST`], call [`super::merge`] before going on:
    /// they are kept in memory by whoever searches.
    pub waiting: usize,
}

/// Asks for a case to be indexed, in the write that changed its texts.
pub async fn enqueue_index(tx: &mut Tx, house: &DataKey, ambient: &Ambient, case: CaseId) -> Result<(), DbError> {
    let job = (INDEX_JOB, Some(case.uuid()), ambient.now());
    jobs::enqueue(tx, house, ambient, job, &json!({})).await.map(|_| ())
}

/// Makes these texts, with their weights, what the case is found by. Doing it twice is doing it once.
///
/// Extracts the terms inside the write; for long texts make the [`Document`] before it and call
/// [`index_documents`]. Then compare the case's version inside the write, or of two jobs at once the one
/// with the older text may come last.
pub async fn index_case(
    tx: &mut Tx,
    keys: &Keyring,
    ambient: &Ambient,
    case: CaseId,
    texts: &[(&str, u16)],
) -> Result<Indexed, DbError> {
    let document = Document::new(keys.index(), texts);
    index_documents(tx, keys, ambient, &BTreeMap::from([(case, document)])).await
}

/// Like [`index_case`] for several cases, with terms that were extracted before.
pub async fn index_documents(
    tx: &mut Tx,
    keys: &Keyring,
    ambient: &Ambient,
    documents: &BTreeMap<CaseId, Document>,
) -> Result<Indexed, DbError> {
    let count = i64::try_from(documents.len()).unwrap_or(i64::MAX);
    let last = next_change(tx, count).await?;
    let mut new = Vec::new();
    for ((case, document), change) in documents.iter().zip(last - count + 1..) {
        if replaces_another(tx, keys.index(), (*case, change), document).await? {
            new.push((*case, change, document));
        }
    }
    let changed = new.len();
    for (case, change, document) in new {
        if !document.is_empty() {
            insert(tx, keys.index(), ambient, (case, change), document).await?;
        }
    }
    let waiting = waiting(tx).await?;
    if changed > 0 && waiting >= worth_a_merge(last) {
        ask_for_merge(tx, keys.house(), ambient).await?;
    }
    Ok(Indexed { changed, waiting })
}

/// Retires the document that the case has now; false when it has the same terms.
async fn replaces_another(
    tx: &mut Tx,
    index: &DataKey,
    (case, change): (CaseId, i64),
    document: &Document,
) -> Result<bool, DbError> {
    let old = fetch_optional!(
        tx,
        (i64, Option<Vec<u8>>),
        stmt!(
            "SELECT d.doc, t.body FROM documents d LEFT JOIN document_terms t ON t.doc = d.doc
              WHERE d.case_id = $1 AND d.live"
        ),
        case.uuid()
    )?;
    let Some((doc, body)) = old else { return Ok(true) };
    if let Some(body) = body
        && Document::open(index, number(doc)?, &body)? == *document
    {
        return Ok(false);
    }
    retire(tx, doc, change).await?;
    Ok(true)
}

/// How many documents must wait for a merge. A merge writes nearly as many rows for 2,048 documents as
/// for 512, so a large store gathers more; what waits is kept in memory, about 9 KB a document.
fn worth_a_merge(change: i64) -> usize {
    usize::try_from(change / 32).unwrap_or(0).clamp(MERGE_AT, 4 * MERGE_AT)
}

async fn insert(
    tx: &mut Tx,
    index: &DataKey,
    ambient: &Ambient,
    (case, doc): (CaseId, i64),
    document: &Document,
) -> Result<(), DbError> {
    let body = document.seal(index, number(doc)?, ambient.random.as_ref());
    later!(
        tx,
        stmt!("INSERT INTO documents (doc, case_id, change, length, live) VALUES ($1, $2, $1, $3, TRUE)"),
        doc,
        case.uuid(),
        i64::from(document.length)
    )?;
    later!(tx, stmt!("INSERT INTO document_terms (doc, body) VALUES ($1, $2)"), doc, body)
}

/// Takes a document out of every answer. Its postings, if it has any yet, stay until a merge.
async fn retire(tx: &mut Tx, doc: i64, change: i64) -> Result<(), DbError> {
    execute!(tx, stmt!("UPDATE documents SET live = FALSE, change = $2 WHERE doc = $1"), doc, change)?;
    let (merged,) = fetch_one!(tx, (i64,), stmt!("SELECT MAX(upto) FROM posting_slices WHERE slice >= 0"))?;
    if doc > merged {
        execute!(tx, stmt!("DELETE FROM document_terms WHERE doc = $1"), doc)?;
        execute!(tx, stmt!("UPDATE documents SET length = 0 WHERE doc = $1"), doc)?;
    }
    Ok(())
}

/// Removes every trace of a case from the index, physically, in this write: its terms and each posting
/// of each of its documents. True if there was anything.
///
/// Costs one rewritten row a term, some hundred as a rule: for erasures, not for changes.
pub async fn remove_case(tx: &mut Tx, keys: &Keyring, ambient: &Ambient, case: CaseId) -> Result<bool, DbError> {
    let change = next_change(tx, 1).await?;
    let rows = fetch_all!(
        tx,
        (i64, Option<Vec<u8>>),
        stmt!(
            "SELECT d.doc, t.body FROM documents d LEFT JOIN document_terms t ON t.doc = d.doc
              WHERE d.case_id = $1 ORDER BY d.doc"
        ),
        case.uuid()
    )?;
    for (doc, body) in &rows {
        if let Some(body) = body {
            let document = Document::open(keys.index(), number(*doc)?, body)?;
            slice::remove_document(tx, keys.index(), ambient, (number(*doc)?, &document)).await?;
            execute!(tx, stmt!("DELETE FROM document_terms WHERE doc = $1"), *doc)?;
        }
        execute!(tx, stmt!("UPDATE documents SET live = FALSE, length = 0, change = $2 WHERE doc = $1"), *doc, change)?;
    }
    Ok(!rows.is_empty())
}

/// Counts changes and gives the number of the last. The row is locked until the commit, so that changes
/// commit in the order of their numbers: whoever has seen change 7 has seen every one before it.
async fn next_change(tx: &mut Tx, count: i64) -> Result<i64, DbError> {
    let (change,) = fetch_one!(
        tx,
        (i64,),
        stmt!("UPDATE posting_slices SET upto = upto + $1 WHERE slice = -1 RETURNING upto"),
        count
    )?;
    Ok(change)
}

/// Keeps other writers of the index out until the commit, without counting a change.
pub(super) async fn lock(tx: &mut Tx) -> Result<(), DbError> {
    fetch_one!(
        tx,
        (i64,),
        stmt!(
            sqlite: "SELECT upto FROM posting_slices WHERE slice = -1",
            pg: "SELECT upto FROM posting_slices WHERE slice = -1 FOR UPDATE",
        )
    )
    .map(|_| ())
}

async fn waiting(tx: &mut Tx) -> Result<usize, DbError> {
    let (new, dead) = fetch_one!(
        tx,
        (i64, i64),
        stmt!(
            "SELECT (SELECT COUNT(*) FROM documents
                      WHERE doc > (SELECT MIN(upto) FROM posting_slices WHERE slice >= 0) AND live),
                    (SELECT COUNT(*) FROM documents WHERE length > 0 AND NOT live)"
        )
    )?;
    Ok(usize::try_from(new.max(dead)).unwrap_or(0))
}

/// One merge is asked for at a time, under an id that is always the same: looking for it among the jobs
/// of a large import would read all of them for each case.
async fn ask_for_merge(tx: &mut Tx, house: &DataKey, ambient: &Ambient) -> Result<(), DbError> {
    let due = ambient.now().plus(GATHER);
    jobs::enqueue_once(tx, house, ambient, JobId::from_uuid(MERGE_ID), (MERGE_JOB, due)).await
}

/// A document's number as it is kept in memory and in chunks.
pub(super) fn number(doc: i64) -> Result<u32, DbError> {
    u32::try_from(doc).map_err(|_| DbError::Inconsistent(format!("document number {doc}")))
}
