//! The second factor of a researcher who wants one: set up, replaced and dropped by themselves with what they have,
//! or taken off by the desk once it knows who asks. Each change ends their sessions and is told by mail.

use super::{by_address, load};
use crate::credential::{
    Holder, SecondFactor, TotpSecret, prove, second_factor, store_codes, store_second_factor, wrong_code,
};
use crate::notice::{Notice, tell};
use crate::session::{self, NewSession, end_all_of_researcher, open_researcher_session};
use crate::{AccountError, Accounts};
use db::{Db, Tx, event, execute, fetch_optional, stmt};
use domain::{PersonId, SessionId, TeamText};
use mail::MailAddress;
use serde_json::json;

/// What somebody signed in wants.
pub(crate) enum Wish {
    /// This authenticator, which shows this code now; in place of the one before, if there is one.
    Set(TotpSecret, String),
    /// Other recovery codes.
    Codes,
    /// No second factor any more.
    Drop,
}

/// Does it. `present` is a code of the authenticator before, or a recovery code; nothing asks for it where there is
/// none. Gives a new session, since all before end, and the recovery codes to be shown once.
///
/// [`AccountError::NotFound`] unless the session began just now, [`AccountError::Refused`] when `present` proves nothing.
pub(crate) async fn change(
    tx: &mut Tx,
    db: &Db,
    (person, session): (PersonId, SessionId),
    (wish, present): (Wish, &str),
) -> Result<(NewSession, Vec<String>), AccountError> {
    let (holder, now) = (Holder::Researcher(person), db.ambient().now());
    lock(tx, person).await?;
    if !session::is_fresh(tx, (person, session), now).await? {
        return Err(AccountError::NotFound);
    }
    let step = match &wish {
        Wish::Set(secret, typed) => secret.step_of(typed.trim(), now, 0).ok_or_else(wrong_code)?,
        Wish::Codes | Wish::Drop => 0,
    };
    let before = second_factor(tx, db, holder).await?;
    if before.is_some() && !prove(tx, db, holder, present).await? {
        return Err(AccountError::Refused);
    }
    let (codes, kind, notice) = match (&wish, before) {
        (Wish::Set(secret, _), before) => {
            let (factor, codes) = SecondFactor::new(db, person, secret);
            store_second_factor(tx, db, holder, &factor, step).await?;
            let notice = if before.is_some() { Notice::Authenticator } else { Notice::FactorSet };
            (codes, "researcher_factor_set", notice)
        }
        (Wish::Codes, Some(before)) => {
            let (factor, codes) = SecondFactor::new(db, person, &before.secret());
            store_codes(tx, db, holder, &factor).await?;
            (codes, "researcher_codes_made", Notice::RecoveryCodes)
        }
        (Wish::Drop, Some(_)) => {
            remove(tx, person).await?;
            (Vec::new(), "researcher_factor_dropped", Notice::FactorOff)
        }
        (Wish::Codes | Wish::Drop, None) => return Err(AccountError::Changed),
    };
    let ended = end_all_of_researcher(tx, person).await?;
    let data = json!({ "person": person.to_string(), "sessions_ended": ended });
    event::append_house(tx, db.keys(), db.ambient(), kind, Some(person.uuid()), data).await?;
    tell(tx, db, (holder, notice)).await?;
    Ok((open_researcher_session(tx, db, person).await?, codes))
}

/// Takes a second factor off for somebody who lost it, after a person of the house has found out who asks and says how.
/// Their sessions end; the link in a letter alone signs them in again.
pub async fn take_off(
    tx: &mut Tx,
    db: &Db,
    person: PersonId,
    (by, reason): (PersonId, &TeamText),
) -> Result<(), AccountError> {
    lock(tx, person).await?;
    if !remove(tx, person).await? {
        return Err(AccountError::Changed);
    }
    let ended = end_all_of_researcher(tx, person).await?;
    let data = json!({ "person": person.to_string(), "reason": reason.as_str(), "sessions_ended": ended });
    event::append_house(tx, db.keys(), db.ambient(), "researcher_factor_lifted", Some(by.uuid()), data).await?;
    Ok(tell(tx, db, (Holder::Researcher(person), Notice::FactorOff)).await?)
}

/// The account of this address, when its sign-in asks for a code.
pub async fn guarded(tx: &mut Tx, db: &Db, address: &MailAddress) -> Result<Option<PersonId>, AccountError> {
    let Some(id) = by_address(tx, db.keys(), address).await? else { return Ok(None) };
    Ok(load(tx, db.keys(), id).await?.filter(|found| found.guarded).map(|found| found.id))
}

/// How many recovery codes are left.
pub(crate) async fn codes_left(accounts: &Accounts, person: PersonId) -> Result<usize, AccountError> {
    let mut tx = accounts.db().read().await?;
    let factor = second_factor(&mut tx, accounts.db(), Holder::Researcher(person)).await?;
    Ok(factor.map_or(0, |factor| factor.codes_left()))
}

/// Holds the account until the write ends.
async fn lock(tx: &mut Tx, person: PersonId) -> Result<(), AccountError> {
    let row = fetch_optional!(
        tx,
        (i64,),
        stmt!(
            sqlite: "SELECT version FROM researchers WHERE id = $1 AND state = 'active'",
            pg: "SELECT version FROM researchers WHERE id = $1 AND state = 'active' FOR NO KEY UPDATE",
        ),
        person.uuid()
    )?;
    row.map(|_| ()).ok_or(AccountError::NotFound)
}

/// False when there was none.
async fn remove(tx: &mut Tx, person: PersonId) -> Result<bool, AccountError> {
    let statement = stmt!(
        "UPDATE researchers SET totp = NULL, totp_step = 0, version = version + 1 WHERE id = $1 AND totp IS NOT NULL"
    );
    Ok(execute!(tx, statement, person.uuid())? == 1)
}
