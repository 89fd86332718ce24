//! Where a nameless person writes from, as far as it is kept: a keyed hash of day and network, so that
//! drafts can be counted. Tomorrow the same network has another hash.

use db::Keyring;
use domain::{Span, Ts};
use std::net::IpAddr;

const DAY: i64 = Span::from_days(1).micros();

/// The keyed hash of day and network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place(Vec<u8>);

impl Place {
    /// Of this address on the day of `now`. Addresses of the sixth version count by their first half.
    pub(crate) fn new(keys: &Keyring, ip: IpAddr, now: Ts) -> Self {
        let day = now.micros().div_euclid(DAY).to_be_bytes();
        let net = network(ip);
        Self(keys.token().hmac("draft place", &[&day, &net]).to_vec())
    }

    /// The hash, for the column.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        self.0.clone()
    }
}

fn network(ip: IpAddr) -> Vec<u8> {
    match ip.to_canonical() {
        IpAddr::V4(v4) => v4.octets().to_vec(),
        IpAddr::V6(v6) => v6.octets()[..8].to_vec(),
    }
}

#[cfg(test)]
mod tests {
    use super::network;

    #[test]
    fn networks_are_told_apart() {
        let net = |text: &str| network(text.parse().unwrap());
        assert_eq!(net("2001:db8:1:2::1"), net("2001:db8:1:2:ffff::9"));
        assert_ne!(net("2001:db8:1:2::1"), net("2001:db8:1:3::1"));
        assert_eq!(net("::ffff:10.0.0.1"), net("10.0.0.1"));
        assert_ne!(net("10.0.0.1"), net("10.0.0.2"));
    }
}
