//! The fields that are registered with IANA, and words that people write for them.

/// A field by its name, in which case does not matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Name {
    /// A page that thanks reporters.
    Acknowledgments,
    /// Where the file lies.
    Canonical,
    /// Where findings go.
    Contact,
    /// The metadata of a CSAF provider (CSAF 2.0 section 7.1.8).
    Csaf,
    /// A key to write with.
    Encryption,
    /// When the file is stale.
    Expires,
    /// Open positions.
    Hiring,
    /// The rules for reporters.
    Policy,
    /// Languages that are read.
    PreferredLanguages,
}

impl Name {
    /// Every field, in the order in which we write them.
    pub const ALL: [Self; 9] = [
        Self::Contact,
        Self::Expires,
        Self::Encryption,
        Self::Acknowledgments,
        Self::PreferredLanguages,
        Self::Canonical,
        Self::Policy,
        Self::Hiring,
        Self::Csaf,
    ];

    /// The field with this name.
    pub fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.as_str().eq_ignore_ascii_case(name))
    }

    /// The name as the registry spells it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Acknowledgments => "Acknowledgments",
            Self::Canonical => "Canonical",
            Self::Contact => "Contact",
            Self::Csaf => "CSAF",
            Self::Encryption => "Encryption",
            Self::Expires => "Expires",
            Self::Hiring => "Hiring",
            Self::Policy => "Policy",
            Self::PreferredLanguages => "Preferred-Languages",
        }
    }

    /// Where it is defined.
    pub const fn section(self) -> &'static str {
        match self {
            Self::Acknowledgments => "RFC 9116 section 2.5.1",
            Self::Canonical => "RFC 9116 section 2.5.2",
            Self::Contact => "RFC 9116 section 2.5.3",
            Self::Encryption => "RFC 9116 section 2.5.4",
            Self::Expires => "RFC 9116 section 2.5.5",
            Self::Hiring => "RFC 9116 section 2.5.6",
            Self::Policy => "RFC 9116 section 2.5.7",
            Self::PreferredLanguages => "RFC 9116 section 2.5.8",
            Self::Csaf => "CSAF 2.0 section 7.1.8",
        }
    }

    /// Whether the value is one URI.
    pub const fn is_uri(self) -> bool {
        !matches!(self, Self::Expires | Self::PreferredLanguages)
    }

    /// What somebody who wrote `other` may have meant.
    pub(super) fn meant_by(other: &str) -> Option<Self> {
        let other = other.to_ascii_lowercase();
        Some(match other.trim_end_matches('s') {
            "acknowledgement" | "acknowledgment" | "acknowledge" | "hall-of-fame" => Self::Acknowledgments,
            "expire" | "expiry" | "expiration" | "expiration-date" => Self::Expires,
            "contact" | "contact-u" | "email" | "mail" => Self::Contact,
            "language" | "preferred-language" | "prefered-language" | "preferred-lang" => Self::PreferredLanguages,
            "disclosure" | "policie" | "security-policy" => Self::Policy,
            "job" | "career" => Self::Hiring,
            "key" | "pgp" | "pgp-key" | "openpgp" => Self::Encryption,
            _ => return None,
        })
    }
}
