//! Roles: what kind of work somebody does here.

use crate::words::words;

words! {
    "role"
    /// A kind of work. One person can hold several, each in its own scope.
    pub enum Role {
        /// Answers for the house: everything, keys and erasure included.
        Owner = "owner",
        /// Runs the house day by day: people, settings, tokens, and all of the case work.
        Admin = "admin",
        /// Works on cases and proposes rewards.
        Triager = "triager",
        /// Awards and approves money; sees cases without the team's notes.
        Finance = "finance",
        /// Reads everything, changes nothing.
        Auditor = "auditor",
        /// Invited to one case or programme: reads it and talks to the reporter.
        Guest = "guest",
    }
}

impl Role {
    /// One bit per role, `1 << n`, for masks in SQL. Stored in the grants, so a bit never changes its role.
    pub const fn bit(self) -> i64 {
        1 << match self {
            Self::Owner => 0,
            Self::Admin => 1,
            Self::Triager => 2,
            Self::Finance => 3,
            Self::Auditor => 4,
            Self::Guest => 5,
        }
    }
}
