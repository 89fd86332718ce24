//! BM25 of the documents that a query finds.

use super::chunk::Posting;
use super::view::View;

const K1: f64 = 1.2;
const B: f64 = 0.75;

/// A term of the query over some of the documents.
pub(super) struct List {
    /// Live, ascending by document.
    pub postings: Vec<Posting>,
    /// Whether a document must have it.
    pub required: bool,
    /// How much the term tells: [`inverse_frequency`].
    pub weight: f64,
}

/// Weight of a term that so many of all documents have; above 0, though dead ones may be counted among those that have it.
pub(super) fn inverse_frequency(documents: u64, with: usize) -> f64 {
    let (documents, with) = (as_f64(documents), as_f64(documents.min(with as u64)));
    (1.0 + (documents - with + 0.5) / (with + 0.5)).ln()
}

/// The documents that have every required term, or any where none is, with their scores.
pub(super) fn score(view: &View, lists: &[List]) -> Vec<(f64, u32)> {
    let mean = as_f64(view.total_length) / as_f64(view.documents);
    let norm = |doc: u32| K1 * (1.0 - B + B * f64::from(view.length(doc)) / mean);
    let rarest = lists.iter().filter(|list| list.required).min_by_key(|list| list.postings.len());
    let mut cursors: Vec<Cursor<'_>> = lists.iter().map(|list| Cursor { rest: &list.postings, list }).collect();
    let mut scored = Vec::with_capacity(rarest.map_or(0, |list| list.postings.len()));
    let mut one = |doc: u32, cursors: &mut [Cursor<'_>]| {
        let (norm, mut sum) = (norm(doc), 0.0);
        for cursor in cursors {
            match cursor.advance(doc) {
                Some(count) => sum += cursor.list.weight * count * (K1 + 1.0) / (count + norm),
                None if cursor.list.required => return,
                None => {}
            }
        }
        scored.push((sum, doc));
    };
    if let Some(rarest) = rarest {
        for (doc, _) in &rarest.postings {
            one(*doc, &mut cursors);
        }
    } else {
        while let Some(doc) = cursors.iter().filter_map(|cursor| cursor.rest.first()).map(|(doc, _)| *doc).min() {
            one(doc, &mut cursors);
        }
    }
    scored
}

/// Where a walk over a list is.
struct Cursor<'a> {
    rest: &'a [Posting],
    list: &'a List,
}

impl Cursor<'_> {
    /// Goes past a document; how often the term is in it, if it is.
    fn advance(&mut self, doc: u32) -> Option<f64> {
        if self.rest.first().is_some_and(|(at, _)| *at < doc) {
            self.skip_to(doc);
        }
        let ((at, count), after) = self.rest.split_first()?;
        if *at != doc {
            return None;
        }
        self.rest = after;
        Some(f64::from(*count))
    }

    /// Goes to a document or the next after it, in steps that double.
    fn skip_to(&mut self, doc: u32) {
        let mut reach = 1;
        while self.rest.get(reach).is_some_and(|(at, _)| *at < doc) {
            reach *= 2;
        }
        let (passed, to) = (reach / 2, self.rest.len().min(reach + 1));
        let within = self.rest.get(passed..to).unwrap_or_default().partition_point(|(at, _)| *at < doc);
        self.rest = self.rest.get(passed + within..).unwrap_or_default();
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of documents and words are far below 2^52")]
fn as_f64(n: u64) -> f64 {
    n as f64
}

#[cfg(test)]
mod tests {
    use super::{Cursor, List, inverse_frequency};
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    proptest! {
        #[test]
        fn a_walk_finds_what_is_there(docs in prop::collection::btree_map(0_u32..200, 1_u16.., 0..80), asked in prop::collection::btree_set(0_u32..220, 0..80)) {
            let list = List { postings: docs.iter().map(|(doc, count)| (*doc, *count)).collect(), required: true, weight: 1.0 };
            let mut cursor = Cursor { rest: &list.postings, list: &list };
            let found: BTreeMap<u32, f64> = asked.iter().filter_map(|doc| Some((*doc, cursor.advance(*doc)?))).collect();
            let there: BTreeMap<u32, f64> = asked.iter().filter_map(|doc| Some((*doc, f64::from(*docs.get(doc)?)))).collect();
            prop_assert_eq!(found, there);
        }
    }

    #[test]
    fn a_word_of_every_document_tells_a_little_though_dead_ones_have_it_too() {
        assert!(inverse_frequency(100, 100) > 0.0);
        assert!(inverse_frequency(100, 120) > 0.0);
    }
}
