//! What an operator decides about the web side, already parsed and checked.
//!
//! The binary reads the configuration file; this module only knows values. The scheme of the public
//! URL decides how cookies are named and sealed, so a plain `http` address that is not loopback is
//! refused here, at start-up.

use crate::server::Certificate;
use ipnet::IpNet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::Duration;

/// The web part of the configuration.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where people reach this server, as they see it (behind a proxy: the proxy's address).
    pub public_url: PublicUrl,
    /// Name shown in the header and in titles, for example `Acme security`.
    pub organisation: String,
    /// Networks whose `X-Forwarded-For` is believed. Empty: nobody's.
    pub trusted_proxies: Vec<IpNet>,
    /// Networks that may read `/metrics`; everybody else gets 404.
    pub metrics_from: Vec<IpNet>,
    /// Networks from which the house is administered (see `Access::administers`); none: from everywhere.
    pub administered_from: Vec<IpNet>,
    /// What TLS is spoken with on the listener; none: plain HTTP, for a proxy on this machine.
    pub certificate: Option<Certificate>,
    /// Sizes and times.
    pub limits: Limits,
}

impl Settings {
    /// Settings with the built-in limits, no trusted proxy and metrics for loopback only.
    pub fn new(public_url: PublicUrl, organisation: impl Into<String>) -> Self {
        let loopback = [IpNet::from(IpAddr::V6(Ipv6Addr::LOCALHOST)), loopback_v4()];
        Self {
            public_url,
            organisation: organisation.into(),
            trusted_proxies: Vec::new(),
            metrics_from: loopback.to_vec(),
            administered_from: Vec::new(),
            certificate: None,
            limits: Limits::default(),
        }
    }
}

fn loopback_v4() -> IpNet {
    IpNet::new(IpAddr::V4(Ipv4Addr::new(127, 0, 0, 0)), 8)
        .unwrap_or_else(|_| IpNet::from(IpAddr::V4(Ipv4Addr::LOCALHOST)))
}

/// Sizes in bytes and times that bound what one caller can take.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Largest JSON or form body where the row names no other limit.
    pub body: usize,
    /// Sum of all header names and values; above it the answer is 431.
    pub header_bytes: usize,
    /// Number of header lines; above it the answer is 431.
    pub header_count: usize,
    /// Fields in one form.
    pub form_fields: usize,
    /// Files in one form.
    pub form_files: usize,
    /// How long a client may take for its request head.
    pub header_time: Duration,
    /// Longest silence inside a body.
    pub body_idle: Duration,
    /// Time for a whole body, before the allowance for its size (64 KiB a second).
    pub body_time: Duration,
    /// Connections at the same time.
    pub connections: usize,
    /// Connections at the same time from one address.
    pub connections_each: usize,
    /// How long running requests get after a stop signal.
    pub drain: Duration,
    /// Multiplies every rate limit: 1 in service, more for load tests.
    pub rate_factor: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body: 1 << 20,
            header_bytes: 8 << 10,
            header_count: 64,
            form_fields: 200,
            form_files: 20,
            header_time: Duration::from_secs(10),
            body_idle: Duration::from_secs(15),
            body_time: Duration::from_secs(30),
            connections: 2_000,
            connections_each: 500,
            drain: Duration::from_secs(10),
            rate_factor: 1,
        }
    }
}

/// How the public reach us, which decides the form of cookies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// `https`: cookies are `Secure` and named `__Host-…`.
    Https,
    /// `http` on a loopback address, for trying out: plain host-only cookies.
    Loopback,
}

/// Scheme and authority of the public address; no path, no trailing slash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicUrl {
    origin: String,
    host: String,
    scheme: Scheme,
}

/// A setting that cannot be served safely.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// Not of the form `scheme://host[:port]`.
    #[error("public URL {0:?}: write it as https://host or http://127.0.0.1:8080, without a path")]
    NoUrl(String),
    /// Cookies over plain http to other machines can be read on the way.
    #[error(
        "public URL {0:?}: plain http is only for loopback addresses; use https, also when a proxy in front does the TLS"
    )]
    PlainHttp(String),
}

impl PublicUrl {
    /// Reads `https://host[:port]` or, for loopback hosts only, `http://…`.
    pub fn parse(text: &str) -> Result<Self, SettingsError> {
        let bad = || SettingsError::NoUrl(text.to_owned());
        let uri: axum::http::Uri = text.trim().parse().map_err(|_| bad())?;
        let authority = uri.authority().ok_or_else(bad)?;
        let rest = uri.path_and_query().map_or("", |p| p.as_str());
        if !matches!(rest, "" | "/") || authority.as_str().contains('@') || text.contains('#') {
            return Err(bad());
        }
        let host = authority.host().to_ascii_lowercase();
        let scheme = match uri.scheme_str() {
            Some("https") => Scheme::Https,
            Some("http") if is_loopback(&host) => Scheme::Loopback,
            Some("http") => return Err(SettingsError::PlainHttp(text.to_owned())),
            _ => return Err(bad()),
        };
        let word = if scheme == Scheme::Https { "https" } else { "http" };
        let origin = format!("{word}://{}", authority.as_str().to_ascii_lowercase());
        Ok(Self { origin, host, scheme })
    }

    /// `https://host[:port]`, as browsers send it in `Origin`.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Host without port.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// How cookies must be made.
    pub fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// The absolute address of a path that starts with a slash.
    pub fn join(&self, path: &str) -> String {
        format!("{}{path}", self.origin)
    }
}

fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || host.ends_with(".localhost") || bare.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::{PublicUrl, Scheme, SettingsError};

    #[test]
    fn https_and_loopback_http_are_taken() {
        let url = PublicUrl::parse("https://Security.Acme.example/").unwrap();
        assert_eq!((url.origin(), url.scheme()), ("https://security.acme.example", Scheme::Https));
        for text in ["http://127.0.0.1:8080", "http://localhost:1", "http://[::1]:8080", "http://a.localhost"] {
            assert_eq!(PublicUrl::parse(text).unwrap().scheme(), Scheme::Loopback, "{text}");
        }
    }

    #[test]
    fn plain_http_to_others_is_refused() {
        for text in ["http://acme.example", "http://10.0.0.1", "http://localhost.acme.example"] {
            assert!(matches!(PublicUrl::parse(text), Err(SettingsError::PlainHttp(_))), "{text}");
        }
    }

    #[test]
    fn anything_else_is_no_url() {
        for text in ["", "acme.example", "ftp://a", "https://a/b", "https://a?q", "https://u@a", "https://a/#x"] {
            assert!(matches!(PublicUrl::parse(text), Err(SettingsError::NoUrl(_))), "{text}");
        }
    }
}
