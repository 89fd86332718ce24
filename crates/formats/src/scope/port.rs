//! Ports. A scheme that has a port of its own stands for it; the web's two are one where neither is named.

use super::web::Scheme;

/// The ports that an asset covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Port {
    /// A host without a scheme, hosts by a star: all ports.
    Any,
    /// An address of the web without a port, or with the one its scheme has: 80 and 443.
    Web,
    /// This one.
    Only(u16),
}

/// Where a target names neither scheme nor port, it is on the web.
pub(super) const USUAL: u16 = 443;

/// Schemes with a port of their own (the registry of the IANA).
const SCHEMES: [(&str, u16); 33] = [
    ("amqp", 5672),
    ("amqps", 5671),
    ("dns", 53),
    ("ftp", 21),
    ("ftps", 990),
    ("git", 9418),
    ("imap", 143),
    ("imaps", 993),
    ("ipp", 631),
    ("irc", 6667),
    ("ircs", 6697),
    ("ldap", 389),
    ("ldaps", 636),
    ("mongodb", 27_017),
    ("mqtt", 1883),
    ("mqtts", 8883),
    ("mysql", 3306),
    ("nfs", 2049),
    ("pop3", 110),
    ("postgres", 5432),
    ("postgresql", 5432),
    ("rdp", 3389),
    ("redis", 6379),
    ("rtsp", 554),
    ("sftp", 22),
    ("sip", 5060),
    ("sips", 5061),
    ("smb", 445),
    ("smtp", 25),
    ("smtps", 465),
    ("ssh", 22),
    ("telnet", 23),
    ("vnc", 5900),
];

/// The port of a scheme that is not the web's.
pub(super) fn of_scheme(name: &str) -> Option<u16> {
    SCHEMES.iter().find(|(known, _)| name.eq_ignore_ascii_case(known)).map(|(_, port)| *port)
}

const fn is_web(port: u16) -> bool {
    matches!(port, 80 | 443)
}

impl Port {
    /// `star`: the host is a pattern. `excludes`: what a scheme means that nobody knows is read widely.
    pub(super) fn of_asset(scheme: Scheme, port: Option<u16>, star: bool, excludes: bool) -> Self {
        match (scheme, port) {
            (Scheme::Web(usual), Some(port)) if usual == port => Self::Web,
            (_, Some(port)) | (Scheme::Other(port), None) => Self::Only(port),
            (Scheme::None, None) => Self::Any,
            (Scheme::Unknown, None) if excludes => Self::Any,
            (Scheme::Web(_) | Scheme::AnyWeb | Scheme::Unknown, None) if star => Self::Any,
            (Scheme::Web(_) | Scheme::AnyWeb | Scheme::Unknown, None) => Self::Web,
        }
    }

    pub(super) const fn covers(self, port: u16) -> bool {
        match self {
            Self::Any => true,
            Self::Web => is_web(port),
            Self::Only(own) => own == port,
        }
    }

    /// Whether it is no wider than `other`, where both cover a target. Only a port that is named is narrower than what
    /// names none: `host` and `https://host` are two spellings of one thing, whatever ports they happen to cover.
    pub(super) const fn within(self, other: Self) -> bool {
        !matches!((self, other), (Self::Any, Self::Only(_)))
    }

    pub(super) const fn is_named(self) -> bool {
        matches!(self, Self::Only(_))
    }
}
