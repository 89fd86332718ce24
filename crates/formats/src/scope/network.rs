//! IP addresses, ranges and networks.

use super::place::Place;
use super::rule::{Rule, Visit, sort, visit};
use super::target::Place as Target;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};
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
    /// `10.0.0.0/8`, `10.0.0.7`, `2001:db8::/32`, `10.0.0.1-10.0.0.9`, `10.0.0.1-9` or `10.0.*`.
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
        if text.contains('*') {
            return Self::starred(text);
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

    /// `10.0.0.*`, `10.*.*.*`, `10.*`: stars behind the octets that are fixed.
    fn starred(text: &str) -> Option<Self> {
        let mut octets = [0_u8; 4];
        let mut fixed = 0;
        for (place, part) in text.split('.').enumerate() {
            let octet = octets.get_mut(place)?;
            if part != "*" {
                *octet = part.parse().ok().filter(|_| fixed == place)?;
                fixed += 1;
            }
        }
        let bits = u32::try_from(fixed * 8).ok().filter(|bits| *bits > 0)?;
        let first = number(IpAddr::from(octets));
        Some(Self { first, last: first | u128::from(u32::MAX.checked_shr(bits).unwrap_or(0)) })
    }

    /// Whether it is one address.
    pub(super) const fn is_one(self) -> bool {
        self.first == self.last
    }

    /// The address, where it is one, as it is written.
    pub(super) fn name(self) -> Option<String> {
        let v6 = Ipv6Addr::from_bits(self.first);
        let name = || v6.to_ipv4_mapped().map_or_else(|| v6.to_string(), |v4| v4.to_string());
        self.is_one().then(name)
    }

    /// Bits that all of its addresses share: what covers part of another shares no fewer.
    pub(super) const fn bits(self) -> u32 {
        (self.last - self.first).leading_zeros()
    }

    /// Every address of `other` is in it.
    pub(super) const fn covers(self, other: Self) -> bool {
        self.first <= other.first && other.last <= self.last
    }
}

/// Almost no name of a host does, so almost none is parsed: an IPv4 address begins with a digit, an IPv6 address has
/// a colon behind at most four of them.
pub(super) fn begins_like_an_address(text: &str) -> bool {
    let text = text.strip_prefix('[').unwrap_or(text);
    let first = text.as_bytes().first().copied().unwrap_or_default();
    first.is_ascii_digit() || text.bytes().take(5).find(|b| !b.is_ascii_hexdigit()) == Some(b':')
}

/// An IPv4 address as the C library reads it, and browsers with it: `0x0a000007`, `167772167`, `012.7`.
pub(super) fn old_spelling(host: &str) -> Option<IpAddr> {
    let part = |part: &str| match part.strip_prefix("0x").or_else(|| part.strip_prefix("0X")) {
        Some("") => Some(0),
        Some(hex) if hex.bytes().all(|b| b.is_ascii_hexdigit()) => u64::from_str_radix(hex, 16).ok(),
        None if !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()) => {
            u64::from_str_radix(part, if part.len() > 1 && part.starts_with('0') { 8 } else { 10 }).ok()
        }
        _ => None,
    };
    let parts: Vec<u64> = host.split('.').map(part).collect::<Option<_>>()?;
    let (last, front) = parts.split_last().filter(|(_, front)| front.len() < 4)?;
    let open = u32::try_from(4 - front.len()).ok()? * 8;
    let fits = front.iter().all(|octet| *octet < 256) && *last < 1 << open;
    let front = front.iter().fold(0, |sum, octet| sum << 8 | octet);
    fits.then(|| u32::try_from(front << open | last).ok()).flatten().map(|bits| Ipv4Addr::from_bits(bits).into())
}

/// Rules by the bits that their blocks fix.
type Blocks = HashMap<u128, Vec<Rule<Place>>>;

/// Rules about networks. Those that are blocks are found by their first address, once for each size of block; those
/// that are not (`10.0.0.5-10.0.0.9`) by going back from the last that begins before the target.
#[derive(Debug, Default)]
pub(super) struct Networks {
    /// Bits that a block leaves open, and blocks by what is before them.
    blocks: Vec<(u32, Blocks)>,
    /// By their first address, each with the last address of all before it and itself.
    ranges: Vec<(u128, Network, Rule<Place>)>,
}

impl Networks {
    /// `network` is the host of the rule.
    pub(super) fn add(&mut self, network: Network, rule: Rule<Place>) {
        let Some(open) = network.block() else {
            self.ranges.push((0, network, rule));
            return;
        };
        let start = network.first.checked_shr(open).unwrap_or(0);
        let place = self.blocks.iter().position(|(size, _)| *size == open).unwrap_or_else(|| {
            self.blocks.push((open, Blocks::new()));
            self.blocks.len() - 1
        });
        self.blocks[place].1.entry(start).or_default().push(rule);
    }

    pub(super) fn sort(&mut self) {
        self.blocks.iter_mut().flat_map(|(_, blocks)| blocks.values_mut()).for_each(|rules| sort(rules));
        self.ranges.sort_by_key(|(_, network, _)| network.first);
        let mut furthest = 0;
        for (last, network, _) in &mut self.ranges {
            furthest = network.last.max(furthest);
            *last = furthest;
        }
    }

    /// Every rule that covers the target and is of interest.
    pub(super) fn visit(&self, network: Network, target: &Target<'_>, to: &mut impl Visit) {
        for (open, blocks) in &self.blocks {
            let start = network.first.checked_shr(*open).unwrap_or(0);
            let rules = blocks.get(&start).map_or(&[][..], Vec::as_slice);
            visit(rules, to, |place| place.covers(target));
        }
        let end = self.ranges.partition_point(|(_, range, _)| range.first <= network.first);
        let before = self.ranges.get(..end).unwrap_or_default().iter().rev();
        for (_, _, rule) in before.take_while(|(furthest, _, _)| *furthest >= network.last) {
            visit(std::slice::from_ref(rule), to, |place| place.covers(target));
        }
    }
}
