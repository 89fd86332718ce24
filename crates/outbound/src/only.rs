//! The operator's list of the hosts that are reached, in the settings only. Where it is not empty, nothing else is, whatever
//! anybody types on a page; that a host on it is public, and https is spoken, is asked besides.

use crate::rules::network;
use ipnet::IpNet;
use std::net::IpAddr;
use std::str::FromStr;
use url::Host;

/// One entry of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Only {
    /// This name.
    Host(String),
    /// Every name below this one, and not itself: `*.example.com`.
    Below(String),
    /// Addresses that are written as such; no name leads to this entry.
    Net(IpNet),
}

impl FromStr for Only {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if let Some(net) = network(text) {
            return Ok(Self::Net(net));
        }
        let (below, name) = text.strip_prefix("*.").map_or((false, text), |name| (true, name));
        match Host::parse(name) {
            Ok(Host::Domain(name)) if !name.contains('*') => {
                let name = bare(&name).to_ascii_lowercase();
                Ok(if below { Self::Below(name) } else { Self::Host(name) })
            }
            _ => Err(format!(
                "{text:?} is no host, such as hooks.example.com or *.example.com, and no address or network"
            )),
        }
    }
}

/// A name without the dot of the root.
fn bare(name: &str) -> &str {
    name.strip_suffix('.').unwrap_or(name)
}

impl Only {
    pub(crate) fn covers(&self, host: &Host<&str>) -> bool {
        match (self, host) {
            (Self::Host(own), Host::Domain(name)) => own.eq_ignore_ascii_case(bare(name)),
            (Self::Below(own), Host::Domain(name)) => {
                let name = bare(name).to_ascii_lowercase();
                name.strip_suffix(own.as_str()).is_some_and(|front| front.len() > 1 && front.ends_with('.'))
            }
            (Self::Net(net), Host::Ipv4(address)) => net.contains(&IpAddr::V4(*address)),
            (Self::Net(net), Host::Ipv6(address)) => net.contains(&IpAddr::V6(*address)),
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::Rules;

    fn rules(only: &[&str]) -> Rules {
        Rules { only: only.iter().map(|text| text.parse().unwrap()).collect(), ..Rules::default() }
    }

    #[test]
    fn what_is_not_on_the_list_is_not_reached() {
        let rules = rules(&["hooks.example.com", "*.chat.example", "Bücher.example", "1.1.1.0/24"]);
        for listed in [
            "https://hooks.example.com/x",
            "https://HOOKS.example.com.:8443/x",
            "https://a.chat.example/",
            "https://b.a.chat.example/",
            "https://xn--bcher-kva.example/",
            "https://1.1.1.7/",
        ] {
            assert!(rules.read(listed).is_ok(), "{listed}");
        }
        for other in [
            "https://example.com/",
            "https://x.hooks.example.com/",
            "https://hooks.example.com.evil.test/",
            "https://chat.example/",
            "https://.chat.example/",
            "https://badchat.example/",
            "https://1.1.2.1/",
            "https://[2606:4700::1111]/",
        ] {
            assert!(rules.read(other).is_err(), "{other}");
        }
        let said = rules.read("https://evil.test/").unwrap_err();
        assert!(said.contains("evil.test") && !said.contains("hooks"), "the list is the operator's: {said}");
    }

    #[test]
    fn a_list_opens_nothing_by_itself() {
        let rules = rules(&["10.1.2.3", "hooks.internal"]);
        assert!(rules.read("https://10.1.2.3/").is_err(), "private, and not in outbound.allow");
        assert!(rules.read("http://hooks.internal/").is_err(), "without TLS");
        assert!(rules.read("https://hooks.internal/").is_ok(), "where the name leads is asked when something is sent");
    }

    #[test]
    fn without_a_list_every_public_host_is_reached() {
        assert!(Rules::default().read("https://anything.example/").is_ok());
        for bad in ["", "*", "*.", "a.*.example", "https://x", "10.0.0.0/40"] {
            assert!(bad.parse::<super::Only>().is_err(), "{bad}");
        }
    }
}
