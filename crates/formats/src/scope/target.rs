//! A claimed target, read in every way that makes sense. Parts that are written as they are compared are borrowed.

use super::app::App;
use super::host::{self, HostPattern};
use super::network::{Network, begins_like_an_address, old_spelling};
use super::pattern::{verbatim, words};
use super::port;
use super::rule::Hash;
use super::web::{self, Address};
use std::borrow::Cow;

/// What a text can be.
#[derive(Debug, Default)]
pub(super) struct Target<'a> {
    pub(super) place: Option<Place<'a>>,
    pub(super) app: Option<App<'a>>,
}

/// Where the thing runs that somebody claims.
#[derive(Debug)]
pub(super) struct Place<'a> {
    /// Normal. Stars stand in what was picked from a list.
    pub(super) host: Cow<'a, str>,
    /// Where the host is an address, or the text a network.
    pub(super) network: Option<Network>,
    pub(super) port: u16,
    pub(super) path: Cow<'a, str>,
    pub(super) query: Option<Cow<'a, str>>,
    pub(super) route: Option<Cow<'a, str>>,
}

/// Another text for what has no scheme: `git@github.com:acme/tool.git` and `acme/tool` as addresses.
pub(super) fn repository_address(text: &str) -> Option<String> {
    match text.strip_prefix("git@") {
        Some(rest) => rest.split_once(':').map(|(host, path)| format!("https://{host}/{path}")),
        None => web::repository(text),
    }
}

impl<'a> Target<'a> {
    /// `text` has no white space around it.
    pub(super) fn read(text: &'a str) -> Self {
        let network = Network::parse(text);
        if let Some(network) = network {
            let host = network.name().unwrap_or_default().into();
            let place =
                Place { host, network: Some(network), port: port::USUAL, path: "".into(), query: None, route: None };
            return Self { place: Some(place), app: None };
        }
        let mut target = Self::default();
        if let Some(address) = Address::cut(text) {
            target.app = App::of_page(&address);
            target.place = Place::of(&address);
        }
        if target.app.is_none() {
            target.app = App::named(text, None);
        }
        target
    }
}

impl<'a> Place<'a> {
    fn of(address: &Address<'a>) -> Option<Self> {
        let (host, network) = name(address.host)?;
        let (mut host, mut path) = (host, web::normal(address.path));
        if let Some(forge) = web::forge(&host) {
            path = Cow::Owned(web::forge_path(&path));
            if forge.len() < host.len() {
                host = Cow::Owned(forge.to_owned());
            }
        }
        let port = address.port.unwrap_or(address.scheme.port());
        let (query, route) = (address.query.map(web::plain), address.route.map(web::normal));
        Some(Self { host, network, port, path, query, route })
    }
}

/// A host as it is compared, and the address that it is.
fn name(host: &str) -> Option<(Cow<'_, str>, Option<Network>)> {
    if begins_like_an_address(host) {
        let network = Network::parse(host).or_else(|| old_spelling(host).map(Network::of));
        if let Some(network) = network {
            return Some((network.name().unwrap_or_default().into(), Some(network)));
        }
    }
    if host::is_normal(host) {
        return Some((host.into(), None));
    }
    let host = web::decoded(host)?;
    if host.contains('*') {
        return Some((HostPattern::parse(&host)?.text().to_owned().into(), None));
    }
    let normal = host::normal(&host)?;
    // An address may be written in other digits (`１０.0.0.7`) or with a dot behind it.
    let network = Network::parse(&normal).or_else(|| old_spelling(&normal).map(Network::of));
    Some((normal.into(), network))
}

/// The hash of what [`words`] makes of a text.
pub(super) fn hash_words(text: &str) -> Hash {
    let mut hash = Hash::NONE;
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() {
            hash = hash.with(byte.to_ascii_lowercase());
        } else if !byte.is_ascii() {
            return Hash::of(words(text).as_bytes());
        }
    }
    hash
}

/// The hash of what [`verbatim`] makes of a text.
pub(super) fn hash_verbatim(text: &str) -> Hash {
    let mut hash = Hash::NONE.with(b'=');
    for byte in text.bytes() {
        if !byte.is_ascii() {
            return Hash::of(verbatim(text).as_bytes());
        }
        hash = hash.with(byte.to_ascii_lowercase());
    }
    hash
}
