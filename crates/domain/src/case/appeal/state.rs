//! The state of an appeal. JSON of this type is what is stored, sealed.

use crate::case::Party;
use crate::words::words;
use crate::{CaseId, PersonId, Ts};
use serde::{Deserialize, Serialize};

words! {
    "end of an appeal"
    /// How an appeal ended: a plain column.
    pub enum Ended {
        /// The close stands.
        Upheld = "upheld",
        /// The case was opened again because of it.
        Granted = "granted",
        /// Taken back.
        Withdrawn = "withdrawn",
        /// The case was opened again without it.
        Overtaken = "overtaken",
    }
}

/// An appeal, folded from its events.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    /// The case whose close it is about.
    pub about: CaseId,
    /// Which close that is, from 1.
    pub number: u32,
    /// When the case was closed.
    pub closed_at: Ts,
    /// Who closed it; known from the second event on.
    pub closed_by: Option<Party>,
    /// When the appeal came.
    pub received: Ts,
    /// Time of the last event.
    pub updated: Ts,
    /// What was promised when the report came: days until a person answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_answer_days: Option<u32>,
    /// When the team first said something.
    pub responded: Option<Ts>,
    /// Who decided, once somebody has.
    pub decided_by: Option<Party>,
    /// Where it is.
    pub stage: Stage,
}

/// Where an appeal is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Nobody has decided.
    Open,
    /// Done.
    Closed {
        /// How.
        how: Ended,
        /// When.
        at: Ts,
    },
}

impl State {
    /// The plain word of the stage.
    pub const fn word(&self) -> &'static str {
        match self.stage {
            Stage::Open => "new",
            Stage::Closed { .. } => "closed",
        }
    }

    /// The person who closed the case, if it was a person of the team.
    pub fn closer(&self) -> Option<PersonId> {
        self.closed_by.and_then(|by| by.person())
    }

    /// Whether somebody still has to decide.
    pub const fn is_open(&self) -> bool {
        matches!(self.stage, Stage::Open)
    }

    /// How it ended.
    pub const fn ended(&self) -> Option<Ended> {
        match self.stage {
            Stage::Open => None,
            Stage::Closed { how, .. } => Some(how),
        }
    }

    /// When it ended.
    pub const fn ended_at(&self) -> Option<Ts> {
        match self.stage {
            Stage::Open => None,
            Stage::Closed { at, .. } => Some(at),
        }
    }
}
