//! What two cases need to know of each other, in words that no type of case owns.

use super::Party;
use crate::words::words;
use crate::{CaseId, Ts};
use serde::{Deserialize, Serialize};
use serde_json::Value;

words! {
    "kind of link"
    /// What a case is to another one. A case is each of these to at most one other.
    pub enum LinkKind {
        /// An appeal against a close of it.
        Appeal = "appeal",
        /// A vulnerability that its report told of as well.
        Part = "part",
        /// A report of the same, closed as that; the other one is always the root.
        Duplicate = "duplicate",
        /// A duplicate whose reporter found it together with the other's.
        Merged = "merged",
    }
}

/// A close against which somebody may appeal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ending {
    /// Which close of the case it is, from 1: there is one appeal against each.
    pub number: u32,
    /// When.
    pub at: Ts,
    /// Who closed it: for the team only.
    pub by: Party,
    /// Word of the outcome.
    pub outcome: String,
    /// What was promised when the report came: days until a person answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_answer_days: Option<u32>,
}

/// An action on another case that is taken in the same write, or nothing of both is.
#[derive(Debug, Clone, PartialEq)]
pub struct Follow {
    /// On which.
    pub case: CaseId,
    /// Name of the action.
    pub action: &'static str,
    /// Its input.
    pub input: Value,
}
