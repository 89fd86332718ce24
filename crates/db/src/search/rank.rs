//! Ranking: BM25 over the posting lists of a query, best first, in batches.
//!
//! The newest documents that have the rarest word are ranked first, some 65,000 of them; older ones after them, if anybody asks
//! for so many. So a word alone that a million cases have costs no more than one that 65,000 have; beside a rarer one its list is
//! read as far down as that reaches. There is neither a cache of opened chunks nor a top list that could be stale.

use super::query::Query;
use super::reading::Reading;
use super::score::{List, inverse_frequency, score};
use super::view::View;
use crate::{Db, DbError, Tx};
use domain::CaseId;
use seal::DataKey;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

/// Postings of the rarest word that are ranked at once.
const STRIDE: usize = 65_536;
/// States kept in memory: searches whose snapshots differ a little do not read everything again.
const VIEWS: usize = 3;

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
    stride: usize,
}

/// What a query finds, best first.
pub struct Ranking {
    index: Arc<DataKey>,
    view: Arc<View>,
    readings: Vec<Reading>,
    /// How much each of them tells; known when the first documents are ranked.
    weights: Vec<f64>,
    /// Ranked and not given yet.
    scored: Vec<(f64, u32)>,
}

impl Search {
    /// Reads nothing yet: the first search does, about a microsecond a document.
    pub fn new(db: &Db) -> Self {
        Self::in_strides(db, STRIDE)
    }

    /// The same, with so many postings of the rarest word ranked at once.
    pub fn in_strides(db: &Db, stride: usize) -> Self {
        Self { index: db.keys().index().clone(), views: Arc::default(), stride: stride.max(1) }
    }

    /// Reads what the first search would read: at start, in the background.
    pub async fn warm(&self, tx: &mut Tx) -> Result<(), DbError> {
        self.view(tx).await.map(|_| ())
    }

    /// Ranks what a query finds. Give it the snapshot in which visibility is asked, and [`Ranking::next_batch`] the same.
    pub async fn rank(&self, tx: &mut Tx, query: &Query) -> Result<Ranking, DbError> {
        let view = self.view(tx).await?;
        let mut readings = Vec::new();
        if view.documents > 0 {
            for term in query.terms(&self.index) {
                let reading = Reading::begin(tx, (&self.index, &view), term, self.stride).await?;
                if reading.is_taken() && reading.required {
                    readings.clear();
                    break;
                }
                readings.push(reading);
            }
        }
        Ok(Ranking { index: self.index.clone(), view, readings, weights: Vec::new(), scored: Vec::new() })
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
}

impl Ranking {
    /// The next best cases, `size` at most; empty at the end. Of equal scores the newer reading comes first.
    pub async fn next_batch(&mut self, tx: &mut Tx, size: usize) -> Result<Vec<Hit>, DbError> {
        while self.scored.is_empty() && !self.is_done() {
            self.rank_more(tx).await?;
        }
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
        Ok(batch.into_iter().filter_map(|(score, doc)| Some(Hit { case: self.view.case(doc)?, score })).collect())
    }

    /// Whether no document is left that could be found.
    fn is_done(&self) -> bool {
        match self.rarest() {
            Some(rarest) => rarest.is_taken(),
            None => self.readings.iter().all(Reading::is_taken),
        }
    }

    fn rarest(&self) -> Option<&Reading> {
        self.readings.iter().filter(|reading| reading.required).min_by_key(|reading| reading.documents())
    }

    /// Ranks the newest documents that were not ranked.
    async fn rank_more(&mut self, tx: &mut Tx) -> Result<(), DbError> {
        let from = (self.index.as_ref(), self.view.as_ref());
        let least = self.rarest().map(Reading::documents);
        let mut lowest = 0;
        for reading in &mut self.readings {
            let leads = least.is_none_or(|least| reading.required && reading.documents() == least);
            if leads {
                lowest = lowest.max(reading.read_stride(tx, from).await?);
            }
        }
        for reading in &mut self.readings {
            reading.down_to(tx, from, lowest).await?;
        }
        if self.weights.is_empty() {
            let documents = self.view.documents;
            self.weights =
                self.readings.iter().map(|reading| inverse_frequency(documents, reading.documents())).collect();
        }
        let lists: Vec<List> = self
            .readings
            .iter_mut()
            .zip(&self.weights)
            .map(|(reading, weight)| List {
                postings: reading.take(lowest),
                required: reading.required,
                weight: *weight,
            })
            .collect();
        self.scored = score(&self.view, &lists);
        Ok(())
    }
}
