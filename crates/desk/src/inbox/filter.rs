//! What of the list is wanted.

use domain::{PersonId, Severity};

/// Which states.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum StateFilter {
    /// Work is left.
    #[default]
    Open,
    /// Done.
    Closed,
    /// Both, newest first.
    All,
    /// One state by its word.
    One(String),
}

/// Every filter; all that are set must hold.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    /// Type of case.
    pub kind: Option<String>,
    /// States.
    pub state: StateFilter,
    /// Severity in force: ours, else the reporter's.
    pub severity: Option<Severity>,
    /// Who works on it.
    pub assignee: Option<PersonId>,
    /// Nobody works on it.
    pub unowned: bool,
    /// Whether we wait for the reporter.
    pub waiting: Option<bool>,
    /// Due before now.
    pub late: bool,
}

impl StateFilter {
    /// From the word in an address; empty is the open ones.
    pub fn of(word: &str) -> Self {
        match word.trim() {
            "" | "open" => Self::Open,
            "closed" => Self::Closed,
            "all" => Self::All,
            other => Self::One(other.to_owned()),
        }
    }

    /// Newest first instead of due first.
    pub(super) fn newest_first(&self) -> bool {
        match self {
            Self::Closed | Self::All => true,
            Self::One(word) => word == "closed",
            Self::Open => false,
        }
    }
}
