//! A case's texts as keyed terms: what indexing stores and what is kept in memory until it is merged.

use super::words::{edges, words};
use crate::DbError;
use seal::{DataKey, field, label};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Bytes of a keyed term. In ten million terms about 0.2 pairs meet by chance, and then a search finds
/// a document too many; nobody without the key can look for such pairs.
pub(super) const TERM_LEN: usize = 6;
/// Different terms of one document; what comes later is not indexed.
pub(super) const MOST_TERMS: usize = 20_000;
/// A stored row is padded to a multiple of this.
const PAD: usize = 512;
const VERSION: u8 = 1;

/// A keyed term: 48 bits of an HMAC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Term(pub u64);

impl Term {
    pub(super) fn word(key: &DataKey, text: &str) -> Self {
        Self::of(&key.hmac(label::INDEX_TERM, &[text.as_bytes()]))
    }

    pub(super) fn edge(key: &DataKey, text: &str) -> Self {
        Self::of(&key.hmac(label::INDEX_PREFIX, &[text.as_bytes()]))
    }

    fn of(mac: &[u8; 32]) -> Self {
        Self(mac[..TERM_LEN].iter().fold(0, |n, b| n << 8 | u64::from(*b)))
    }

    pub(super) fn from_bytes(bytes: &[u8]) -> Result<Self, DbError> {
        if bytes.len() != TERM_LEN {
            return Err(DbError::Inconsistent("a search term has the wrong length".into()));
        }
        Ok(Self(bytes.iter().fold(0, |n, b| n << 8 | u64::from(*b))))
    }

    pub(super) fn to_bytes(self) -> Vec<u8> {
        self.0.to_be_bytes()[8 - TERM_LEN..].to_vec()
    }

    /// Which of the 256 slices it belongs to: its first byte.
    pub(super) fn slice(self) -> u8 {
        self.0.to_be_bytes()[8 - TERM_LEN]
    }
}

/// The terms of a case, ready to be stored. Making one costs about a microsecond a term: do it outside
/// of the write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Words counted with their weights.
    pub(super) length: u32,
    /// Ascending terms.
    pub(super) terms: Box<[Term]>,
    /// Frequency of each term.
    pub(super) counts: Box<[u16]>,
}

impl Document {
    /// Terms of `(text, weight)` pairs: a text of weight 3 counts as if it were written three times.
    pub fn new(index: &DataKey, texts: &[(&str, u16)]) -> Self {
        let mut length = 0_u32;
        // In order of writing, so that the first terms are the ones that are kept.
        let mut by_text: BTreeMap<(bool, String), u32> = BTreeMap::new();
        let mut add = |edge: bool, text: &str, weight: u16| {
            let room = by_text.len() < MOST_TERMS;
            if let Some(count) = by_text.get_mut(&(edge, text.to_owned())) {
                *count += u32::from(weight);
            } else if room {
                by_text.insert((edge, text.to_owned()), u32::from(weight));
            }
        };
        for (text, weight) in texts {
            for word in words(text) {
                length = length.saturating_add(u32::from(*weight));
                add(false, &word.text, *weight);
                for edge in edges(&word.text) {
                    add(true, edge, *weight);
                }
            }
        }
        let mut keyed: BTreeMap<Term, u32> = BTreeMap::new();
        for ((edge, text), count) in by_text {
            let term = if edge { Term::edge(index, &text) } else { Term::word(index, &text) };
            *keyed.entry(term).or_default() += count;
        }
        Self {
            length: length.max(1),
            terms: keyed.keys().copied().collect(),
            counts: keyed.values().map(|n| u16::try_from(*n).unwrap_or(u16::MAX)).collect(),
        }
    }

    /// No term at all.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// How often it has the term.
    pub(super) fn count(&self, term: Term) -> Option<u16> {
        self.terms.binary_search(&term).ok().and_then(|at| self.counts.get(at).copied())
    }

