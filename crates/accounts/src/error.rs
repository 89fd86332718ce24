//! What can go wrong with people, credentials and tokens.

use db::DbError;

/// A refusal or a failure. Its text may be shown, except that of [`AccountError::Store`].
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// The store failed; the text is for the log.
    #[error(transparent)]
    Store(#[from] DbError),
    /// A field that cannot be taken as it is.
    #[error("{message}")]
    Invalid {
        /// Name of the form field.
        field: &'static str,
        /// What to do about it.
        message: String,
    },
    /// No such person, session or token, or not one the caller may touch.
    #[error("there is nothing here, or it is not for you to see")]
    NotFound,
    /// The house would be left without anybody who answers for it.
    #[error("this is the last owner; make somebody else an owner first")]
    LastOwner,
    /// Nobody erases themselves.
    #[error("you cannot erase yourself; ask another owner")]
    Yourself,
    /// Restricted cases would be left that nobody may look after: how many.
    #[error("{}", unkept(*.0))]
    Unkept(usize),
    /// Only owners may make, change or remove owners.
    #[error("only an owner can change an owner")]
    OwnersOnly,
    /// The address belongs to somebody who is already here.
    #[error("this address already has an account")]
    EmailTaken,
    /// A one-time link that is unknown, spent or older than three days.
    #[error("this link was used before or is too old; ask for a new one")]
    LinkGone,
    /// Somebody changed it since the form was made.
    #[error("this was changed in another window; look at it again")]
    Changed,
    /// The code is right, and the case it opened was erased.
    #[error("this report was erased")]
    CaseErased(domain::CaseId),
    /// Wrong address, password, code or token; never says which.
    #[error("the address, the password or the code is not right")]
    Refused,
    /// Too many failures: seconds to wait before the next try is looked at.
    #[error("too many tries; wait {0} seconds and try again")]
    Wait(u64),
    /// Too many sign-ins at the same time.
    #[error("too many people are signing in just now; try again in a moment")]
    Busy,
}

impl AccountError {
    /// A field that cannot be taken.
    pub(crate) fn invalid(field: &'static str, message: impl Into<String>) -> Self {
        Self::Invalid { field, message: message.into() }
    }

    pub(crate) fn inconsistent(what: impl Into<String>) -> Self {
        Self::Store(DbError::Inconsistent(what.into()))
    }
}

fn unkept(cases: usize) -> String {
    let cases = if cases == 1 { "1 restricted case".to_owned() } else { format!("{cases} restricted cases") };
    format!("{cases} that this person is named on would be left to nobody who may look after them")
}
