//! The platforms' words for kinds of assets.

use crate::scope::Kind;

/// The kind behind a platform's word. Where the word says only "website", the identifier says which kind of address.
pub(super) fn kind(word: &str, identifier: &str) -> Kind {
    let word: String = word.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    match word.as_str() {
        "url" | "website" | "web" | "webapplication" | "domain" => address(identifier),
        "wildcard" => Kind::Wildcard,
        "api" => Kind::Api,
        "cidr" | "iprange" | "ipaddress" | "network" => Kind::Cidr,
        "ios" | "applestoreappid" | "otheripa" | "testflight" | "mobileapplicationios" => Kind::Ios,
        "android" | "googleplayappid" | "otherapk" | "mobileapplicationandroid" => Kind::Android,
        "mobile" | "mobileapplication" => store(identifier),
        "sourcecode" | "opensource" | "repository" => Kind::Repository,
        "downloadableexecutables" | "executable" | "desktop" | "application" | "windowsappstoreappid" => {
            Kind::Executable
        }
        "hardware" | "iot" | "device" => Kind::Hardware,
        "aimodel" | "ai" | "llm" => Kind::AiModel,
        _ => Kind::Other,
    }
}

fn address(identifier: &str) -> Kind {
    let rest = identifier.trim();
    let after_scheme = rest.split_once("://").map_or(rest, |(_, rest)| rest);
    let host = after_scheme.split('/').next().unwrap_or_default();
    if host.contains('*') {
        Kind::Wildcard
    } else if rest.contains("://") || after_scheme.contains('/') {
        Kind::Url
    } else if host.contains('.') && !host.contains(char::is_whitespace) {
        Kind::Domain
    } else {
        Kind::Other
    }
}

fn store(identifier: &str) -> Kind {
    if identifier.contains("apple.com/") {
        Kind::Ios
    } else if identifier.contains("play.google.com/") {
        Kind::Android
    } else {
        Kind::Other
    }
}
