//! Rules in the order in which they win, and tables of them that need no allocation to be asked.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// What decides between two rules that cover a target, the greater winning: fixed characters, then an exclusion, then
/// the asset that was given first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Rank {
    pub(super) fixed: usize,
    pub(super) excludes: bool,
    pub(super) asset: Reverse<usize>,
}

/// A way in which an asset covers something.
#[derive(Debug)]
pub(super) struct Rule<P> {
    pub(super) pattern: P,
    pub(super) rank: Rank,
}

/// What is done with the rules that cover a target.
pub(super) trait Visit {
    /// Whether a rule of this rank is of interest.
    fn wants(&self, rank: Rank) -> bool;
    /// It covers.
    fn found(&mut self, rank: Rank);
}

/// The winner alone.
#[derive(Default)]
pub(super) struct Best(pub(super) Option<Rank>);

impl Visit for Best {
    fn wants(&self, rank: Rank) -> bool {
        self.0.is_none_or(|best| rank > best)
    }

    fn found(&mut self, rank: Rank) {
        self.0 = self.0.max(Some(rank));
    }
}

impl<F: FnMut(Rank)> Visit for F {
    fn wants(&self, _: Rank) -> bool {
        true
    }

    fn found(&mut self, rank: Rank) {
        self(rank);
    }
}

/// Goes through rules that stand in the order of their rank, until none is of interest.
pub(super) fn visit<P>(rules: &[Rule<P>], to: &mut impl Visit, covers: impl Fn(&P) -> bool) {
    for rule in rules {
        if !to.wants(rule.rank) {
            return;
        }
        if covers(&rule.pattern) {
            to.found(rule.rank);
        }
    }
}

/// Sorts for [`visit`].
pub(super) fn sort<P>(rules: &mut [Rule<P>]) {
    rules.sort_by_key(|rule| Reverse(rule.rank));
}

/// Rules by a hash that the caller computes byte by byte. Two keys may share a hash: every pattern is asked itself.
#[derive(Debug)]
pub(super) struct Table<P>(HashMap<u64, Vec<Rule<P>>, BuildHasherDefault<Same>>);

impl<P> Default for Table<P> {
    fn default() -> Self {
        Self(HashMap::default())
    }
}

impl<P> Table<P> {
    pub(super) fn add(&mut self, key: Hash, rule: Rule<P>) {
        self.0.entry(key.0).or_default().push(rule);
    }

    pub(super) fn sort(&mut self) {
        self.0.values_mut().for_each(|rules| sort(rules));
    }

    pub(super) fn get(&self, key: Hash) -> &[Rule<P>] {
        self.0.get(&key.0).map_or(&[], Vec::as_slice)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// FNV-1a, 64 bits. Keys come from the programme; a claimed target adds none, so nobody can fill a table from outside.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hash(u64);

impl Hash {
    pub(super) const NONE: Self = Self(0xCBF2_9CE4_8422_2325);

    #[inline]
    pub(super) const fn with(self, byte: u8) -> Self {
        Self((self.0 ^ byte as u64).wrapping_mul(0x0000_0100_0000_01B3))
    }

    /// From the first byte to the last.
    pub(super) fn of(bytes: &[u8]) -> Self {
        bytes.iter().fold(Self::NONE, |hash, byte| hash.with(*byte))
    }

    /// From the last byte to the first, so that every ending of a host is met on the way.
    pub(super) fn of_end(bytes: &[u8]) -> Self {
        bytes.iter().rev().fold(Self::NONE, |hash, byte| hash.with(*byte))
    }
}

/// The key is a hash already.
#[derive(Debug, Default)]
pub(super) struct Same(u64);

impl Hasher for Same {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}
