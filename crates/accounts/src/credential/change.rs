//! Changing credentials from the inside: a new password, a new authenticator, new recovery codes.
//!
//! All three sign the person out everywhere and open one new session for the browser that did it.

use super::{Holder, PasswordHash, SecondFactor, TotpSecret, second_factor, store_password, store_second_factor};
use crate::notice::{Notice, tell};
use crate::session::{self, NewSession};
use crate::{AccountError, person};
use data_encoding::HEXLOWER;
use db::{Db, Tx, event};
use domain::{PersonId, SessionId};
use serde_json::json;

/// Records a change of credentials and ends every session of the person.
pub(crate) async fn credentials_changed(
    tx: &mut Tx,
    db: &Db,
    person: PersonId,
    kind: &'static str,
    by: Option<PersonId>,
) -> Result<(), AccountError> {
    let ended = session::end_all(tx, person).await?;
    let data = json!({ "person": person.to_string(), "sessions_ended": ended });
    event::append_house(tx, db.keys(), db.ambient(), kind, by.map(PersonId::uuid), data).await?;
    let notice = match kind {
        "password_changed" => Notice::Password,
        "second_factor_replaced" => Notice::Authenticator,
        "recovery_codes_replaced" => Notice::RecoveryCodes,
        // The first ones of an account are no news to whoever sets it up.
        _ => return Ok(()),
    };
    Ok(tell(tx, db, (Holder::Staff(person), notice)).await?)
}

/// Sets a new password that was hashed before.
pub async fn change_password(
    tx: &mut Tx,
    db: &Db,
    person: PersonId,
    hash: &PasswordHash,
) -> Result<NewSession, AccountError> {
    store_password(tx, db, person, hash).await?;
    credentials_changed(tx, db, person, "password_changed", Some(person)).await?;
    session::open_staff_session(tx, db, person).await
}

/// The authenticator offered on one showing of a page: another one each time, so that whoever holds a stolen cookie and
/// looks at the page learns nothing of what its owner takes. `showing` is by chance and comes back with the form.
pub(crate) fn offered_in(db: &Db, session: SessionId, showing: &str) -> TotpSecret {
    TotpSecret::offered(db.keys(), &[b"session", session.uuid().as_bytes(), showing.as_bytes()])
}

/// A new showing.
pub(crate) fn showing(db: &Db) -> String {
    HEXLOWER.encode(&db.ambient().bytes::<16>())
}

/// Replaces the authenticator by the offered one, proved by a code of it. Gives the new session and the
/// new recovery codes.
pub async fn replace_second_factor(
    tx: &mut Tx,
    db: &Db,
    person: PersonId,
    secret: &TotpSecret,
    typed: &str,
) -> Result<(NewSession, Vec<String>), AccountError> {
    let Some(step) = secret.step_of(typed.trim(), db.ambient().now(), 0) else { return Err(wrong_code()) };
    let (factor, codes) = SecondFactor::new(db, person, secret);
    store_second_factor(tx, db, Holder::Staff(person), &factor, step).await?;
    credentials_changed(tx, db, person, "second_factor_replaced", Some(person)).await?;
    Ok((session::open_staff_session(tx, db, person).await?, codes))
}

/// Ten new recovery codes in place of the old ones.
pub async fn new_recovery_codes(
    tx: &mut Tx,
    db: &Db,
    person: PersonId,
) -> Result<(NewSession, Vec<String>), AccountError> {
    // Nobody replaces the authenticator between here and the write of what is read.
    person::lock(tx, person).await?;
    let Some(old) = second_factor(tx, db, Holder::Staff(person)).await? else { return Err(AccountError::NotFound) };
    let (factor, codes) = SecondFactor::new(db, person, &old.secret());
    super::store_codes(tx, db, Holder::Staff(person), &factor).await?;
    credentials_changed(tx, db, person, "recovery_codes_replaced", Some(person)).await?;
    Ok((session::open_staff_session(tx, db, person).await?, codes))
}

/// What is said about a code that does not fit, the same everywhere.
pub(crate) fn wrong_code() -> AccountError {
    AccountError::invalid(
        "code",
        "This is not the code your app shows now. Check the clock of your phone and type the next one.",
    )
}
