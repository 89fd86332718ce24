//! Whose request this is, when proxies stand in between.
//!
//! Only the network peer is certain. `X-Forwarded-For` is read from the right, and only as long as
//! every hop so far is one of the configured proxies: the first address that is not is the caller.
//! Whatever a caller wrote further left is never looked at.

use axum::http::HeaderMap;
use ipnet::IpNet;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};

/// The other end of the TCP connection; the server puts it into each request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PeerAddress(pub SocketAddr);

/// What a proxy leaves on a request that it passes on. A browser sends none of them.
const PASSED_ON: [&str; 4] = ["x-forwarded-for", "forwarded", "x-real-ip", "via"];

/// The address of the caller where it is their own, put into the extensions: what a right may hang on. `None` where it is that
/// of a proxy which does not say for whom it speaks, or which the settings do not name: everybody would seem to be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct OwnAddress(pub(crate) Option<IpAddr>);

impl OwnAddress {
    /// Whether the caller is in one of these networks.
    pub(crate) fn is_in(self, networks: &[IpNet]) -> bool {
        self.0.is_some_and(|ip| networks.iter().any(|net| net.contains(&ip)))
    }
}

/// The address a request is counted for, and whether it is the caller's own.
pub(crate) fn client_ip(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> (IpAddr, OwnAddress) {
    let is_proxy = |ip: IpAddr| trusted.iter().any(|net| net.contains(&ip));
    let mut at = canonical(peer);
    let lines: Vec<_> = headers.get_all("x-forwarded-for").iter().collect();
    if lines.is_empty() || !is_proxy(at) {
        let own = !PASSED_ON.iter().any(|name| headers.contains_key(*name));
        return (at, OwnAddress(own.then_some(at)));
    }
    // By bytes: what a caller wrote further left must not make the part of the proxy unreadable.
    let hops = lines.iter().rev().flat_map(|line| line.as_bytes().rsplit(|byte| *byte == b','));
    for hop in hops {
        if !is_proxy(at) {
            break;
        }
        // A hop that cannot be read ends the chain: the last proxy we know answers for it.
        let Some(ip) = read_hop(hop) else { return (at, OwnAddress(None)) };
        at = ip;
    }
    (at, OwnAddress(Some(at)))
}

fn read_hop(hop: &[u8]) -> Option<IpAddr> {
    let hop = std::str::from_utf8(hop).ok()?.trim();
    let ip = hop.parse::<IpAddr>().ok().or_else(|| hop.parse::<SocketAddr>().ok().map(|s| s.ip()));
    ip.or_else(|| hop.strip_prefix('[')?.strip_suffix(']')?.parse().ok()).map(canonical)
}

/// IPv4 carried in IPv6 counts as IPv4, so one machine has one address.
pub(crate) fn canonical(ip: IpAddr) -> IpAddr {
    ip.to_canonical()
}

/// The network that shares one allowance: an IPv4 address, or the /64 of an IPv6 address, since
/// every home owns a whole /64.
pub(crate) fn network(ip: IpAddr) -> IpAddr {
    match canonical(ip) {
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
        v4 @ IpAddr::V4(_) => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::{client_ip, network};
    use axum::http::{HeaderMap, HeaderValue};
    use ipnet::IpNet;
    use std::net::IpAddr;

    fn seen(peer: &str, forwarded: &[&str], trusted: &[&str]) -> String {
        let forwarded: Vec<_> = forwarded.iter().map(|line| ("x-forwarded-for", *line)).collect();
        both(peer, &forwarded, trusted).0
    }

    /// The address that counts, and whether it is the caller's own.
    fn both(peer: &str, said: &[(&'static str, &str)], trusted: &[&str]) -> (String, bool) {
        let mut headers = HeaderMap::new();
        for (name, line) in said {
            headers.append(*name, HeaderValue::from_bytes(line.as_bytes()).unwrap());
        }
        let trusted: Vec<IpNet> = trusted.iter().map(|t| t.parse().unwrap()).collect();
        let (ip, own) = client_ip(peer.parse().unwrap(), &headers, &trusted);
        assert!(own.0.is_none_or(|own| own == ip));
        (ip.to_string(), own.0.is_some())
    }

    #[test]
    fn without_proxies_the_header_is_nothing() {
        assert_eq!(seen("203.0.113.9", &["198.51.100.1"], &[]), "203.0.113.9");
        assert_eq!(seen("203.0.113.9", &["198.51.100.1"], &["10.0.0.0/8"]), "203.0.113.9");
    }

    #[test]
    fn the_right_most_untrusted_hop_counts() {
        let proxies = ["10.0.0.0/8", "fd00::/8"];
        assert_eq!(seen("10.0.0.1", &["6.6.6.6, 203.0.113.9"], &proxies), "203.0.113.9");
        assert_eq!(seen("10.0.0.1", &["6.6.6.6", "203.0.113.9, 10.9.9.9"], &proxies), "203.0.113.9");
        assert_eq!(seen("fd00::1", &["2001:db8::7"], &proxies), "2001:db8::7");
        assert_eq!(seen("::ffff:10.0.0.1", &["203.0.113.9:4711"], &proxies), "203.0.113.9");
    }

    #[test]
    fn what_a_caller_writes_hides_nobody() {
        for wrote in ["\u{ff}", "\u{ff}, 10.0.0.1", "caf\u{e9}", ",,,", "\t"] {
            let line = format!("{wrote}, 203.0.113.9");
            assert_eq!(seen("10.0.0.1", &[line.as_str()], &["10.0.0.0/8"]), "203.0.113.9", "{wrote:?}");
        }
    }

    #[test]
    fn rubbish_ends_the_chain_at_the_proxy() {
        assert_eq!(seen("10.0.0.1", &["203.0.113.9, unknown"], &["10.0.0.0/8"]), "10.0.0.1");
        assert_eq!(seen("10.0.0.1", &[""], &["10.0.0.0/8"]), "10.0.0.1");
    }

    #[test]
    fn an_address_of_a_proxy_that_says_not_for_whom_it_speaks_is_nobodys_own() {
        let own = |peer: &str, said: &[(&'static str, &str)]| both(peer, said, &["10.0.0.1/32"]).1;
        assert!(own("203.0.113.9", &[]) && own("10.0.0.1", &[]), "nobody stands in between");
        assert!(own("10.0.0.1", &[("x-forwarded-for", "203.0.113.9"), ("via", "1.1 proxy")]));
        for name in ["x-forwarded-for", "forwarded", "x-real-ip", "via"] {
            assert!(!own("10.0.0.2", &[(name, "203.0.113.9")]), "{name}: a proxy that is not named");
        }
        for (name, said) in [("x-forwarded-for", "unknown"), ("x-forwarded-for", ""), ("forwarded", "for=203.0.113.9")]
        {
            assert!(!own("10.0.0.1", &[(name, said)]), "{name}: {said:?}");
        }
    }

    #[test]
    fn ipv6_shares_by_64() {
        let net = |ip: &str| network(ip.parse::<IpAddr>().unwrap()).to_string();
        assert_eq!(net("2001:db8:1:2:3:4:5:6"), net("2001:db8:1:2:ffff::1"));
        assert_ne!(net("2001:db8:1:2::1"), net("2001:db8:1:3::1"));
        assert_eq!(net("::ffff:192.0.2.1"), "192.0.2.1");
    }
}
