//! What people prove themselves with: a password, and a second factor that works once.
//!
//! Each change ends every session of the person and is an event of the house.

mod change;
mod holder;
mod password;
mod qr;
mod recovery_code;
mod second_factor;
mod totp;
mod weak;

pub use change::{change_password, new_recovery_codes, replace_second_factor};
pub(crate) use change::{credentials_changed, offered_in, showing, wrong_code};
pub(crate) use holder::Holder;
pub use password::{PASSWORD_MIN, PasswordHash, Passwords, check_password};
pub use qr::qr_path;
pub(crate) use second_factor::{SecondFactor, prove, second_factor, store_codes, store_second_factor};
pub use totp::TotpSecret;
pub use weak::{CONTEXT_WORDS, Context};

use crate::AccountError;
use crate::person::{self, PersonState};
use db::{Db, Tx, execute, fetch_optional, stmt};
use domain::PersonId;
use seal::field;
use std::net::{IpAddr, Ipv4Addr};
use web::limit::Try;
use web::security::{self, Subject};

const ANYWHERE: IpAddr = IpAddr::V4(Ipv4Addr::UNSPECIFIED);

/// The stored hash of a person, if they have one.
pub(crate) async fn stored_password(
    tx: &mut Tx,
    db: &Db,
    person: PersonId,
) -> Result<Option<PasswordHash>, AccountError> {
    let row =
        fetch_optional!(tx, (Option<Vec<u8>>,), stmt!("SELECT password FROM people WHERE id = $1"), person.uuid())?;
    let (Some((Some(sealed),)), Some(key)) = (row, db.keys().person(tx, person).await?) else { return Ok(None) };
    let plain = key.open(field::PERSON_CREDENTIAL, person.uuid(), 0, &sealed).map_err(db::DbError::from)?;
    let hash =
        serde_json::from_slice(&plain).map_err(|e| AccountError::inconsistent(format!("password of {person}: {e}")))?;
    Ok(Some(hash))
}

/// Stores a new password hash.
pub(crate) async fn store_password(
    tx: &mut Tx,
    db: &Db,
    person: PersonId,
    hash: &PasswordHash,
) -> Result<(), AccountError> {
    let Some(key) = db.keys().person(tx, person).await? else { return Err(AccountError::NotFound) };
    let plain = serde_json::to_vec(hash).map_err(|e| AccountError::inconsistent(e.to_string()))?;
    let sealed = key.seal(field::PERSON_CREDENTIAL, person.uuid(), 0, &plain, db.ambient().random.as_ref());
    execute!(tx, stmt!("UPDATE people SET password = $1, version = version + 1 WHERE id = $2"), sealed, person.uuid())?;
    Ok(())
}

/// The stored hash that `typed` fits, if it is the password of `person`. What rests on it asks [`unchanged`] in its write.
pub(crate) async fn fitting_password(
    accounts: &crate::Accounts,
    person: PersonId,
    typed: &str,
) -> Result<Option<PasswordHash>, AccountError> {
    let mut tx = accounts.db().read().await?;
    let stored = stored_password(&mut tx, accounts.db(), person).await?;
    drop(tx);
    let fits = accounts.passwords().verify(typed, stored.clone()).await?;
    Ok(stored.filter(|_| fits))
}

/// Whether a person can still sign in and has the password that was checked, holding them until the write ends: checking
/// takes a while, and meanwhile they may have been shut out or have changed it.
pub(crate) async fn unchanged(
    tx: &mut Tx,
    db: &Db,
    person: PersonId,
    seen: &PasswordHash,
) -> Result<bool, AccountError> {
    let active = person::lock(tx, person).await? == Some(PersonState::Active);
    Ok(active && stored_password(tx, db, person).await?.as_ref() == Some(seen))
}

/// Whether somebody behind a mailed link may try a password or a code of `holder` now. Its holder may come
/// from anywhere, so there is one budget of failures for all networks, and for passwords and codes together.
/// Keep what is given until the outcome is counted.
pub(crate) fn may_try_behind_link(accounts: &crate::Accounts, holder: Holder) -> Result<Try, AccountError> {
    let now = accounts.db().ambient().now();
    accounts.sign_ins().check(&behind_link(holder), ANYWHERE, now).map_err(|wait| AccountError::Wait(wait.seconds))
}

/// Counts a try that [`may_try_behind_link`] let through.
pub(crate) fn tried_behind_link(accounts: &crate::Accounts, holder: Holder, good: bool) {
    let (now, account) = (accounts.db().ambient().now(), behind_link(holder));
    if good {
        accounts.sign_ins().succeeded(&account, ANYWHERE, now);
    } else {
        let subject = match holder {
            Holder::Staff(person) => Subject::Person(person),
            Holder::Researcher(_) => Subject::Researcher,
        };
        security::refused("proof behind a link refused", subject, None);
        accounts.sign_ins().failed(&account, ANYWHERE, now);
    }
}

fn behind_link(holder: Holder) -> String {
    format!("link {}", holder.id())
}
