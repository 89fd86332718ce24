//! Ranking: BM25 over the posting lists of a query, best first, in batches.
//!
//! Every list is read whole: 80,000 postings are twenty rows and about 100 KB, opened and scored in a
//! few milliseconds, so there is neither a cache of opened chunks nor a top list that could be stale.

use super::chunk::{Chunk, Posting};
use super::document::Term;
use super::query::Query;
use super::store::number;
use super::view::View;
use crate::{Db, DbError, Tx, fetch_all, stmt};
use domain::CaseId;
use futures::future::BoxFuture;
use seal::DataKey;
use std::collections::{BTreeSet, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

const K1: f64 = 1.2;
const B: f64 = 0.75;
/// States kept in memory: searches whose snapshots differ a little do not read everything again.
const VIEWS: usize = 3;
/// Cases that are asked for visibility at once, at first and at most.
const BATCH: (usize, usize) = (64, 1024);

/// A case that a query found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hit {
    /// The case.
    pub case: CaseId,
    /// BM25, above 0. It depends on documents that the reader may not see: do not show it.
    pub score: f64,
}

/// The searching side: the index key and what is kept in memory. Make one for each opening of a store;
/// cheap to clone.
#[derive(Clone)]
pub struct Search {
    index: Arc<DataKey>,
    views: Arc<Mutex<VecDeque<Arc<View>>>>,
}

/// All that a query found, best first.
pub struct Ranking {
    view: Arc<View>,
    scored: Vec<(f64, u32)>,
}

impl Search {
    /// Reads nothing yet: the first search does, about a microsecond a document.
    pub fn new(db: &Db) -> Self {
        Self { index: db.keys().index().clone(), views: Arc::default() }
    }

    /// Reads what the first search would read: at start, in the background.
    pub async fn warm(&self, tx: &mut Tx) -> Result<(), DbError> {
        self.view(tx).await.map(|_| ())
    }

    /// Ranks what a query finds. Give it the snapshot in which visibility is asked.
    pub async fn rank(&self, tx: &mut Tx, query: &Query) -> Result<Ranking, DbError> {
        let view = self.view(tx).await?;
        if query.is_empty() || view.documents == 0 {
            return Ok(Ranking { view, scored: Vec::new() });
        }
        let mut lists = Vec::new();
        for (term, required) in query.terms(&self.index) {
            let list = self.list(tx, &view, term).await?;
            if list.is_empty() && required {
                return Ok(Ranking { view, scored: Vec::new() });
            }
            lists.push((list, required));
        }
        let scored = score(&view, &lists);
        Ok(Ranking { view, scored })
    }

    /// The best `limit` cases that the reader may see. `visible` gets a batch of cases and gives back
    /// those that are visible; nobody learns how many are not.
    pub async fn visible<E, F>(&self, tx: &mut Tx, query: &Query, limit: usize, mut visible: F) -> Result<Vec<Hit>, E>
    where
        E: From<DbError>,
        F: for<'a> FnMut(&'a mut Tx, &'a [CaseId]) -> BoxFuture<'a, Result<Vec<CaseId>, E>> + Send,
    {
        let mut ranking = self.rank(tx, query).await?;
        let mut found = Vec::new();
        let mut size = BATCH.0.max(limit).min(BATCH.1);
        while found.len() < limit {
            let batch = ranking.next_batch(size);
            if batch.is_empty() {
                break;
            }
            let cases: Vec<CaseId> = batch.iter().map(|hit| hit.case).collect();
            let seen = visible(tx, &cases).await?;
            let seen: BTreeSet<CaseId> = seen.into_iter().collect();
            found.extend(batch.into_iter().filter(|hit| seen.contains(&hit.case)));
            size = (size * 2).min(BATCH.1);
        }
        found.truncate(limit);
        Ok(found)
    }

    async fn view(&self, tx: &mut Tx) -> Result<Arc<View>, DbError> {
        let marks = View::marks(tx).await?;
        let base = {
            let views = self.views.lock().unwrap_or_else(PoisonError::into_inner);
            views.iter().filter(|v| v.leads_to(marks)).max_by_key(|v| v.change).cloned()
        };
        if let Some(view) = base.as_ref().filter(|v| v.change == marks.change) {
            return Ok(view.clone());
        }
        let base = base.unwrap_or_default();
        let view = Arc::new(base.advance(tx, &self.index, marks).await?);
        let mut views = self.views.lock().unwrap_or_else(PoisonError::into_inner);
        if views.len() >= VIEWS {
            views.pop_front();
        }
        views.push_back(view.clone());
        Ok(view)
    }

