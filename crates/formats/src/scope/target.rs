//! A claimed target, read in every way that makes sense. Parts that are written as they are compared are borrowed.

use super::host;
use super::network::Network;
use super::pattern::{app_of_store, is_app_id, verbatim, words};
use super::rule::Hash;
use super::web::{self, Address};
use std::borrow::Cow;

/// What a text can be.
#[derive(Debug, Default)]
pub(super) struct Target<'a> {
    pub(super) web: Option<WebTarget<'a>>,
    pub(super) network: Option<Network>,
    /// Lower case.
    pub(super) app: Option<Cow<'a, str>>,
}

/// An address that somebody claims.
#[derive(Debug)]
pub(super) struct WebTarget<'a> {
    pub(super) host: Cow<'a, str>,
    /// `None`: a default one.
    pub(super) port: Option<u16>,
    pub(super) path: Cow<'a, str>,
    pub(super) query: Option<Cow<'a, str>>,
}

/// `git@github.com:acme/tool.git` as an address.
pub(super) fn git_address(text: &str) -> Option<String> {
    let (host, path) = text.strip_prefix("git@")?.split_once(':')?;
    Some(format!("https://{host}/{path}"))
}

impl<'a> Target<'a> {
    /// `text` has no white space around it; `git` is the address behind a name that git knows.
    pub(super) fn read(text: &'a str, git: Option<&'a str>) -> Self {
        let mut target = Self::default();
        if let Some(network) = Network::parse(text) {
            target.network = Some(network);
            return target;
        }
        if let Some(address) = Address::cut(git.unwrap_or(text)) {
            target.app = app_of_store(&address).map(Cow::Owned);
            target.network = Network::parse(address.host);
            target.web = WebTarget::of(&address, target.network.is_some());
        }
        if target.app.is_none() && is_app_id(text) {
            target.app = Some(lower(text));
        }
        target
    }
}

fn lower(text: &str) -> Cow<'_, str> {
    if text.bytes().any(|b| b.is_ascii_uppercase()) { text.to_ascii_lowercase().into() } else { text.into() }
}

impl<'a> WebTarget<'a> {
    fn of(address: &Address<'a>, is_network: bool) -> Option<Self> {
        let host = if is_network {
            lower(address.host)
        } else if host::is_normal(address.host) {
            Cow::Borrowed(address.host)
        } else {
            Cow::Owned(host::normal(&web::decoded(address.host)?)?)
        };
        let mut path = web::normal(address.path);
        if web::is_forge(&host) {
            path = Cow::Owned(web::forge_path(&path));
        }
        Some(Self { host, port: address.port, path, query: address.query.map(web::plain) })
    }
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
