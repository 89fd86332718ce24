//! Moving new documents into the posting lists and dead ones out of them.
//!
//! 256 short writes instead of one long one, so that reports that come in meanwhile wait for
//! milliseconds. Each write takes one slice of the terms and notes up to which document the slice is
//! merged; a search takes newer documents from their own rows. So a merge may stop anywhere, and two
//! at once do no harm; within a process one waits for the other.

use super::MERGE_AT;
use super::document::Document;
use super::slice::{Edit, Lists};
use super::store::{lock, number};
use crate::jobs::Handler;
use crate::{Db, DbError, Tx, execute, fetch_all, fetch_one, stmt};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Documents of one round, about 6 KB of memory each.
const ROUND: i64 = 4096;
/// Rows of dead documents are kept for this many changes, so that a search that knew them hears of
/// their end without reading everything again.
const KEPT: i64 = 4096;

/// What a merge did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Merged {
    /// Documents that are now in the lists.
    pub documents: usize,
    /// Dead documents whose postings are gone.
    pub removed: usize,
}

/// A round's work, read before its writes.
struct Plan {
    new: BTreeMap<u32, Document>,
    dead: BTreeMap<u32, Document>,
    upto: u32,
}

/// The job `search.merge`.
pub fn merge_handler() -> Handler {
    Arc::new(|db, _| Box::pin(async move { merge(&db, MERGE_AT).await.map(|_| ()) }))
}

/// Merges while at least `least` documents are new or dead; 1 merges everything.
pub async fn merge(db: &Db, least: usize) -> Result<Merged, DbError> {
    let _alone = db.merging().lock().await;
    let mut done = Merged::default();
    loop {
        let plan = read_plan(db).await?;
        if plan.new.len().max(plan.dead.len()) < least.max(1) {
            return Ok(done);
        }
        done.documents += plan.new.len();
        done.removed += plan.dead.len();
        let plan = Arc::new(plan);
        for slice in 0..=u8::MAX {
            let (plan, db) = (plan.clone(), db.clone());
            let keys_of = db.clone();
            keys_of.write(move |tx| Box::pin(async move { merge_slice(tx, &db, &plan, slice).await })).await?;
        }
        let dead: Vec<i64> = plan.dead.keys().map(|doc| i64::from(*doc)).collect();
        db.write(move |tx| Box::pin(async move { forget(tx, &dead).await })).await?;
    }
}

async fn read_plan(db: &Db) -> Result<Plan, DbError> {
    let mut tx = db.read().await?;
    let index = db.keys().index();
    let (merged,) = fetch_one!(&mut tx, (i64,), stmt!("SELECT MIN(upto) FROM posting_slices WHERE slice >= 0"))?;
    let open = |rows: Vec<(i64, Vec<u8>)>| -> Result<BTreeMap<u32, Document>, DbError> {
        rows.into_iter().map(|(doc, body)| Ok((number(doc)?, Document::open(index, number(doc)?, &body)?))).collect()
    };
    let new = open(fetch_all!(
        &mut tx,
        (i64, Vec<u8>),
        stmt!(
            "SELECT d.doc, t.body FROM documents d JOIN document_terms t ON t.doc = d.doc
              WHERE d.doc > $1 AND d.live ORDER BY d.doc LIMIT $2"
        ),
        merged,
        ROUND
    )?)?;
    let dead = open(fetch_all!(
        &mut tx,
        (i64, Vec<u8>),
        stmt!(
            "SELECT d.doc, t.body FROM documents d JOIN document_terms t ON t.doc = d.doc
              WHERE NOT d.live AND d.length > 0 ORDER BY d.doc LIMIT $1"
        ),
        ROUND
    )?)?;
    let upto = new.keys().next_back().copied().unwrap_or(0);
    Ok(Plan { new, dead, upto })
}

async fn merge_slice(tx: &mut Tx, db: &Db, plan: &Plan, slice: u8) -> Result<(), DbError> {
    lock(tx).await?;
    let (merged,) =
        fetch_one!(tx, (i64,), stmt!("SELECT upto FROM posting_slices WHERE slice = $1"), i64::from(slice))?;
    let merged = number(merged)?;
    // Some may have been replaced or erased since the plan was made.
    let live: BTreeSet<i64> = fetch_all!(
        tx,
        (i64,),
        stmt!("SELECT doc FROM documents WHERE doc > $1 AND doc <= $2 AND live"),
        i64::from(merged),
        i64::from(plan.upto)
    )?
    .into_iter()
    .map(|(doc,)| doc)
    .collect();
    let mut edits: BTreeMap<_, Edit> = BTreeMap::new();
    for (doc, document) in plan.dead.range(..=merged) {
        for (term, _) in document.in_slice(slice) {
            edits.entry(term).or_default().remove.push(*doc);
        }
    }
    for (doc, document) in plan.new.range(merged.saturating_add(1)..) {
        if live.contains(&i64::from(*doc)) {
            for (term, count) in document.in_slice(slice) {
                edits.entry(term).or_default().add.push((*doc, count));
            }
        }
    }
    if !edits.is_empty() {
        let mut lists = Lists { tx, index: db.keys().index(), ambient: db.ambient() };
        let mut ends = lists.open_ends(edits.keys()).await?;
        for (term, edit) in edits {
            lists.apply(term, ends.remove(&term), edit).await?;
        }
    }
    execute!(
        tx,
        stmt!("UPDATE posting_slices SET upto = $2 WHERE slice = $1 AND upto < $2"),
        i64::from(slice),
        i64::from(plan.upto)
    )?;
    Ok(())
}

/// Drops the terms of dead documents, which no list has any more, and the rows of long dead ones.
async fn forget(tx: &mut Tx, dead: &[i64]) -> Result<(), DbError> {
    lock(tx).await?;
    for doc in dead {
        execute!(tx, stmt!("DELETE FROM document_terms WHERE doc = $1"), *doc)?;
        execute!(tx, stmt!("UPDATE documents SET length = 0 WHERE doc = $1 AND NOT live"), *doc)?;
    }
    let (before,) = fetch_one!(tx, (i64,), stmt!("SELECT upto - $1 FROM posting_slices WHERE slice = -1"), KEPT)?;
    let gone = execute!(tx, stmt!("DELETE FROM documents WHERE length = 0 AND change < $1 AND NOT live"), before)?;
    if gone > 0 {
        execute!(tx, stmt!("UPDATE posting_slices SET upto = $1 WHERE slice = -2"), before)?;
    }
    Ok(())
}