    /// Terms of one slice with their frequencies.
    pub(super) fn in_slice(&self, slice: u8) -> impl Iterator<Item = (Term, u16)> {
        let from = self.terms.partition_point(|t| t.slice() < slice);
        let to = self.terms.partition_point(|t| t.slice() <= slice);
        self.terms[from..to].iter().copied().zip(self.counts[from..to].iter().copied())
    }

    pub(super) fn seal(&self, index: &DataKey, doc: u32, random: &dyn domain::Random) -> Vec<u8> {
        let mut plain = vec![VERSION];
        plain.extend_from_slice(&self.length.to_be_bytes());
        plain.extend_from_slice(&u32::try_from(self.terms.len()).unwrap_or(u32::MAX).to_be_bytes());
        for (term, count) in self.terms.iter().zip(&self.counts) {
            plain.extend_from_slice(&term.to_bytes());
            plain.extend_from_slice(&count.to_be_bytes());
        }
        plain.resize(plain.len().next_multiple_of(PAD), 0);
        index.seal(field::DOCUMENT_STATS, record(doc), 0, &plain, random)
    }

    pub(super) fn open(index: &DataKey, doc: u32, sealed: &[u8]) -> Result<Self, DbError> {
        let plain = index.open(field::DOCUMENT_STATS, record(doc), 0, sealed)?;
        Self::parse(&plain).ok_or_else(|| DbError::Inconsistent(format!("the terms of document {doc} do not parse")))
    }

    fn parse(plain: &[u8]) -> Option<Self> {
        let (&[VERSION, a, b, c, d], rest) = plain.split_first_chunk()? else { return None };
        let (count, rest) = rest.split_first_chunk()?;
        let count = usize::try_from(u32::from_be_bytes(*count)).ok()?;
        let rows = rest.get(..count.checked_mul(TERM_LEN + 2)?)?.chunks_exact(TERM_LEN + 2);
        let terms = rows.clone().map(|r| Term::from_bytes(&r[..TERM_LEN])).collect::<Result<_, _>>().ok()?;
        let counts = rows.map(|r| u16::from_be_bytes([r[TERM_LEN], r[TERM_LEN + 1]])).collect();
        Some(Self { length: u32::from_be_bytes([a, b, c, d]), terms, counts })
    }
}

fn record(doc: u32) -> Uuid {
    Uuid::from_u128(u128::from(doc))
}

#[cfg(test)]
mod tests {
    use super::{Document, MOST_TERMS, Term};
    use domain::testing::SeededRandom;
    use proptest::prelude::*;
    use seal::DataKey;

    proptest! {
        #[test]
        fn comes_back(text: String, weight in 1_u16..9, doc: u32) {
            let random = SeededRandom::new(3);
            let key = DataKey::generate(&random);
            let document = Document::new(&key, &[(&text, weight)]);
            let sealed = document.seal(&key, doc, &random);
            prop_assert_eq!(&Document::open(&key, doc, &sealed).unwrap(), &document);
            prop_assert!(Document::open(&key, doc ^ 1, &sealed).is_err());
            let in_slices: Vec<Term> = (0..=255).flat_map(|s| document.in_slice(s).map(|(t, _)| t)).collect();
            prop_assert_eq!(in_slices, document.terms.to_vec());
        }

        #[test]
        fn any_bytes_parse_or_not(bytes: Vec<u8>) {
            let _ = Document::parse(&bytes);
        }
    }

    #[test]
    fn weights_and_the_bound() {
        let key = DataKey::generate(&SeededRandom::new(3));
        let document = Document::new(&key, &[("heap", 3), ("heap of", 1)]);
        assert_eq!(document.count(Term::word(&key, "heap")), Some(4));
        assert_eq!(document.count(Term::edge(&key, "hea")), Some(4));
        assert_eq!(document.count(Term::word(&key, "hea")), None);
        assert_eq!(document.length, 5);
        let long = (0..40_000).map(|n| n.to_string()).collect::<Vec<_>>().join(" ");
        assert!(Document::new(&key, &[(&long, 1)]).terms.len() <= MOST_TERMS);
    }
}
