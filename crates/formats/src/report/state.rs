//! Where a report stood and how it ended, in the words of the vulnerability desk, and the platforms' words for it.
//!
//! The mapping follows Vultron's report management: what is only received is `new`, what was found valid `triaged`,
//! what is to be fixed `accepted`; every close has its outcome. Duplicates and waiting on the reporter are no states.

use serde::{Deserialize, Serialize};

/// Where a report stood.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Received, not judged (R).
    #[default]
    New,
    /// Found valid (V).
    Triaged,
    /// To be fixed (A).
    Accepted,
    /// Said to be fixed (A).
    Fixed,
    /// The fix is being tried (A).
    Retest,
    /// Done (C).
    Closed,
}

/// How a report ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Fixed.
    Resolved,
    /// Known already.
    Duplicate,
    /// Of use, nothing to fix.
    Informative,
    /// Real, and left as it is on purpose.
    AcceptedRisk,
    /// Could not be seen.
    NotReproducible,
    /// Not about a thing the programme covers.
    OutOfScope,
    /// No vulnerability.
    NotApplicable,
    /// No honest report.
    Spam,
    /// Taken back.
    Withdrawn,
}

impl State {
    /// Every state.
    pub const ALL: [Self; 6] = [Self::New, Self::Triaged, Self::Accepted, Self::Fixed, Self::Retest, Self::Closed];

    /// Snake case.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Triaged => "triaged",
            Self::Accepted => "accepted",
            Self::Fixed => "fixed",
            Self::Retest => "retest",
            Self::Closed => "closed",
        }
    }

    /// The state of Vultron's report management, as its letter.
    pub const fn letter(self) -> char {
        match self {
            Self::New => 'R',
            Self::Triaged => 'V',
            Self::Accepted | Self::Fixed | Self::Retest => 'A',
            Self::Closed => 'C',
        }
    }
}

impl Outcome {
    /// Every outcome.
    pub const ALL: [Self; 9] = [
        Self::Resolved,
        Self::Duplicate,
        Self::Informative,
        Self::AcceptedRisk,
        Self::NotReproducible,
        Self::OutOfScope,
        Self::NotApplicable,
        Self::Spam,
        Self::Withdrawn,
    ];

    /// Snake case.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Resolved => "resolved",
            Self::Duplicate => "duplicate",
            Self::Informative => "informative",
            Self::AcceptedRisk => "accepted_risk",
            Self::NotReproducible => "not_reproducible",
            Self::OutOfScope => "out_of_scope",
            Self::NotApplicable => "not_applicable",
            Self::Spam => "spam",
            Self::Withdrawn => "withdrawn",
        }
    }
}

/// What a platform's word says. `outcome` only with [`State::Closed`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Standing {
    pub(super) state: State,
    pub(super) outcome: Option<Outcome>,
    pub(super) waiting: bool,
}

const fn open(state: State) -> Standing {
    Standing { state, outcome: None, waiting: false }
}

const fn closed(outcome: Outcome) -> Standing {
    Standing { state: State::Closed, outcome: Some(outcome), waiting: false }
}

/// The platforms' words, letters alone and lower case. No word means two things on two platforms.
const WORDS: &[(&str, Standing)] = &[
    ("new", open(State::New)),
    ("draft", open(State::New)),
    ("open", open(State::New)),
    ("reported", open(State::New)),
    ("triage", open(State::New)),
    ("pendingprogramreview", open(State::New)),
    ("underreview", open(State::New)),
    ("needsmoreinfo", Standing { state: State::New, outcome: None, waiting: true }),
    ("needmoreinformation", Standing { state: State::New, outcome: None, waiting: true }),
    ("awaitingfeedback", Standing { state: State::New, outcome: None, waiting: true }),
    ("triaged", open(State::Triaged)),
    ("pending", open(State::Triaged)),
    ("accepted", open(State::Accepted)),
    ("unresolved", open(State::Accepted)),
    ("fixed", open(State::Fixed)),
    ("retest", open(State::Retest)),
    ("retesting", open(State::Retest)),
    ("askforfixverification", open(State::Retest)),
    ("resolved", closed(Outcome::Resolved)),
    ("duplicate", closed(Outcome::Duplicate)),
    ("informative", closed(Outcome::Informative)),
    ("informational", closed(Outcome::Informative)),
    ("wontfix", closed(Outcome::AcceptedRisk)),
    ("acceptedrisk", closed(Outcome::AcceptedRisk)),
    ("notreproducible", closed(Outcome::NotReproducible)),
    ("outofscope", closed(Outcome::OutOfScope)),
    ("notapplicable", closed(Outcome::NotApplicable)),
    ("invalid", closed(Outcome::NotApplicable)),
    ("rtfs", closed(Outcome::OutOfScope)),
    ("spam", closed(Outcome::Spam)),
    ("withdrawn", closed(Outcome::Withdrawn)),
    ("closed", Standing { state: State::Closed, outcome: None, waiting: false }),
    ("archived", Standing { state: State::Closed, outcome: None, waiting: false }),
];

/// What a word says, whichever platform it is of.
pub(super) fn standing(word: &str) -> Option<Standing> {
    let plain: String = word.chars().filter(char::is_ascii_alphabetic).collect::<String>().to_ascii_lowercase();
    WORDS.iter().find_map(|(known, standing)| (*known == plain).then_some(*standing))
}
