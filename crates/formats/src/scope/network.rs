//! IP addresses, ranges and networks.

use super::rule::{Rule, Visit, sort, visit};
use core::net::IpAddr;
use std::collections::HashMap;

/// Addresses from `first` to `last`, as 128-bit numbers; IPv4 lies in `::ffff:0:0/96`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Network {
    first: u128,
    last: u128,
}

fn number(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(v4) => u128::from(v4.to_ipv6_mapped()),
        IpAddr::V6(v6) => u128::from(v6),
    }
}

impl Network {
    /// `10.0.0.0/8`, `10.0.0.7`, `2001:db8::/32`, `10.0.0.1-10.0.0.9` or `10.0.0.1-9`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let text = text.strip_prefix('[').and_then(|inner| inner.strip_suffix(']')).unwrap_or(text);
        if !begins_like_an_address(text.trim_start()) {
            return None;
        }
        if let Ok(address) = text.parse::<IpAddr>() {
            return Some(Self::of(address));
        }
        if let Some((address, bits)) = text.split_once('/') {
            let address: IpAddr = address.trim().parse().ok()?;
            let all = if address.is_ipv4() { 32 } else { 128 };
            let bits: u32 = bits.trim().parse().ok().filter(|bits| *bits <= all)?;
            let mask = u128::MAX.checked_shr(bits + 128 - all).unwrap_or(0);
            // The address may lie inside the network that is meant.
            return Some(Self { first: number(address) & !mask, last: number(address) | mask });
        }
        let (first, last) = text.split_once(['-', '\u{2013}'])?;
        let first: IpAddr = first.trim().parse().ok()?;
        let last = match (last.trim().parse::<IpAddr>(), first) {
            (Ok(last), _) => last,
            (Err(_), IpAddr::V4(v4)) => {
                let [a, b, c, _] = v4.octets();
                IpAddr::from([a, b, c, last.trim().parse().ok()?])
            }
            (Err(_), IpAddr::V6(_)) => return None,
        };
        let (first, last) = (number(first), number(last));
        (first <= last).then_some(Self { first, last })
    }

    /// How many bits it leaves open, if it is a block.
    fn block(self) -> Option<u32> {
        let open = 128 - (self.last - self.first).leading_zeros();
        let mask = u128::MAX.checked_shr(128 - open).unwrap_or(0);
        (self.last - self.first == mask && self.first & mask == 0).then_some(open)
    }

    /// One address.
    pub(super) fn of(address: IpAddr) -> Self {
        Self { first: number(address), last: number(address) }
    }

    /// Bits that all of its addresses share, roughly: what stands in for fixed characters.
    pub(super) fn fixed(self) -> usize {
        usize::try_from((self.last - self.first).leading_zeros()).unwrap_or_default()
    }

    /// Every address of `other` is in it.
    pub(super) const fn covers(self, other: Self) -> bool {
        self.first <= other.first && other.last <= self.last
    }
}

/// Almost no name of a host does, so almost none is parsed: an IPv4 address begins with a digit, an IPv6 address has
/// a colon behind at most four of them.
fn begins_like_an_address(text: &str) -> bool {
    let first = text.as_bytes().first().copied().unwrap_or_default();
    first.is_ascii_digit() || text.bytes().take(5).find(|b| !b.is_ascii_hexdigit()) == Some(b':')
}

/// Rules by the bits that their blocks fix.
type Blocks = HashMap<u128, Vec<Rule<Network>>>;

/// Rules about networks. Those that are blocks are found by their first address, once for each size of block; those
/// that are not (`10.0.0.5-10.0.0.9`) by going back from the last that begins before the target.
#[derive(Debug, Default)]
pub(super) struct Networks {
    /// Bits that a block leaves open, and blocks by what is before them.
    blocks: Vec<(u32, Blocks)>,
    /// By their first address, each with the last address of all before it and itself.
    ranges: Vec<(u128, Rule<Network>)>,
}

impl Networks {
    pub(super) fn add(&mut self, rule: Rule<Network>) {
        let Some(open) = rule.pattern.block() else {
            self.ranges.push((0, rule));
            return;
        };
        let start = rule.pattern.first.checked_shr(open).unwrap_or(0);
        let place = self.blocks.iter().position(|(size, _)| *size == open).unwrap_or_else(|| {
            self.blocks.push((open, Blocks::new()));
            self.blocks.len() - 1
        });
        self.blocks[place].1.entry(start).or_default().push(rule);
    }

    pub(super) fn sort(&mut self) {
        self.blocks.iter_mut().flat_map(|(_, blocks)| blocks.values_mut()).for_each(|rules| sort(rules));
        self.ranges.sort_by_key(|(_, rule)| rule.pattern.first);
        let mut furthest = 0;
        for (last, rule) in &mut self.ranges {
            furthest = rule.pattern.last.max(furthest);
            *last = furthest;
        }
    }

    /// Every rule that covers the target and is of interest.
    pub(super) fn visit(&self, target: Network, to: &mut impl Visit) {
        for (open, blocks) in &self.blocks {
            let start = target.first.checked_shr(*open).unwrap_or(0);
            let rules = blocks.get(&start).map_or(&[][..], Vec::as_slice);
            visit(rules, to, |network| network.covers(target));
        }
        let end = self.ranges.partition_point(|(_, rule)| rule.pattern.first <= target.first);
        let before = self.ranges.get(..end).unwrap_or_default().iter().rev();
        for (_, rule) in before.take_while(|(furthest, _)| *furthest >= target.last) {
            if rule.pattern.covers(target) && to.wants(rule.rank) {
                to.found(rule.rank);
            }
        }
    }
}
