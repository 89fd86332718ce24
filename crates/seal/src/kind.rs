//! What a data key is for. The number is stored and bound into the wrapped bytes, so a key of one kind
//! cannot be put in the place of another.

/// The kinds of data keys; see `docs/adr` on keys for who holds what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum KeyKind {
    /// HMAC of search terms, sealing of postings. One in the house.
    Index,
    /// HMAC of return codes, API tokens, sign-in links and sessions. One in the house.
    Token,
    /// Settings, audit notes, jobs and whatever belongs to no case or person. One in the house.
    House,
    /// Reports, messages, evidence of one case. Destroyed when the case is erased.
    Case,
    /// Name, contact, credit, addresses of one person. Destroyed when the person is erased.
    Person,
    /// The seed of a log's Ed25519 key. One an epoch.
    LogSigning,
    /// Drafts that are no case yet.
    Draft,
}

impl KeyKind {
    /// All kinds, by number.
    pub const ALL: [KeyKind; 7] = [
        KeyKind::Index,
        KeyKind::Token,
        KeyKind::House,
        KeyKind::Case,
        KeyKind::Person,
        KeyKind::LogSigning,
        KeyKind::Draft,
    ];

    /// The stored number, 1 to 7; never reused.
    pub const fn as_i64(self) -> i64 {
        self.number() as i64
    }

    /// The kind with this number, if there is one.
    pub fn from_i64(number: i64) -> Option<KeyKind> {
        KeyKind::ALL.into_iter().find(|kind| kind.as_i64() == number)
    }

    /// A word for logs and pages.
    pub const fn as_str(self) -> &'static str {
        match self {
            KeyKind::Index => "index",
            KeyKind::Token => "token",
            KeyKind::House => "house",
            KeyKind::Case => "case",
            KeyKind::Person => "person",
            KeyKind::LogSigning => "log-signing",
            KeyKind::Draft => "draft",
        }
    }

    pub(crate) const fn number(self) -> u8 {
        match self {
            KeyKind::Index => 1,
            KeyKind::Token => 2,
            KeyKind::House => 3,
            KeyKind::Case => 4,
            KeyKind::Person => 5,
            KeyKind::LogSigning => 6,
            KeyKind::Draft => 7,
        }
    }
}
