//! Rules, and tables of them that need no allocation to be asked.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// How much of a target a rule fixes, part by part; what is narrower is never smaller. It says which rule is told of
/// several, and decides nothing: see [`super::decide`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Size {
    /// No star, or one IP address.
    pub(super) one_host: bool,
    /// Bytes of the shortest host, id or text; bits of a network.
    pub(super) host: u32,
    /// It names a port.
    pub(super) port: bool,
    /// Bytes of path, query and route that are no star.
    pub(super) path: u32,
}

/// What it says about what it covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    /// In scope.
    In,
    /// Out of scope.
    Out,
    /// The words of its asset name it, and a person has to read what they say about it.
    Doubt,
}

/// A rule without its pattern; the greater is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    pub(super) size: Size,
    pub(super) side: Side,
    /// Which rule of its scope; the first of equals is told.
    pub(super) number: u32,
}

impl Mark {
    /// The one of two that is told.
    pub(super) fn greater(self, other: Self) -> Self {
        if other.over(self) { other } else { self }
    }

    fn over(self, other: Self) -> bool {
        (self.size, Reverse(self.number)) > (other.size, Reverse(other.number))
    }
}

/// A way in which an asset covers something.
#[derive(Debug)]
pub(super) struct Rule<P> {
    pub(super) pattern: P,
    pub(super) mark: Mark,
}

/// What is done with the rules that cover a target.
pub(super) trait Visit {
    /// Whether a rule of this mark is of interest.
    fn wants(&self, mark: Mark) -> bool;
    /// It covers.
    fn found(&mut self, mark: Mark);
}

/// The greatest of each side.
#[derive(Default)]
pub(super) struct Best {
    pub(super) inside: Option<Mark>,
    pub(super) outside: Option<Mark>,
    pub(super) doubt: Option<Mark>,
}

impl Visit for Best {
    fn wants(&self, mark: Mark) -> bool {
        let best = match mark.side {
            Side::In => self.inside,
            Side::Out => self.outside,
            Side::Doubt => self.doubt,
        };
        best.is_none_or(|best| mark.over(best))
    }

    fn found(&mut self, mark: Mark) {
        let best = match mark.side {
            Side::In => &mut self.inside,
            Side::Out => &mut self.outside,
            Side::Doubt => &mut self.doubt,
        };
        *best = Some(mark);
    }
}

/// All of them.
impl Visit for Vec<Mark> {
    fn wants(&self, _: Mark) -> bool {
        true
    }

    fn found(&mut self, mark: Mark) {
        self.push(mark);
    }
}

/// Goes through rules.
pub(super) fn visit<P>(rules: &[Rule<P>], to: &mut impl Visit, covers: impl Fn(&P) -> bool) {
    for rule in rules {
        if to.wants(rule.mark) && covers(&rule.pattern) {
            to.found(rule.mark);
        }
    }
}

/// The greatest first, so that what follows is seldom wanted.
pub(super) fn sort<P>(rules: &mut [Rule<P>]) {
    rules.sort_by_key(|rule| Reverse((rule.mark.size, Reverse(rule.mark.number))));
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