    /// The live postings of a term, ascending: those of its list, and of the documents that its slice does not have yet.
    async fn list(&self, tx: &mut Tx, view: &View, term: Term) -> Result<Vec<Posting>, DbError> {
        let rows = fetch_all!(
            tx,
            (i64, Option<i64>, Option<Vec<u8>>),
            stmt!(
                "SELECT s.upto, p.chunk, p.body FROM posting_slices s LEFT JOIN postings p ON p.term = $2
                  WHERE s.slice = $1 ORDER BY p.chunk"
            ),
            i64::from(term.slice()),
            term.to_bytes()
        )?;
        let Some((upto, ..)) = rows.first() else {
            return Err(DbError::Inconsistent("a slice of the search index is missing".into()));
        };
        let upto = number(*upto)?;
        let mut all = Vec::new();
        let (mut end, mut count, mut total) = (None, 0, 0);
        for (_, chunk, body) in rows {
            let (Some(chunk), Some(body)) = (chunk, body) else { continue };
            let opened = Chunk::open(&self.index, (term, number(chunk)?), &body)?;
            count += opened.postings.len();
            if chunk == 0 {
                total = usize::try_from(opened.total).unwrap_or(usize::MAX);
                all.reserve(total.min(1 << 20));
                end = Some(opened);
            } else {
                all.extend(opened.postings.iter().filter(|(doc, _)| view.length(*doc) > 0));
            }
        }
        if count != total {
            return Err(DbError::Inconsistent(format!("a posting list has {count} of its {total} postings")));
        }
        let end = end.into_iter().flat_map(|end| end.postings);
        all.extend(end.filter(|(doc, _)| view.length(*doc) > 0));
        for (doc, document) in view.newer(upto) {
            all.extend(document.count(term).map(|count| (*doc, count)));
        }
        Ok(all)
    }
}

/// Walks all lists together, document by document.
fn score(view: &View, lists: &[(Vec<Posting>, bool)]) -> Vec<(f64, u32)> {
    let documents = as_f64(view.documents);
    let mean = as_f64(view.total_length) / documents;
    let mut cursors: Vec<_> = lists
        .iter()
        .map(|(list, required)| {
            let df = as_f64(list.len() as u64);
            let idf = (1.0 + (documents - df + 0.5) / (df + 0.5)).ln();
            (list.as_slice(), idf, *required)
        })
        .collect();
    let mut scored = Vec::with_capacity(lists.iter().map(|(list, _)| list.len()).max().unwrap_or(0));
    while let Some(doc) = cursors.iter().filter_map(|(list, ..)| list.first()).map(|(doc, _)| *doc).min() {
        let norm = K1 * (1.0 - B + B * f64::from(view.length(doc)) / mean);
        let (mut sum, mut whole) = (0.0, true);
        for (list, idf, required) in &mut cursors {
            if let Some((_, count)) = list.first().filter(|(d, _)| *d == doc) {
                let count = f64::from(*count);
                sum += *idf * count * (K1 + 1.0) / (count + norm);
                *list = &list[1..];
            } else if *required {
                whole = false;
            }
        }
        if whole {
            scored.push((sum, doc));
        }
    }
    scored
}

#[expect(clippy::cast_precision_loss, reason = "counts of documents and words are far below 2^52")]
fn as_f64(n: u64) -> f64 {
    n as f64
}

impl Ranking {
    /// Leaves only these cases: for readers who see few, where asking for each would take long.
    pub fn keep_only(&mut self, cases: &BTreeSet<CaseId>) {
        let view = &self.view;
        self.scored.retain(|(_, doc)| view.case(*doc).is_some_and(|case| cases.contains(&case)));
    }

    /// The next best `size` cases; empty at the end. Of equal scores the newer reading comes first.
    pub fn next_batch(&mut self, size: usize) -> Vec<Hit> {
        let best_first = |a: &(f64, u32), b: &(f64, u32)| b.0.total_cmp(&a.0).then(b.1.cmp(&a.1));
        let mut batch = if self.scored.len() > size {
            // The best come to the end, where they can be cut off.
            let cut = self.scored.len() - size;
            self.scored.select_nth_unstable_by(cut, |a, b| best_first(b, a));
            self.scored.split_off(cut)
        } else {
            std::mem::take(&mut self.scored)
        };
        batch.sort_unstable_by(best_first);
        batch.into_iter().filter_map(|(score, doc)| Some(Hit { case: self.view.case(doc)?, score })).collect()
    }
}
