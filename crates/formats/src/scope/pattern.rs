//! What an asset's identifier covers.

use super::asset::{Asset, Kind};
use super::expand::expand;
use super::host::{self, HostPattern, glob};
use super::network::Network;
use super::target::WebTarget;
use super::web::{self, Address};

/// One way in which an asset covers targets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Pattern {
    /// By address.
    Web(WebPattern),
    /// By IP address.
    Network(Network),
    /// By app id, lower case, stars allowed.
    App(String),
    /// By its own words, or [`verbatim`].
    Words(String),
}

/// Hosts, ports and paths.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct WebPattern {
    pub(super) host: HostPattern,
    port: Port,
    /// Normal; a path below it is covered too. Stars allowed.
    pub(super) path: String,
    /// With stars, what is below it.
    below: Option<String>,
    /// Parameters that have to be there.
    query: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Port {
    /// A host without a scheme: all of its ports.
    Any,
    /// An address without a port: the default ones.
    Default,
    /// This one.
    Only(u16),
}

impl Pattern {
    /// Every way in which an asset covers something; its own words always.
    pub(super) fn of(asset: &Asset) -> Vec<Self> {
        let identifier = asset.identifier.trim();
        if let Some(network) = Network::parse(identifier) {
            return vec![Self::Network(network)];
        }
        // "Any feedback form" is no list of hosts: all parts have to be something, or none is.
        let read: Vec<_> = expand(identifier).iter().map(|part| Self::part(asset.kind, part)).collect();
        if read.is_empty() || read.iter().any(Vec::is_empty) {
            return vec![Self::Words(words(identifier))];
        }
        let mut patterns: Vec<_> = read.into_iter().flatten().collect();
        // Picked from a list as it stands: no address that somebody visits has a star or a blank.
        if identifier.contains(['*', ' ', ',', '{', '(']) {
            patterns.push(Self::Words(verbatim(identifier)));
        }
        patterns
    }

    fn part(kind: Kind, part: &str) -> Vec<Self> {
        if let Some(network) = Network::parse(part) {
            return vec![Self::Network(network)];
        }
        let mut found = Vec::new();
        let part = part.strip_prefix("git@").map_or_else(|| part.to_owned(), |rest| rest.replacen(':', "/", 1));
        if kind == Kind::Repository
            && let Some((owner, name)) = part.split_once('/')
            && !owner.is_empty()
            && !owner.contains(['.', ':'])
            && !name.is_empty()
            && !name.contains('/')
        {
            // "owner/name" without a host is written for GitHub.
            found.extend(WebPattern::parse(&format!("https://github.com/{part}")).map(Self::Web));
            found.push(Self::Words(verbatim(&part)));
            return found;
        }
        let address = Address::cut(&part);
        if let Some(app) = address.as_ref().and_then(app_of_store) {
            found.push(Self::App(app));
            return found;
        }
        let has_scheme = address.as_ref().is_some_and(|address| address.scheme.is_some());
        if kind.is_app() && !has_scheme {
            if is_app_id(&part) {
                found.push(Self::App(part.trim_start_matches("id").to_ascii_lowercase()));
            }
            return found;
        }
        found.extend(WebPattern::parse(&part).map(Self::Web));
        found
    }

    /// Characters (bits, of a network) that a target has to have.
    pub(super) fn fixed(&self) -> usize {
        match self {
            Self::Web(web) => web.fixed(),
            Self::Network(network) => network.fixed(),
            Self::App(id) => id.bytes().filter(|b| *b != b'*').count() + usize::from(!id.contains('*')),
            Self::Words(words) => words.len(),
        }
    }
}

impl WebPattern {
    fn parse(text: &str) -> Option<Self> {
        let address = Address::cut(text)?;
        let host = HostPattern::parse(&web::decoded(address.host)?)?;
        // One label is a host only where a scheme says so; "*" alone is everything.
        let name = host.tail();
        if address.scheme.is_none() && address.host != "*" && !host.star() && !host::is_public(name) {
            return None;
        }
        let mut path = web::normal_path(address.path);
        if web::is_forge(name) {
            path = web::forge_path(&path);
        }
        while let Some(shorter) = path.strip_suffix("/*") {
            path = shorter.to_owned();
        }
        let port = match (address.port, address.scheme) {
            (Some(port), _) => Port::Only(port),
            (None, Some(_)) if !host.star() => Port::Default,
            (None, _) => Port::Any,
        };
        let query = address.query.into_iter().flat_map(|query| query.split('&')).filter(|p| !p.is_empty());
        let below = path.contains('*').then(|| format!("{path}/*"));
        Some(Self { host, port, path, below, query: query.map(|pair| web::plain(pair).into_owned()).collect() })
    }

    fn fixed(&self) -> usize {
        let path = self.path.bytes().filter(|b| *b != b'*').count();
        let port = if matches!(self.port, Port::Only(_)) { 6 } else { 0 };
        self.host.fixed() + path + port + self.query.iter().map(String::len).sum::<usize>()
    }

    pub(super) fn covers(&self, target: &WebTarget<'_>) -> bool {
        let port = match self.port {
            Port::Any => true,
            Port::Default => target.port.is_none(),
            Port::Only(port) => target.port == Some(port),
        };
        port && self.host.covers(&target.host) && self.path_covers(&target.path) && self.query_covers(target)
    }

    fn path_covers(&self, path: &str) -> bool {
        if let Some(below) = &self.below {
            return glob(&self.path, path) || glob(below, path);
        }
        path.strip_prefix(self.path.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    fn query_covers(&self, target: &WebTarget<'_>) -> bool {
        let given = target.query.as_deref().unwrap_or_default();
        self.query.iter().all(|needed| given.split('&').any(|own| own == needed))
    }
}

/// A text that two assets share where they cover the same addresses, however they are written; `None` where an asset
/// is known by its words alone.
pub fn cover(asset: &Asset) -> Option<String> {
    let patterns = Pattern::of(asset).into_iter().filter(|pattern| !matches!(pattern, Pattern::Words(_)));
    let patterns: Vec<Pattern> = patterns.collect();
    (!patterns.is_empty()).then(|| format!("{patterns:?}"))
}

/// The id of the app that a store's page is about.
pub(super) fn app_of_store(address: &Address<'_>) -> Option<String> {
    let is = |host: &str| address.host.eq_ignore_ascii_case(host);
    if is("play.google.com") {
        let id = address.query?.split('&').find_map(|pair| pair.strip_prefix("id="))?;
        return Some(id.to_ascii_lowercase());
    }
    if !is("apps.apple.com") && !is("itunes.apple.com") {
        return None;
    }
    let numbers = address.path.split('/').filter_map(|segment| segment.strip_prefix("id"));
    let mut numbers = numbers.filter(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()));
    numbers.next_back().filter(|_| !address.path.contains("/developer/")).map(str::to_owned)
}

/// `com.example.app`, `493086499`, `id493086499`, `8x8-meeting-rooms`.
pub(super) fn is_app_id(text: &str) -> bool {
    text.len() <= 200
        && text.bytes().next().is_some_and(|b| b.is_ascii_alphanumeric())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-*".contains(&b))
}

/// Letters and digits alone, lower case.
pub(super) fn words(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// A text as it stands, case aside; no result of [`words`].
pub(super) fn verbatim(text: &str) -> String {
    format!("={}", text.trim().to_lowercase())
}
