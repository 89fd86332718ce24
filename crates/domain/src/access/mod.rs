//! Who may do what: roles, permissions, scopes and the one function that decides.
//!
//! A grant is a role in a scope. The database asks the same question in SQL for its lists, and a
//! property test there holds the two answers equal; the table itself is a snapshot here.

mod decide;
mod permission;
mod role;

pub use decide::{Actor, CaseFacts, Grant, Scope, Who, may, may_follow, may_house};
pub use permission::Permission;
pub use role::Role;

use crate::words::words;

words! {
    "desk"
    /// A part of the house with its own kinds of case.
    pub enum Desk {
        /// Reports of vulnerabilities in our own things.
        Bounty = "bounty",
        /// Vulnerabilities we tell others about.
        Disclosure = "disclosure",
        /// Questions and documents for customers.
        Trust = "trust",
        /// Requests about personal data.
        Privacy = "privacy",
        /// Reports of harmful model behaviour.
        Safety = "safety",
        /// Access for researchers.
        Research = "research",
    }
}

#[cfg(test)]
mod tests;
