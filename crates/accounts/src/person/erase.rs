//! Whether somebody may be erased. The erasure itself is the desk's, since it also touches cases.

use super::grants::{is_last_owner, keep_an_owner_without};
use crate::AccountError;
use db::Tx;
use domain::PersonId;

/// Refuses to erase the last owner who can sign in, and oneself: whoever erases themselves would sign an
/// order that nobody is left to answer for. Call it in the write that erases, so that two owners cannot
/// erase each other at the same time.
pub async fn check_erasure(tx: &mut Tx, person: PersonId, by: Option<PersonId>) -> Result<(), AccountError> {
    if by == Some(person) {
        return Err(AccountError::Yourself);
    }
    keep_an_owner_without(tx, person).await
}

/// What [`check_erasure`] would say now: for a page that is read, not for the write.
pub async fn foresee_erasure(tx: &mut Tx, person: PersonId, by: PersonId) -> Result<(), AccountError> {
    if by == person {
        return Err(AccountError::Yourself);
    }
    if is_last_owner(tx, person).await? { Err(AccountError::LastOwner) } else { Ok(()) }
}
