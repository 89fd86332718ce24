//! The two versions of the standard that are read, and where a document says which it follows.

use super::profile;
use crate::json::Tree;

/// A version of CSAF. Where its tests differ the test asks for it; most do not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edition {
    /// <https://docs.oasis-open.org/csaf/csaf/v2.0/os/csaf-v2.0-os.html>
    V20,
    /// <https://docs.oasis-open.org/csaf/csaf/v2.1/csaf-v2.1.html>
    V21,
}

impl Edition {
    /// What `/document/csaf_version` says, or else `/$schema`; 2.0 when neither says 2.1.
    pub fn of(document: &Tree) -> Self {
        let version = document.pointer("/document/csaf_version").and_then(Tree::as_str);
        let schema = document.get("$schema").and_then(Tree::as_str).unwrap_or_default();
        let newer = version.map_or_else(|| schema.contains("/csaf/v2.1/"), |version| version == "2.1");
        if newer { Self::V21 } else { Self::V20 }
    }

    /// `2.0`, `2.1`.
    pub const fn as_str(self) -> &'static str {
        self.either("2.0", "2.1")
    }

    /// One word for 2.0, another for 2.1.
    pub(super) const fn either(self, older: &'static str, newer: &'static str) -> &'static str {
        match self {
            Self::V20 => older,
            Self::V21 => newer,
        }
    }

    /// The values of `/document/category` that name a profile.
    pub(super) const fn profiles(self) -> &'static [&'static str] {
        match self {
            Self::V20 => profile::PROFILES,
            Self::V21 => profile::PROFILES_2_1,
        }
    }
}
