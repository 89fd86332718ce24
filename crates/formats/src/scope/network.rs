//! IP addresses, ranges and networks.

use core::net::IpAddr;

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
