//! What can have happened to an appeal, and who may read it.

use super::state::Ended;
use crate::case::{Audience, Party};
use crate::{CaseId, ReporterText, Ts};
use serde::{Deserialize, Serialize};

/// Something that happened. JSON is one flat object: `{"at": .., "kind": "upheld", ..}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// When; never before the event that precedes it.
    pub at: Ts,
    /// What.
    #[serde(flatten)]
    pub what: What,
}

/// The kinds of event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum What {
    /// The reporter appealed, or somebody did for them.
    Appealed {
        /// Against the close of this case.
        about: CaseId,
        /// Which close it was, from 1.
        number: u32,
        /// When that was.
        closed_at: Ts,
        /// How the case had ended: a word.
        outcome: String,
        /// What the reporter says.
        text: ReporterText,
        /// The promise that stood when the report came: days until a person answers.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        first_answer_days: Option<u32>,
    },
    /// Who closed the case and so must leave this to somebody else: for the team only.
    Barred {
        /// Them.
        by: Party,
    },
    /// Somebody decided: for the team only, as the words for the reporter follow.
    Decided {
        /// What.
        how: Ended,
        /// Who.
        by: Party,
    },
    /// The close stands.
    Upheld {
        /// Why, for the reporter.
        reason: ReporterText,
        /// Decided by the person who closed the case, a day later, because nobody else could.
        alone: bool,
    },
    /// The case is opened again.
    Granted {
        /// Why, for the reporter.
        reason: ReporterText,
        /// As of [`Self::Upheld`].
        alone: bool,
    },
    /// Taken back.
    TakenBack {
        /// Why, if the reporter says.
        reason: Option<ReporterText>,
    },
    /// The case was opened again before anybody decided.
    Overtaken,
    /// The team wrote to the reporter for the first time, by a message outside the machine.
    Responded,
}

impl What {
    /// The plain word of the kind, the same as in JSON.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Appealed { .. } => "appealed",
            Self::Barred { .. } => "barred",
            Self::Decided { .. } => "decided",
            Self::Upheld { .. } => "upheld",
            Self::Granted { .. } => "granted",
            Self::TakenBack { .. } => "taken_back",
            Self::Overtaken => "overtaken",
            Self::Responded => "responded",
        }
    }

    /// Who may read it.
    pub const fn audience(&self) -> Audience {
        match self {
            Self::Barred { .. } | Self::Decided { .. } | Self::Responded => Audience::Team,
            _ => Audience::Reporter,
        }
    }
}
