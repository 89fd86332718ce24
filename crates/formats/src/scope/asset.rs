//! One row of a scope.

use serde::{Deserialize, Serialize};

/// What kind of thing an asset is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// One host.
    Domain,
    /// Hosts by pattern.
    Wildcard,
    /// An address with scheme or path.
    Url,
    /// An IP address, range or network.
    Cidr,
    /// An API, by address or name.
    Api,
    /// An app for iOS, by App Store number or bundle id.
    Ios,
    /// An app for Android, by package name.
    Android,
    /// Source code.
    Repository,
    /// A program to download.
    Executable,
    /// A device.
    Hardware,
    /// A model.
    AiModel,
    /// Anything else, by its words.
    Other,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 12] = [
        Self::Domain,
        Self::Wildcard,
        Self::Url,
        Self::Cidr,
        Self::Api,
        Self::Ios,
        Self::Android,
        Self::Repository,
        Self::Executable,
        Self::Hardware,
        Self::AiModel,
        Self::Other,
    ];

    /// Snake case.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Domain => "domain",
            Self::Wildcard => "wildcard",
            Self::Url => "url",
            Self::Cidr => "cidr",
            Self::Api => "api",
            Self::Ios => "ios",
            Self::Android => "android",
            Self::Repository => "repository",
            Self::Executable => "executable",
            Self::Hardware => "hardware",
            Self::AiModel => "ai_model",
            Self::Other => "other",
        }
    }
}

/// One row of a scope.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asset {
    /// Its kind.
    pub kind: Kind,
    /// As the programme writes it.
    pub identifier: String,
    /// `false`: an exclusion.
    pub in_scope: bool,
    /// Whether findings are rewarded, where the programme says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub eligible: Option<bool>,
    /// The highest severity that is accepted, in the programme's word.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_severity: Option<String>,
    /// The row of the reward table.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tier: Option<String>,
    /// What else is said about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

impl Asset {
    /// A row with nothing else said.
    pub fn new(kind: Kind, identifier: impl Into<String>, in_scope: bool) -> Self {
        Self {
            kind,
            identifier: identifier.into(),
            in_scope,
            eligible: None,
            max_severity: None,
            tier: None,
            note: None,
        }
    }
}
