//! Where mail goes out and in whose name, read from the operator's settings.

use crate::MailAddress;
use std::net::IpAddr;
use std::time::Duration;
use url::{Host, Url};
use zeroize::Zeroizing;

/// How the connection to the server is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tls {
    /// TLS from the first byte (`smtps://`, port 465).
    Implicit,
    /// STARTTLS, or nothing is sent.
    Required,
    /// STARTTLS where the server offers it: for loopback, or where the operator allows it by name.
    IfOffered,
}

/// The server that takes our letters.
#[derive(Clone)]
pub struct Server {
    /// Its name or address; what its certificate must say.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How it is reached.
    pub tls: Tls,
    /// A certificate authority of one's own (PEM), beside those of the system.
    pub authority: Option<Vec<u8>>,
    /// User and password, if it asks for them.
    pub credentials: Option<(String, Zeroizing<String>)>,
}

/// Everything about mail that the operator decides.
#[derive(Clone)]
pub struct MailSettings {
    /// None: no mail is sent.
    pub server: Option<Server>,
    /// Sender address.
    pub from: MailAddress,
    /// Sender name.
    pub name: String,
    /// Where answers to our letters go; none when nobody reads them.
    pub reply_to: Option<MailAddress>,
    /// Whether letters may say what a case is about. Else they say number, link and what to do.
    pub detail: bool,
    /// Connections at the same time, 1 to 16.
    pub connections: usize,
    /// Letters a minute, over all connections.
    pub per_minute: u32,
    /// Longest wait for any one answer of the server.
    pub timeout: Duration,
    /// How long a server may say "later" to one letter before it counts as failed.
    pub give_up_hours: i64,
    /// Hour of the day, UTC, at which daily digests go out, 0 to 23.
    pub digest_hour: i64,
}

/// A setting that cannot be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct SettingError(pub String);

impl Server {
    /// Reads `smtp://host:587`, `smtps://host:465`. An address without TLS is taken only on loopback, or
    /// where `allow_plain` says so.
    pub fn parse(text: &str, allow_plain: bool) -> Result<Self, SettingError> {
        let wrong = |why: &str| SettingError(format!("smtp: {why}"));
        let url = Url::parse(text).map_err(|_| wrong("write smtp://host:587 or smtps://host:465"))?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(wrong("leave user and password out of the address; see user and password_file"));
        }
        if !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some() {
            return Err(wrong("the address ends after the port"));
        }
        // Schemes that the URL standard does not know have their host read as bare text.
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or_else(|| wrong("name the host"))?;
        let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
        if Host::parse(&host).is_err() && host.parse::<IpAddr>().is_err() {
            return Err(wrong("this is no name of a host"));
        }
        let loopback = host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
        let (tls, port) = match url.scheme() {
            "smtps" => (Tls::Implicit, 465),
            "smtp" if loopback || allow_plain => (Tls::IfOffered, 25),
            "smtp" => (Tls::Required, 587),
            _ => return Err(wrong("write smtp://host:587 or smtps://host:465")),
        };
        Ok(Self { host, port: url.port().unwrap_or(port), tls, authority: None, credentials: None })
    }
}

impl MailSettings {
    /// Settings that send nothing.
    pub fn off(from: MailAddress) -> Self {
        Self {
            server: None,
            from,
            name: String::new(),
            reply_to: None,
            detail: false,
            connections: 2,
            per_minute: 120,
            timeout: Duration::from_secs(30),
            give_up_hours: 120,
            digest_hour: 7,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Server, Tls};

    #[test]
    fn the_wire_is_open_on_loopback_only() {
        let tls = |text: &str, plain: bool| Server::parse(text, plain).map(|s| (s.tls, s.port)).unwrap();
        assert_eq!(tls("smtp://mail.example", false), (Tls::Required, 587));
        assert_eq!(tls("smtp://mail.example:2525", true), (Tls::IfOffered, 2525));
        assert_eq!(tls("smtps://mail.example", false), (Tls::Implicit, 465));
        assert_eq!(tls("smtp://127.0.0.1:1025", false), (Tls::IfOffered, 1025));
        assert_eq!(tls("smtp://[::1]:1025", false), (Tls::IfOffered, 1025));
    }

    #[test]
    fn other_addresses_are_refused_in_words() {
        for bad in
            ["", "mail.example", "http://mail.example", "smtp://", "smtp://u:p@mail.example", "smtp://a.example/x"]
        {
            assert!(Server::parse(bad, false).is_err(), "{bad}");
        }
    }
}
