//! The platforms' words for kinds of assets.

use crate::scope::Kind;
use core::net::IpAddr;

/// The kind behind a platform's word, and whether the word says what the kind says. Where the word says only
/// "website", the identifier says which kind of address. Words (letters and digits, lower case) of HackerOne
/// (`structured_scope.asset_type`), Bugcrowd (`category`), Intigriti (`typeId` as bounty-targets-data names it),
/// `YesWeHack` (`scope_type`), Federacy (`scope_type`).
pub(super) fn kind(word: &str, identifier: &str) -> (Kind, bool) {
    let word: String = word.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    let kind = match word.as_str() {
        "" | "url" | "website" | "web" | "webapplication" | "webapp" | "domain" | "host" => address(identifier),
        "wildcard" | "subdomains" => Kind::Wildcard,
        "api" | "apiendpoint" | "graphql" => Kind::Api,
        "cidr" | "iprange" | "ipaddress" | "ip" | "network" | "infrastructure" => network(identifier),
        "ios" | "applestoreappid" | "otheripa" | "testflight" | "mobileapplicationios" | "mobileios" => Kind::Ios,
        "android" | "googleplayappid" | "otherapk" | "mobileapplicationandroid" | "mobileandroid" => Kind::Android,
        "mobile" | "mobileapplication" => store(identifier),
        "sourcecode" | "opensource" | "repository" | "code" => Kind::Repository,
        "downloadableexecutables"
        | "executable"
        | "desktop"
        | "desktopapplication"
        | "application"
        | "windowsappstoreappid"
        | "software" => Kind::Executable,
        "hardware" | "iot" | "device" | "hardwareiot" => Kind::Hardware,
        "aimodel" | "ai" | "llm" => Kind::AiModel,
        "other" => Kind::Other,
        _ => return (Kind::Other, false),
    };
    (kind, true)
}

fn address(identifier: &str) -> Kind {
    let rest = identifier.trim();
    let after_scheme = rest.split_once("://").map_or(rest, |(_, rest)| rest);
    let host = after_scheme.split('/').next().unwrap_or_default();
    if is_network(rest) {
        Kind::Cidr
    } else if host.contains('*') {
        Kind::Wildcard
    } else if rest.contains("://") || after_scheme.contains('/') {
        Kind::Url
    } else if host.contains('.') && !host.contains(char::is_whitespace) {
        Kind::Domain
    } else {
        Kind::Other
    }
}

/// `192.0.2.1` or `192.0.2.0/24`.
fn is_network(text: &str) -> bool {
    let (address, bits) = text.split_once('/').map_or((text, None), |(address, bits)| (address, Some(bits)));
    address.parse::<IpAddr>().is_ok() && bits.is_none_or(|bits| bits.parse::<u8>().is_ok())
}

/// "Network" is also written over names of hosts.
fn network(identifier: &str) -> Kind {
    match address(identifier) {
        found @ (Kind::Domain | Kind::Wildcard | Kind::Url)
            if !identifier.starts_with(|c: char| c.is_ascii_digit()) =>
        {
            found
        }
        _ => Kind::Cidr,
    }
}

fn store(identifier: &str) -> Kind {
    let number = identifier.strip_prefix("id").unwrap_or(identifier);
    if identifier.contains("apple.com/") || (!number.is_empty() && number.bytes().all(|b| b.is_ascii_digit())) {
        Kind::Ios
    } else if identifier.contains("play.google.com/") || is_package(identifier) {
        Kind::Android
    } else {
        Kind::Other
    }
}

/// The first parts of the names of packages: countries and the general ones.
const BEGINNINGS: [&str; 12] = ["com", "org", "net", "io", "app", "dev", "me", "eu", "gov", "edu", "info", "mobi"];

/// `com.example.app`: a name that begins where the name of a host ends. Apple's stores know their apps by numbers.
fn is_package(identifier: &str) -> bool {
    let plain = identifier.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b));
    let parts: Vec<&str> = identifier.split('.').collect();
    let begins =
        |part: &&str| BEGINNINGS.contains(part) || (part.len() == 2 && part.bytes().all(|b| b.is_ascii_lowercase()));
    let (first, last) = (parts.first(), parts.last());
    plain && parts.len() > 1 && first.is_some_and(begins) && !last.is_some_and(begins)
}
