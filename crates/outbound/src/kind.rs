//! What a message can be about: one word each in the payload, one bit each in what an endpoint wants.

use domain::UnknownWord;
use std::fmt;
use std::str::FromStr;

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A report came in.
    CaseOpened,
    /// A case moved on, was closed or opened again.
    CaseState,
    /// The severity was decided anew.
    CaseSeverity,
    /// A message went to the reporter or came from them.
    CaseMessage,
    /// A case was given to somebody, or to nobody.
    CaseAssigned,
    /// A clock is nearly or wholly used up, or a case is critical or exploited.
    CaseAlarm,
    /// Somebody wants to see whether messages arrive.
    Test,
}

impl Kind {
    /// Those that an endpoint chooses from, with their bit and what the page says. Bits are stored: never renumber.
    pub const CHOICES: [(Self, i64, &'static str); 6] = [
        (Self::CaseOpened, 1, "A report comes in"),
        (Self::CaseState, 2, "A case moves on, is closed or opened again"),
        (Self::CaseSeverity, 4, "A severity is decided"),
        (Self::CaseMessage, 8, "A message goes to a reporter or comes from one"),
        (Self::CaseAssigned, 16, "A case is given to somebody"),
        (
            Self::CaseAlarm,
            32,
            "A clock has used up four fifths of its time or all of it, or a case is critical or exploited",
        ),
    ];

    /// The stored word, `type` of the payload.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CaseOpened => "case.opened",
            Self::CaseState => "case.state_changed",
            Self::CaseSeverity => "case.severity_changed",
            Self::CaseMessage => "case.message",
            Self::CaseAssigned => "case.assigned",
            Self::CaseAlarm => "case.alarm",
            Self::Test => "webhook.test",
        }
    }

    /// Its bit; 0 for those that nobody chooses.
    pub fn bit(self) -> i64 {
        Self::CHOICES.iter().find(|(kind, ..)| *kind == self).map_or(0, |(_, bit, _)| *bit)
    }

    /// Every bit.
    pub fn every() -> i64 {
        Self::CHOICES.iter().map(|(_, bit, _)| bit).sum()
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Kind {
    type Err = UnknownWord;

    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        let choices = Self::CHOICES.iter().map(|(kind, ..)| *kind);
        choices
            .chain([Self::Test])
            .find(|kind| kind.as_str() == word)
            .ok_or_else(|| UnknownWord { kind: "kind of webhook message", word: word.to_owned() })
    }
}
