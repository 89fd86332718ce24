//! Where something runs: host or network, port, path, query and route.

use super::host::{self, HostPattern, glob};
use super::network::Network;
use super::port::Port;
use super::rule::Size;
use super::target::Place as Target;
use super::web::{self, Address, Scheme, is_below};

/// Places that an asset covers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) host: Host,
    port: Port,
    pub(super) path: Path,
    /// Parameters that have to be there, in order.
    query: Vec<String>,
    /// Normal, and never empty: a page that is an app of its own has places within.
    route: Option<String>,
}

/// What it runs on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Host {
    Named(HostPattern),
    Network(Network),
}

/// A path, and all that is below it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Path {
    /// Normal. Stars allowed.
    pub(super) text: String,
    /// With stars, what is below it, and what has parameters.
    below: Option<[String; 2]>,
}

impl Path {
    fn new(mut text: String) -> Self {
        while let Some(at) = text.find("**") {
            text.remove(at);
        }
        while let Some(shorter) = text.strip_suffix("/*") {
            text = shorter.to_owned();
        }
        let below = text.contains('*').then(|| [format!("{text}/*"), format!("{text};*")]);
        Self { text, below }
    }

    /// `path` may be the text of another pattern: a star is covered by a star alone.
    fn covers(&self, path: &str) -> bool {
        match &self.below {
            None => is_below(&self.text, path),
            Some(below) => glob(&self.text, path) || below.iter().any(|below| glob(below, path)),
        }
    }
}

impl Place {
    /// `None` where the text is no address, or may be anything else.
    pub(super) fn parse(text: &str, excludes: bool) -> Option<Self> {
        if let Some(network) = Network::parse(text) {
            return Some(Self::network(network));
        }
        // `10.0.0.0/8:8080`
        if let Some((network, port)) = text.rsplit_once(':')
            && network.contains('/')
            && let (Some(network), Ok(port)) = (Network::parse(network), port.parse())
        {
            return Some(Self { port: Port::Only(port), ..Self::network(network) });
        }
        let address = Address::cut(text).filter(|address| !address.mailbox)?;
        let host = Host::parse(&address)?;
        let mut path = web::normal_path(address.path);
        if matches!(&host, Host::Named(name) if web::forge(name.tail()).is_some()) {
            path = web::forge_path(&path);
        }
        let query = address.query.into_iter().flat_map(|query| query.split('&')).filter(|pair| !pair.is_empty());
        let mut query: Vec<String> = query.map(|pair| web::plain(pair).into_owned()).collect();
        query.sort_unstable();
        query.dedup();
        Some(Self {
            port: Port::of_asset(address.scheme, address.port, host.star(), excludes),
            host,
            path: Path::new(path),
            query,
            route: address.route.map(web::normal_path).filter(|route| !route.is_empty()),
        })
    }

    /// All ports of its addresses.
    pub(super) fn network(network: Network) -> Self {
        let (host, path) = (Host::Network(network), Path::new(String::new()));
        Self { host, port: Port::Any, path, query: Vec::new(), route: None }
    }

    /// Any host below this one; `None` where it has stars already, or is a network.
    pub(super) fn below(&self) -> Option<Self> {
        let Host::Named(name) = &self.host else { return None };
        let host = (!name.star()).then(|| HostPattern::parse(&format!("*.{}", name.text()))).flatten()?;
        Some(Self { host: Host::Named(host), ..self.clone() })
    }

    pub(super) fn covers(&self, target: &Target<'_>) -> bool {
        let host = match (&self.host, target.network) {
            (Host::Named(name), _) => name.covers(&target.host),
            (Host::Network(network), Some(own)) => network.covers(own),
            (Host::Network(_), None) => false,
        };
        let given = target.query.as_deref().unwrap_or_default();
        self.port.covers(target.port)
            && host
            && self.path.covers(&target.path)
            && self.query.iter().all(|needed| given.split('&').any(|own| own == needed))
            && self.route.as_ref().is_none_or(|route| target.route.as_ref().is_some_and(|own| is_below(route, own)))
    }

    /// Whether it is no wider than `other` in any part.
    pub(super) fn within(&self, other: &Self) -> bool {
        let route = |needed: &String| self.route.as_ref().is_some_and(|own| is_below(needed, own));
        self.port.within(other.port)
            && self.host.within(&other.host)
            && other.path.covers(&self.path.text)
            && other.query.iter().all(|needed| self.query.contains(needed))
            && other.route.as_ref().is_none_or(route)
    }

    pub(super) fn size(&self) -> Size {
        let short = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
        let (one_host, host) = match &self.host {
            Host::Named(name) => (!name.star(), short(name.shortest())),
            Host::Network(network) => (network.is_one(), network.bits()),
        };
        let path = self.path.text.bytes().filter(|b| *b != b'*').count();
        let path = path + self.query.iter().chain(&self.route).map(String::len).sum::<usize>();
        Size { one_host, host, port: self.port.is_named(), path: short(path) }
    }
}

impl Host {
    fn parse(address: &Address<'_>) -> Option<Self> {
        if let Some(network) = Network::parse(address.host) {
            return Some(Self::Network(network));
        }
        let decoded = web::decoded(address.host)?;
        let mut name = HostPattern::parse(&decoded)?;
        if let Some(forge) = web::forge(name.text()).filter(|forge| forge.len() < name.text().len()) {
            name = HostPattern::parse(forge)?;
        }
        // One label is a host only where a scheme says so; "*" alone is everything.
        let known = address.scheme != Scheme::None || address.host == "*" || name.star();
        (known || host::is_public(name.text())).then_some(Self::Named(name))
    }

    /// Whether it covers more than one host by a pattern.
    pub(super) const fn star(&self) -> bool {
        matches!(self, Self::Named(name) if name.star())
    }

    fn within(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Named(own), Self::Named(other)) => other.covers(own.text()),
            (Self::Network(own), Self::Network(other)) => other.covers(*own),
            (Self::Network(own), Self::Named(other)) => own.name().is_some_and(|own| other.covers(&own)),
            (Self::Named(_), Self::Network(_)) => false,
        }
    }
}
