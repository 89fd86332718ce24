//! Whose second factor it is. People of the house and researchers keep theirs in columns of the same names, so that one
//! proof, one way to spend a code and one set of recovery codes do for both.

use db::{Stmt, stmt};
use domain::PersonId;

/// Somebody who has a second factor, or may have one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Holder {
    /// Somebody of the house.
    Staff(PersonId),
    /// Somebody who reports under an account.
    Researcher(PersonId),
}

/// What is asked and written of a factor.
pub(super) struct Statements {
    /// Factor, last step and version: $1 who.
    pub(super) read: Stmt,
    /// $1 factor, $2 step, $3 who.
    pub(super) store: Stmt,
    /// $1 step, $2 who: nothing when this step or a later one was used.
    pub(super) spend_step: Stmt,
    /// $1 factor, $2 who, $3 the version it was made from: nothing when it is another.
    pub(super) spend_code: Stmt,
    /// $1 factor, $2 who.
    pub(super) store_codes: Stmt,
}

const STAFF: Statements = Statements {
    read: stmt!("SELECT totp, totp_step, version FROM people WHERE id = $1"),
    store: stmt!("UPDATE people SET totp = $1, totp_step = $2, version = version + 1 WHERE id = $3"),
    spend_step: stmt!("UPDATE people SET totp_step = $1 WHERE id = $2 AND totp_step < $1"),
    spend_code: stmt!("UPDATE people SET totp = $1, version = version + 1 WHERE id = $2 AND version = $3"),
    store_codes: stmt!("UPDATE people SET totp = $1, version = version + 1 WHERE id = $2"),
};

const RESEARCHERS: Statements = Statements {
    read: stmt!("SELECT totp, totp_step, version FROM researchers WHERE id = $1"),
    store: stmt!("UPDATE researchers SET totp = $1, totp_step = $2, version = version + 1 WHERE id = $3"),
    spend_step: stmt!("UPDATE researchers SET totp_step = $1 WHERE id = $2 AND totp_step < $1"),
    spend_code: stmt!("UPDATE researchers SET totp = $1, version = version + 1 WHERE id = $2 AND version = $3"),
    store_codes: stmt!("UPDATE researchers SET totp = $1, version = version + 1 WHERE id = $2"),
};

impl Holder {
    /// Their id.
    pub(crate) const fn id(self) -> PersonId {
        match self {
            Self::Staff(id) | Self::Researcher(id) => id,
        }
    }

    pub(super) const fn statements(self) -> &'static Statements {
        match self {
            Self::Staff(_) => &STAFF,
            Self::Researcher(_) => &RESEARCHERS,
        }
    }
}
