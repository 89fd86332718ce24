//! Which addresses are somebody's own network and not the public internet. After the registries of IANA for special
//! addresses (RFC 6890 with later entries); of IPv6 only what is handed out as global unicast passes.

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

const fn v4(a: u8, b: u8, c: u8, d: u8, bits: u8) -> IpNet {
    IpNet::V4(Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), bits))
}

const fn v6(head: [u16; 3], bits: u8) -> IpNet {
    IpNet::V6(Ipv6Net::new_assert(Ipv6Addr::new(head[0], head[1], head[2], 0, 0, 0, 0, 0), bits))
}

/// What may not be reached, and what it is.
const CLOSED: &[(IpNet, &str)] = &[
    (v4(0, 0, 0, 0, 8), "this network"),
    (v4(10, 0, 0, 0, 8), "private"),
    (v4(100, 64, 0, 0, 10), "shared between a provider and its customers"),
    (v4(127, 0, 0, 0, 8), "loopback"),
    // Public by its number; in Azure every machine reaches the services of its host there.
    (v4(168, 63, 129, 16, 32), "the host of a machine in a cloud"),
    (v4(169, 254, 0, 0, 16), "link-local"),
    (v4(172, 16, 0, 0, 12), "private"),
    (v4(192, 0, 0, 0, 24), "set aside for protocols"),
    (v4(192, 0, 2, 0, 24), "for documentation"),
    (v4(192, 88, 99, 0, 24), "a relay of 6to4"),
    (v4(192, 168, 0, 0, 16), "private"),
    (v4(198, 18, 0, 0, 15), "for benchmarks"),
    (v4(198, 51, 100, 0, 24), "for documentation"),
    (v4(203, 0, 113, 0, 24), "for documentation"),
    (v4(224, 0, 0, 0, 4), "multicast"),
    (v4(240, 0, 0, 0, 4), "reserved"),
    // Those of global unicast that carry another address inside, or are nobody's.
    (v6([0x2001, 0, 0], 23), "set aside for protocols"),
    (v6([0x2001, 0xdb8, 0], 32), "for documentation"),
    (v6([0x2002, 0, 0], 16), "6to4"),
    (v6([0x3fff, 0, 0], 20), "for documentation"),
];

/// The only part of IPv6 that is handed out to the public.
const GLOBAL: IpNet = v6([0x2000, 0, 0], 3);

/// Why this address is not reached; none when it is public.
pub fn why_not(address: IpAddr) -> Option<&'static str> {
    if let IpAddr::V6(inner) = address
        && !GLOBAL.contains(&address)
    {
        return Some(outside(inner));
    }
    CLOSED.iter().find(|(net, _)| net.contains(&address)).map(|(_, why)| *why)
}

fn outside(address: Ipv6Addr) -> &'static str {
    match address.segments() {
        _ if address.is_loopback() => "loopback",
        _ if address.is_multicast() => "multicast",
        [0, 0, 0, 0, 0, 0xffff, ..] => "an IPv4 address in the form of IPv6",
        [0x64, 0xff9b, ..] => "an IPv4 address behind NAT64",
        [first, ..] if first & 0xfe00 == 0xfc00 => "private",
        [first, ..] if first & 0xffc0 == 0xfe80 => "link-local",
        _ => "no public address",
    }
}

#[cfg(test)]
mod tests {
    use super::why_not;
    use std::net::IpAddr;

    const CLOSED_ONES: &str = "0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 100.127.255.255 127.0.0.1 127.255.1.2 \
        168.63.129.16 169.254.169.254 172.16.0.1 172.31.255.255 192.0.0.8 192.0.2.1 192.88.99.1 192.168.1.1 \
        198.18.0.1 198.19.255.255 198.51.100.7 203.0.113.9 224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255 :: \
        ::1 ::7f00:1 ::ffff:127.0.0.1 ::ffff:8.8.8.8 64:ff9b::808:808 64:ff9b::7f00:1 64:ff9b:1::1 \
        100::1 2001::1 2001:0:53aa:64c:: 2001:2::1 2001:10::1 2001:20::1 2001:db8::1 2002:7f00:1:: \
        2002:808:808::1 3fff::1 3fff:fff::1 5f00::1 fc00::1 fd12:3456::1 fe80::1 fec0::1 ff02::1";
    const OPEN_ONES: &str = "1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 126.255.255.255 128.0.0.1 \
        168.63.129.15 168.63.129.17 169.253.255.255 169.255.0.0 172.15.255.255 172.32.0.0 192.0.1.1 192.0.3.1 \
        192.167.255.255 192.169.0.0 198.17.255.255 198.20.0.0 223.255.255.255 2001:200::1 2606:4700:4700::1111 \
        2a00:1450:4001::1 2003::1 3ffe::1";

    #[test]
    fn only_public_addresses_pass() {
        for closed in CLOSED_ONES.split_whitespace() {
            let address: IpAddr = closed.parse().unwrap();
            assert!(why_not(address).is_some(), "{closed}");
        }
        for open in OPEN_ONES.split_whitespace() {
            let address: IpAddr = open.parse().unwrap();
            assert_eq!(why_not(address), None, "{open}");
        }
    }

    proptest::proptest! {
        #[test]
        fn agrees_with_what_the_standard_library_knows(bits: u32, wide: u128) {
            let four = std::net::Ipv4Addr::from(bits);
            let known = four.is_private() || four.is_loopback() || four.is_link_local() || four.is_multicast()
                || four.is_documentation() || four.is_broadcast() || four.is_unspecified();
            proptest::prop_assert!(!known || why_not(IpAddr::V4(four)).is_some());
            proptest::prop_assert!(why_not(IpAddr::V6(four.to_ipv6_mapped())).is_some());
            let six = std::net::Ipv6Addr::from(wide);
            let known = six.is_loopback() || six.is_multicast() || six.is_unspecified() || six.is_unique_local()
                || six.is_unicast_link_local();
            proptest::prop_assert!(!known || why_not(IpAddr::V6(six)).is_some());
        }
    }
}
