//! A reward, and where each of its parts is.

use super::entry::Account;
use super::moves::{Approval, Purpose, Step};
use crate::words::words;
use crate::{CaseId, PersonId};

words! {
    "stage"
    /// How far a part is.
    pub enum Stage {
        /// Waits for approval.
        Awarded = "awarded",
        /// Owed.
        Approved = "approved",
        /// On its way.
        Exported = "exported",
        /// There.
        Paid = "paid",
        /// Not owed any more. This is the end: who is to get it after all gets another reward.
        Cancelled = "cancelled",
    }
}

impl Stage {
    /// The account its money is on.
    pub const fn account(self) -> Account {
        match self {
            Self::Awarded => Account::Awarded,
            Self::Approved => Account::Approved,
            Self::Exported => Account::Exported,
            Self::Paid => Account::Paid,
            Self::Cancelled => Account::Free,
        }
    }

    /// Where a step leads from here. `None`: there is no such step. What is on its way is not cancelled: it arrives or
    /// it fails first. A payment can fail after it arrived, since banks send back.
    pub const fn after(self, step: Step) -> Option<Self> {
        match (step, self) {
            (Step::Export, Self::Approved) => Some(Self::Exported),
            (Step::Pay, Self::Approved | Self::Exported) => Some(Self::Paid),
            (Step::Fail, Self::Exported | Self::Paid) => Some(Self::Approved),
            (Step::Cancel, Self::Awarded | Self::Approved) => Some(Self::Cancelled),
            _ => None,
        }
    }
}

/// What one of those who share a reward gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// How much, in the smallest unit of the book's currency.
    pub minor: i64,
    /// How far it is.
    pub stage: Stage,
}

/// A reward as the book knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reward {
    /// For this case.
    pub case: CaseId,
    /// For what.
    pub purpose: Purpose,
    /// Who awarded it.
    pub by: PersonId,
    /// Why it may be paid, once it may.
    pub approval: Option<Approval>,
    /// What it was awarded as, in the smallest unit: all parts, cancelled ones too.
    pub whole: i64,
    /// Its parts, in the order in which they were awarded.
    pub parts: Vec<Part>,
}

impl Reward {
    /// What is on one stage, in the smallest unit.
    pub fn at(&self, stage: Stage) -> i64 {
        self.parts.iter().filter(|part| part.stage == stage).map(|part| part.minor).sum()
    }
}
