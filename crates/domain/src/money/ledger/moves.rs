//! What can happen to a programme's money, as it is stored.

use crate::money::Money;
use crate::words::words;
use crate::{CaseId, PersonId, RewardId};
use serde::{Deserialize, Serialize};

words! {
    "purpose"
    /// What a reward is for.
    pub enum Purpose {
        /// The finding.
        Finding = "finding",
        /// Something beside the table: a good report, a hard find.
        Bonus = "bonus",
        /// Trying the fix.
        Retest = "retest",
    }
}

words! {
    "step"
    /// What happens to one part of a reward.
    pub enum Step {
        /// It was handed to whoever pays.
        Export = "export",
        /// It arrived.
        Pay = "pay",
        /// It did not arrive, or came back: it is owed again.
        Fail = "fail",
        /// It is not owed any more.
        Cancel = "cancel",
    }
}

/// Why an award may be paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "how", rename_all = "snake_case")]
pub enum Approval {
    /// A second person said so.
    Person {
        /// Who; never who awarded it.
        by: PersonId,
    },
    /// The whole of it is not above the sum from which a second person is asked.
    Threshold {
        /// That sum, as it was then.
        threshold: Money,
    },
}

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Move {
    /// The owner puts more at the programme's disposal.
    Granted {
        /// So much more.
        amount: Money,
    },
    /// The owner takes back what nobody has spoken for.
    TakenBack {
        /// So much less.
        amount: Money,
    },
    /// From now on so much is expected for a case, whatever was before. Nothing: the reserve is given up.
    Reserved {
        /// The case.
        case: CaseId,
        /// So much.
        amount: Money,
    },
    /// A reward is awarded. It uses up the case's reserve before anything else.
    Awarded {
        /// Its id: new.
        reward: RewardId,
        /// For this case.
        case: CaseId,
        /// For what.
        purpose: Purpose,
        /// What each of those who share it gets, each more than nothing. Whose share comes to nothing has no part.
        parts: Vec<Money>,
        /// Who decided it.
        by: PersonId,
    },
    /// An award may be paid; once.
    Approved {
        /// The reward.
        reward: RewardId,
        /// Why.
        approval: Approval,
    },
    /// One part of a reward goes its way.
    Payment {
        /// The reward.
        reward: RewardId,
        /// Which part, from 0.
        part: usize,
        /// What happened to it.
        step: Step,
    },
}
