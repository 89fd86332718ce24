//! Rules about addresses, found by what every host that matches ends in.
//!
//! A host is gone through once, from its last byte to its first, and its endings are looked up on the way: whole labels
//! for names and `*.example.com`, single bytes for `*example.com`. Where many rules share an ending (a store, a forge),
//! those that fix the first segment of the path are found by it.

use super::host::{Ending, HostPattern};
use super::place::Place;
use super::rule::{Hash, Rule, Table, Visit, sort, visit};
use super::target::Place as Target;

/// Longest host (RFC 1035, 2.3.4, without the last dot).
const MAX_HOST: usize = 253;

/// Rules by the endings of hosts.
#[derive(Debug, Default)]
pub(super) struct Hosts {
    /// By whole labels.
    labels: Table<Place>,
    /// By whole labels and the first segment of the path.
    segments: Table<Place>,
    /// By any ending.
    endings: Table<Place>,
    /// Lengths of the endings in `endings`.
    lengths: Lengths,
    /// Those that no ending tells, by a label that stands anywhere: `smile.amazon.*`.
    anywhere: Table<Place>,
    /// Those that no label tells.
    rest: Vec<Rule<Place>>,
}

#[derive(Debug, Default)]
struct Lengths([u64; 4]);

impl Lengths {
    fn set(&mut self, length: usize) {
        if let Some(word) = self.0.get_mut(length / 64) {
            *word |= 1 << (length % 64);
        }
    }

    fn has(&self, length: usize) -> bool {
        self.0.get(length / 64).is_some_and(|word| word >> (length % 64) & 1 == 1)
    }
}

/// The first segment of a path that begins with a slash, with its slash and without parameters.
fn first_segment(path: &str) -> &str {
    let end = path.bytes().skip(1).position(|b| matches!(b, b'/' | b';')).map_or(path.len(), |end| end + 1);
    path.get(..end).unwrap_or(path)
}

fn with_segment(host: Hash, segment: &str) -> Hash {
    segment.bytes().fold(host.with(0), Hash::with)
}

impl Hosts {
    /// `host` is the one of the rule.
    pub(super) fn add(&mut self, host: &HostPattern, rule: Rule<Place>) {
        match host.ending() {
            Ending::Labels("") => match host.label() {
                Some(label) => self.anywhere.add(Hash::of_end(label.as_bytes()), rule),
                None => self.rest.push(rule),
            },
            Ending::Labels(tail) => {
                let (host, segment) = (Hash::of_end(tail.as_bytes()), first_segment(&rule.pattern.path.text));
                if segment.is_empty() || segment.contains('*') {
                    self.labels.add(host, rule);
                } else {
                    self.segments.add(with_segment(host, segment), rule);
                }
            }
            // No host is so long.
            Ending::Bytes(end) if end.len() > MAX_HOST => {}
            Ending::Bytes(end) => {
                self.lengths.set(end.len());
                self.endings.add(Hash::of_end(end.as_bytes()), rule);
            }
        }
    }

    pub(super) fn sort(&mut self) {
        self.labels.sort();
        self.segments.sort();
        self.endings.sort();
        self.anywhere.sort();
        sort(&mut self.rest);
    }

    /// Every rule that covers the target and is of interest.
    pub(super) fn visit(&self, target: &Target<'_>, to: &mut impl Visit) {
        let segment = if self.segments.is_empty() { "" } else { first_segment(&target.path) };
        let mut labels = |hash: Hash| {
            visit(self.labels.get(hash), to, |pattern| pattern.covers(target));
            if !segment.is_empty() {
                visit(self.segments.get(with_segment(hash, segment)), to, |pattern| pattern.covers(target));
            }
        };
        let host = target.host.as_bytes();
        let mut hash = Hash::NONE;
        for byte in host.iter().rev() {
            if *byte == b'.' {
                labels(hash);
            }
            hash = hash.with(*byte);
        }
        labels(hash);
        if !self.endings.is_empty() {
            self.visit_endings(target, to);
        }
        if !self.anywhere.is_empty() {
            self.visit_labels(target, to);
        }
        visit(&self.rest, to, |pattern| pattern.covers(target));
    }

    /// A label that a host has twice is looked up twice; what it covers is told once.
    fn visit_labels(&self, target: &Target<'_>, to: &mut impl Visit) {
        let host = target.host.as_bytes();
        for (place, label) in host.split(|b| *b == b'.').enumerate() {
            let rules = self.anywhere.get(Hash::of_end(label));
            if !rules.is_empty() && !host.split(|b| *b == b'.').take(place).any(|before| before == label) {
                visit(rules, to, |pattern| pattern.covers(target));
            }
        }
    }

    fn visit_endings(&self, target: &Target<'_>, to: &mut impl Visit) {
        let mut hash = Hash::NONE;
        for (at, byte) in target.host.bytes().rev().enumerate() {
            hash = hash.with(byte);
            if self.lengths.has(at + 1) {
                visit(self.endings.get(hash), to, |pattern| pattern.covers(target));
            }
        }
    }
}
