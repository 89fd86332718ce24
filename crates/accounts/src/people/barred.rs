//! A press that would leave restricted cases to nobody: it is said how many, and asked again. Somebody whose account
//! was taken over must still be shut out at once.

use crate::AccountError;
use crate::authenticator::sentence;
use crate::person::Before;
use db::Tx;
use domain::PersonId;
use web::Form;

/// What was not done yet, as its form is shown again.
pub(super) struct Barred {
    pub(super) why: String,
    /// Where its form goes: `/roles/remove` or `/disable`.
    pub(super) action: &'static str,
    pub(super) button: &'static str,
    pub(super) role: String,
    pub(super) scope: String,
}

impl Barred {
    pub(super) fn role(error: &AccountError, form: &Form) -> Self {
        let (action, button) = ("/roles/remove", "Take the role away all the same");
        let (role, scope) = (form.value("role").to_owned(), form.value("scope").to_owned());
        Self { why: sentence(&error.to_string()), action, button, role, scope }
    }

    pub(super) fn shutting_out(error: &AccountError) -> Self {
        let (action, button) = ("/disable", "Shut out all the same");
        Self { why: sentence(&error.to_string()), action, button, role: String::new(), scope: String::new() }
    }
}

/// What to compare with after the write, unless it was confirmed.
pub(super) async fn before(tx: &mut Tx, person: PersonId, confirmed: bool) -> Result<Option<Before>, AccountError> {
    if confirmed { Ok(None) } else { Before::of(tx, person).await.map(Some) }
}

/// Refuses what leaves cases to nobody and was not confirmed.
pub(super) async fn check(tx: &mut Tx, before: Option<Before>) -> Result<(), AccountError> {
    match before {
        Some(before) => before.check(tx).await,
        None => Ok(()),
    }
}
