//! A claimed target, read in every way that makes sense.

use super::host;
use super::network::Network;
use super::pattern::{app_of_store, is_app_id, verbatim, words};
use super::web::{self, Address};

/// What a text can be.
#[derive(Debug, Default)]
pub(super) struct Target {
    pub(super) web: Option<WebTarget>,
    pub(super) network: Option<Network>,
    /// Lower case.
    pub(super) app: Option<String>,
    /// Letters and digits.
    pub(super) words: String,
    /// As it stands.
    pub(super) verbatim: String,
}

/// An address that somebody claims.
#[derive(Debug)]
pub(super) struct WebTarget {
    pub(super) host: String,
    /// `None`: a default one.
    pub(super) port: Option<u16>,
    pub(super) path: String,
    pub(super) query: Option<String>,
}

impl Target {
    pub(super) fn read(text: &str) -> Self {
        let text = text.trim();
        let mut target = Self { words: words(text), verbatim: verbatim(text), ..Self::default() };
        if let Some(network) = Network::parse(text) {
            target.network = Some(network);
            return target;
        }
        let git = text.strip_prefix("git@").and_then(|rest| rest.split_once(':'));
        let git = git.map(|(host, path)| format!("https://{host}/{path}"));
        if let Some(address) = Address::cut(git.as_deref().unwrap_or(text)) {
            target.app = app_of_store(&address);
            target.network = Network::parse(address.host);
            target.web = WebTarget::of(&address);
        }
        if target.app.is_none() && is_app_id(text) {
            target.app = Some(text.to_ascii_lowercase());
        }
        target
    }
}

impl WebTarget {
    fn of(address: &Address<'_>) -> Option<Self> {
        let host = match Network::parse(address.host) {
            Some(_) => address.host.to_ascii_lowercase(),
            None => host::normal(&web::decoded(address.host)?)?,
        };
        let mut path = web::normal_path(address.path);
        if web::is_forge(&host) {
            path = web::forge_path(&path);
        }
        Some(Self { host, port: address.port, path, query: address.query.map(web::plain) })
    }
}
