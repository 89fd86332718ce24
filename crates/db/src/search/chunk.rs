//! One chunk of a posting list: ascending document numbers with frequencies, packed, padded, sealed.
//!
//! Plain form: version, number of full chunks before it, postings in all chunks of the term (both only
//! in the open chunk 0), number of postings here; then for each posting the distance to the document
//! before, doubled, plus one when a frequency above 1 follows. All numbers are LEB128. Zeros fill it up
//! to a power of two, so that its size tells the number of documents only roughly.

use super::document::{TERM_LEN, Term};
use crate::DbError;
use domain::Random;
use seal::{DataKey, field};
use uuid::Uuid;

/// Postings of a full chunk.
pub(super) const FULL: usize = 4096;
/// Least plain size, in bytes: up to about four documents look like one.
const LEAST: usize = 32;
const VERSION: u8 = 1;

/// A document number and how often the term is in it.
pub(super) type Posting = (u32, u16);

/// An opened chunk.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Chunk {
    /// Highest number of a full chunk; only in chunk 0.
    pub full: u32,
    /// Postings of the term in all its chunks; only in chunk 0.
    pub total: u32,
    /// Ascending by document.
    pub postings: Vec<Posting>,
}

impl Chunk {
    pub(super) fn seal(&self, index: &DataKey, place: (Term, u32), random: &dyn Random) -> Vec<u8> {
        let mut plain = Vec::with_capacity(self.postings.len() * 2 + 16);
        plain.push(VERSION);
        put(&mut plain, self.full.into());
        put(&mut plain, self.total.into());
        put(&mut plain, self.postings.len() as u64);
        let mut before = 0;
        for (doc, count) in &self.postings {
            let distance = u64::from(doc - before) << 1;
            before = *doc;
            if *count == 1 {
                put(&mut plain, distance);
            } else {
                put(&mut plain, distance | 1);
                put(&mut plain, (*count).into());
            }
        }
        plain.resize(plain.len().next_power_of_two().max(LEAST), 0);
        index.seal(field::POSTING, record(place), 0, &plain, random)
    }

    pub(super) fn open(index: &DataKey, place: (Term, u32), sealed: &[u8]) -> Result<Self, DbError> {
        let plain = index.open(field::POSTING, record(place), 0, sealed)?;
        let mut rest = plain.as_slice();
        Self::parse(&mut rest).ok_or_else(|| DbError::Inconsistent("a chunk of a posting list does not parse".into()))
    }

    fn parse(rest: &mut &[u8]) -> Option<Self> {
        let (&VERSION, after) = rest.split_first()? else { return None };
        *rest = after;
        let full = u32::try_from(take(rest)?).ok()?;
        let total = u32::try_from(take(rest)?).ok()?;
        let count = usize::try_from(take(rest)?).ok()?;
        let mut postings = Vec::with_capacity(count.min(rest.len()));
        let mut doc = 0_u32;
        for _ in 0..count {
            let head = take(rest)?;
            doc = doc.checked_add(u32::try_from(head >> 1).ok()?)?;
            let times = if head & 1 == 0 { 1 } else { u16::try_from(take(rest)?).ok()? };
            postings.push((doc, times));
        }
        Some(Self { full, total, postings })
    }

    /// Takes documents out; gives how many there were.
    pub(super) fn remove(&mut self, docs: &[u32]) -> u32 {
        let before = self.postings.len();
        self.postings.retain(|(doc, _)| docs.binary_search(doc).is_err());
        u32::try_from(before - self.postings.len()).unwrap_or(u32::MAX)
    }
}

/// A chunk opens only at its own place.
fn record((term, chunk): (Term, u32)) -> Uuid {
    let mut bytes = [0; 16];
    bytes[..TERM_LEN].copy_from_slice(&term.to_bytes());
    bytes[12..].copy_from_slice(&chunk.to_be_bytes());
    Uuid::from_bytes(bytes)
}

#[expect(clippy::cast_possible_truncation, reason = "the low seven bits are what is meant")]
fn put(out: &mut Vec<u8>, mut n: u64) {
    while n >= 0x80 {
        out.push(n as u8 | 0x80);
        n >>= 7;
    }
    out.push(n as u8);
}

fn take(rest: &mut &[u8]) -> Option<u64> {
    let mut n = 0_u64;
    for (at, byte) in rest.iter().enumerate().take(10) {
        n |= u64::from(byte & 0x7f) << (7 * at);
        if byte & 0x80 == 0 {
            *rest = &rest[at + 1..];
            return Some(n);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{Chunk, Term};
    use domain::testing::SeededRandom;
    use proptest::prelude::*;
    use seal::DataKey;

    proptest! {
        #[test]
        fn comes_back(docs in prop::collection::btree_map(1_u32.., 1_u16.., 0..300), full: u32, total: u32) {
            let random = SeededRandom::new(1);
            let key = DataKey::generate(&random);
            let chunk = Chunk { full, total, postings: docs.into_iter().collect() };
            let sealed = chunk.seal(&key, (Term(7), 3), &random);
            prop_assert_eq!(Chunk::open(&key, (Term(7), 3), &sealed).unwrap(), chunk);
            prop_assert!(Chunk::open(&key, (Term(7), 2), &sealed).is_err());
            prop_assert!(Chunk::open(&key, (Term(8), 3), &sealed).is_err());
        }

        #[test]
        fn any_bytes_parse_or_not(bytes: Vec<u8>) {
            let mut rest = bytes.as_slice();
            let _ = Chunk::parse(&mut rest);
        }
    }

    #[test]
    fn sizes_are_rough() {
        let random = SeededRandom::new(1);
        let key = DataKey::generate(&random);
        let size = |n: u32| {
            let postings = (1..=n).map(|d| (d * 50, 1)).collect();
            Chunk { postings, ..Chunk::default() }.seal(&key, (Term(1), 0), &random).len()
        };
        assert_eq!(size(1), size(10));
        assert_eq!(size(70), size(120));
    }
}
