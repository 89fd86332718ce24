//! The actions of an appeal and the reading of their inputs.

use crate::ReporterText;
use crate::case::{Inputs, Refused};
use crate::words::words;

words! {
    "action"
    /// Name of an action, as in URLs.
    pub enum ActionName {
        /// The close stands.
        Uphold = "uphold",
        /// The case is opened again.
        Grant = "grant",
        /// Take the appeal back, as the reporter.
        Withdraw = "withdraw",
        /// Record the first message of the team to the reporter.
        FirstResponse = "first-response",
        /// End it because the case was opened again without it.
        Overtake = "overtake",
    }
}

/// An action with its checked input.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the variants are those of ActionName, the fields those of the form")]
pub enum Action {
    Uphold { reason: ReporterText },
    Grant { reason: ReporterText },
    Withdraw { reason: Option<ReporterText> },
    FirstResponse,
    Overtake,
}

const WHY: &str = "Say why, in words the reporter will read.";

impl Action {
    /// Reads the input of the action with this name.
    pub fn parse(name: ActionName, mut input: Inputs) -> Result<Self, Refused> {
        let action = match name {
            ActionName::Uphold => Self::Uphold { reason: input.needed_text("reason", WHY)? },
            ActionName::Grant => Self::Grant { reason: input.needed_text("reason", WHY)? },
            ActionName::Withdraw => Self::Withdraw { reason: input.text("reason")? },
            ActionName::FirstResponse => Self::FirstResponse,
            ActionName::Overtake => Self::Overtake,
        };
        input.finish()?;
        Ok(action)
    }

    /// Its name.
    pub const fn name(&self) -> ActionName {
        match self {
            Self::Uphold { .. } => ActionName::Uphold,
            Self::Grant { .. } => ActionName::Grant,
            Self::Withdraw { .. } => ActionName::Withdraw,
            Self::FirstResponse => ActionName::FirstResponse,
            Self::Overtake => ActionName::Overtake,
        }
    }
}
