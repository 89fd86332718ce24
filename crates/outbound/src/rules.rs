//! What the operator allows beyond public addresses by https: networks and hosts, in the settings only. Nobody who uses
//! the pages can widen it.

use crate::address::why_not;
use crate::only::Only;
use ipnet::IpNet;
use std::net::IpAddr;
use std::str::FromStr;
use std::time::Duration;
use url::{Host, Url};

/// One entry of the allow-list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Allow {
    /// Addresses, such as `10.1.2.0/24`.
    Net(IpNet),
    /// A host by its name, whatever its address is.
    Host(String),
}

impl FromStr for Allow {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if let Some(net) = network(text) {
            return Ok(Self::Net(net));
        }
        match Host::parse(text) {
            Ok(Host::Domain(name)) => Ok(Self::Host(name)),
            _ => Err(format!("{text:?} is no network, address or name of a host")),
        }
    }
}

/// An address, or a network without the bits behind its prefix.
pub(crate) fn network(text: &str) -> Option<IpNet> {
    text.parse::<IpNet>().map(|net| net.trunc()).or_else(|_| text.parse::<IpAddr>().map(IpNet::from)).ok()
}

/// How far the client goes.
#[derive(Debug, Clone)]
pub struct Rules {
    /// What is reached although it is not public, or without TLS.
    pub allow: Vec<Allow>,
    /// The only hosts that are reached; none: every public one.
    pub only: Vec<Only>,
    /// Longest wait for a name and for a connection.
    pub connect: Duration,
    /// Longest exchange, from the name to the head of the answer.
    pub total: Duration,
    /// Connections at the same time, over everything.
    pub connections: usize,
    /// Certificates (PEM) of an authority of one's own, beside those of the system.
    pub authority: Option<Vec<u8>>,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            allow: Vec::new(),
            only: Vec::new(),
            connect: Duration::from_secs(5),
            total: Duration::from_secs(15),
            connections: 16,
            authority: None,
        }
    }
}

impl Rules {
    /// Reads where something is to be sent; in words what is wrong with it. What a name leads to is asked when
    /// something is sent, each time.
    pub fn read(&self, text: &str) -> Result<Url, String> {
        let text = text.trim();
        if text.len() > 2_000 {
            return Err("This address is longer than 2,000 characters".to_owned());
        }
        let url =
            Url::parse(text).map_err(|_| "Write an address such as https://hooks.example.com/leeward".to_owned())?;
        let Some(host) = url.host() else { return Err("Name the host".to_owned()) };
        if !matches!(url.scheme(), "http" | "https") {
            return Err("Write an address that begins with https://".to_owned());
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err("Leave user and password out of the address: what we send is signed".to_owned());
        }
        if url.fragment().is_some() {
            return Err("Leave out the part after #".to_owned());
        }
        self.listed(&host)?;
        let plain = url.scheme() == "http";
        match host {
            Host::Ipv4(address) => self.judge("", IpAddr::V4(address), !plain)?,
            Host::Ipv6(address) => self.judge("", IpAddr::V6(address), !plain)?,
            Host::Domain(name) => {
                let may_be = self.allow.iter().any(|allow| matches!(allow, Allow::Net(_))) || self.names(name);
                if plain && !may_be {
                    return Err("Only https is allowed, so that nobody on the way reads along".to_owned());
                }
            }
        }
        Ok(url)
    }

    /// Whether the operator's list has this host, where there is one; in words that it has not.
    pub(crate) fn listed(&self, host: &Host<&str>) -> Result<(), String> {
        if self.only.is_empty() || self.only.iter().any(|only| only.covers(host)) {
            return Ok(());
        }
        Err(format!("{host} is not among the hosts that this desk may reach: its settings name them"))
    }

    fn names(&self, host: &str) -> bool {
        self.allow.iter().any(|allow| matches!(allow, Allow::Host(name) if name.eq_ignore_ascii_case(host)))
    }

    /// Whether this address may be reached under this name; in words why not.
    pub(crate) fn judge(&self, host: &str, address: IpAddr, tls: bool) -> Result<(), String> {
        let inside = |allow: &Allow| matches!(allow, Allow::Net(net) if net.contains(&address));
        if self.names(host) || self.allow.iter().any(inside) {
            return Ok(());
        }
        if let Some(why) = why_not(address) {
            // What a name leads to inside is nobody's business who only manages webhooks.
            let what = if host.is_empty() { address.to_string() } else { "The address behind this name".to_owned() };
            return Err(format!("{what} is not reached: it is {why}"));
        }
        if tls { Ok(()) } else { Err("Only https is allowed, so that nobody on the way reads along".to_owned()) }
    }
}

#[cfg(test)]
mod tests {
    use super::{Allow, Rules};

    #[test]
    fn addresses_are_read_strictly() {
        let rules = Rules::default();
        for good in ["https://hooks.example.com/x?y=1", "https://hooks.example.com:8443", "https://1.1.1.1/"] {
            assert!(rules.read(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "hooks.example.com",
            "http://hooks.example.com",
            "ftp://hooks.example.com",
            "file:///etc/passwd",
            "https://user@hooks.example.com",
            "https://u:p@hooks.example.com",
            "https://hooks.example.com/#x",
            "https://127.0.0.1/",
            "https://0x7f.1/",
            "https://2130706433/",
            "https://0177.0.0.1/",
            "https://[::1]/",
            "https://[::ffff:10.0.0.1]/",
            "https://169.254.169.254/latest/meta-data/",
            "https://10.1.2.3/",
        ] {
            assert!(rules.read(bad).is_err(), "{bad}");
        }
        assert!(rules.read(&format!("https://a.example/{}", "x".repeat(2_000))).is_err());
    }

    #[test]
    fn the_operator_opens_single_networks_and_hosts() {
        let allow = |text: &str| text.parse::<Allow>().unwrap();
        let rules = Rules { allow: vec![allow("10.1.2.0/24"), allow("hooks.internal")], ..Rules::default() };
        assert!(rules.read("https://10.1.2.3/").is_ok() && rules.read("http://10.1.2.3/").is_ok());
        assert!(rules.read("https://10.1.3.3/").is_err() && rules.read("http://1.1.1.1/").is_err());
        assert!(rules.read("http://hooks.internal/").is_ok());
        let ip = |text: &str| text.parse().unwrap();
        assert!(rules.judge("hooks.internal", ip("192.168.1.1"), false).is_ok());
        assert!(rules.judge("other.internal", ip("192.168.1.1"), true).is_err());
        assert!(rules.judge("other.internal", ip("10.1.2.9"), false).is_ok());
        assert!(rules.judge("other.example", ip("1.1.1.1"), false).is_err());
        for bad in ["", "10.0.0.0/33", "http://x", "a b"] {
            assert!(bad.parse::<Allow>().is_err(), "{bad}");
        }
    }
}
