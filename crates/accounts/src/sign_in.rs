//! Coming in: staff with password and second factor, reporters with a return code; and proving
//! oneself again before something grave.
//!
//! A wrong address, a wrong password and a wrong code give the same words. Whether there is an account shows in
//! nothing; that a password was right may show in the time of the answer, since its owner is told of the try.

use crate::credential::{Holder, PasswordHash, fitting_password, prove, stored_password, unchanged};
use crate::notice::{Notice, tell};
use crate::person::{PersonState, email_index, fold_email};
use crate::session::{self, NewSession};
use crate::{AccountError, Accounts};
use db::{fetch_optional, stmt};
use domain::{CaseId, PersonId, ReturnCode, SessionId};
use std::net::IpAddr;
use uuid::Uuid;
use web::security::{self, Subject};

/// Budget of the return door: codes have 120 bits, so one count for all of them is enough.
const RETURN_CODE: &str = "return-code";

impl Accounts {
    /// Opens a staff session. `code` is the app's code or a recovery code.
    pub async fn sign_in(
        &self,
        ip: IpAddr,
        email: &str,
        password: &str,
        code: &str,
    ) -> Result<(PersonId, NewSession), AccountError> {
        // What is no address names no account, and costs the same as one.
        let folded = fold_email(email).unwrap_or_default();
        let now = self.db().ambient().now();
        let _try = self.sign_ins().check(&folded, ip, now).map_err(|wait| {
            security::refused("sign-in put off", Subject::Nobody, Some(ip));
            AccountError::Wait(wait.seconds)
        })?;
        let known = self.find(&folded).await?;
        let mut tx = self.db().read().await?;
        let stored = match known {
            Some(person) => stored_password(&mut tx, self.db(), person).await?,
            None => None,
        };
        drop(tx);
        let fits = self.passwords().verify(password, stored.clone()).await?;
        let opened = match (known, stored.filter(|_| fits)) {
            (Some(person), Some(seen)) => {
                self.open_with_code((person, seen), code).await?.map(|session| (person, session))
            }
            _ => None,
        };
        if let Some(signed_in) = opened {
            self.sign_ins().succeeded(&folded, ip, now);
            security::done("signed in", Subject::Person(signed_in.0), Some(ip));
            Ok(signed_in)
        } else {
            self.sign_ins().failed(&folded, ip, now);
            security::refused("sign-in refused", known.map_or(Subject::Nobody, Subject::Person), Some(ip));
            Err(AccountError::Refused)
        }
    }

    async fn find(&self, folded: &str) -> Result<Option<PersonId>, AccountError> {
        let mut tx = self.db().read().await?;
        let row = fetch_optional!(
            &mut tx,
            (Uuid,),
            stmt!("SELECT id FROM people WHERE email_index = $1 AND state = $2"),
            email_index(self.db().keys(), folded),
            PersonState::Active.as_str()
        )?;
        Ok(row.map(|(id,)| PersonId::from_uuid(id)))
    }

    async fn open_with_code(
        &self,
        (person, seen): (PersonId, PasswordHash),
        code: &str,
    ) -> Result<Option<NewSession>, AccountError> {
        let (db, code) = (self.db().clone(), code.to_owned());
        self.db()
            .write(move |tx| {
                Box::pin(async move {
                    if !unchanged(tx, &db, person, &seen).await? {
                        return Ok(None);
                    }
                    if !prove(tx, &db, Holder::Staff(person), &code).await? {
                        tell(tx, &db, (Holder::Staff(person), Notice::HalfWay)).await?;
                        return Ok(None);
                    }
                    session::open_staff_session(tx, &db, person).await.map(Some)
                })
            })
            .await
    }

    /// Proves a signed-in person again, by password or code; the proof lasts ten minutes. The session goes on
    /// under another cookie value, so that one that was seen before cannot use the proof.
    pub async fn step_up(
        &self,
        ip: IpAddr,
        person: PersonId,
        session: SessionId,
        typed: &str,
    ) -> Result<NewSession, AccountError> {
        let now = self.db().ambient().now();
        let account = person.to_string();
        let _try = self.sign_ins().check(&account, ip, now).map_err(|wait| AccountError::Wait(wait.seconds))?;
        if let Some(session) = self.proved_again(person, session, typed).await? {
            self.sign_ins().succeeded(&account, ip, now);
            security::done("proved again", Subject::Person(person), Some(ip));
            return Ok(session);
        }
        self.sign_ins().failed(&account, ip, now);
        security::refused("proof refused", Subject::Person(person), Some(ip));
        Err(AccountError::Refused)
    }

    /// Both factors of a signed-in person, before one of them is changed (ASVS 7.5.1): a session that was taken over
    /// must not be made into an account.
    pub async fn prove_both(
        &self,
        ip: IpAddr,
        person: PersonId,
        password: &str,
        code: &str,
    ) -> Result<(), AccountError> {
        let (now, account) = (self.db().ambient().now(), person.to_string());
        let _try = self.sign_ins().check(&account, ip, now).map_err(|wait| AccountError::Wait(wait.seconds))?;
        if self.proved_both(person, password, code).await? {
            self.sign_ins().succeeded(&account, ip, now);
            security::done("both factors proved", Subject::Person(person), Some(ip));
            return Ok(());
        }
        self.sign_ins().failed(&account, ip, now);
        security::refused("proof of both factors refused", Subject::Person(person), Some(ip));
        Err(AccountError::Refused)
    }

    async fn proved_both(&self, person: PersonId, password: &str, code: &str) -> Result<bool, AccountError> {
        let Some(seen) = fitting_password(self, person, password).await? else { return Ok(false) };
        let (db, code) = (self.db().clone(), code.to_owned());
        self.db()
            .write(move |tx| {
                Box::pin(async move {
                    Ok(unchanged(tx, &db, person, &seen).await? && prove(tx, &db, Holder::Staff(person), &code).await?)
                })
            })
            .await
    }

    async fn proved_again(
        &self,
        person: PersonId,
        session: SessionId,
        typed: &str,
    ) -> Result<Option<NewSession>, AccountError> {
        let seen = fitting_password(self, person, typed).await?;
        let (db, typed) = (self.db().clone(), typed.to_owned());
        self.db()
            .write(move |tx| {
                Box::pin(async move {
                    session::check_runs(tx, (person, session)).await?;
                    let by_password = match &seen {
                        Some(seen) => unchanged(tx, &db, person, seen).await?,
                        None => false,
                    };
                    if !by_password && !prove(tx, &db, Holder::Staff(person), &typed).await? {
                        return Ok(None);
                    }
                    session::renew(tx, &db, session).await.map(Some)
                })
            })
            .await
    }

    /// Opens a reporter's session by return code as typed. Wrong codes and texts that are no code are
    /// [`AccountError::Refused`]; after some of them the network waits. The right code of an erased case is
    /// [`AccountError::CaseErased`], so that whoever holds it hears what became of their report.
    pub async fn enter_by_code(&self, ip: IpAddr, typed: &str) -> Result<(NewSession, CaseId), AccountError> {
        self.may_try_code(ip)?;
        let opened = match typed.parse::<ReturnCode>() {
            Ok(code) => self.open_by_code(code).await,
            Err(_) => Err(AccountError::Refused),
        };
        match &opened {
            Ok(_) | Err(AccountError::CaseErased(_)) => self.tried_code(ip, true),
            Err(AccountError::Refused) => self.tried_code(ip, false),
            Err(_) => {}
        }
        opened
    }

    /// Whether a return code may be tried from this address now; ask before looking it up. For doors
    /// that open no session, such as fetching a receipt.
    pub fn may_try_code(&self, ip: IpAddr) -> Result<(), AccountError> {
        let now = self.db().ambient().now();
        // Codes have 120 bits: reporters need not wait for each other.
        self.codes().check(RETURN_CODE, ip, now).map(drop).map_err(|wait| AccountError::Wait(wait.seconds))
    }

    /// Counts a try that [`Accounts::may_try_code`] let through.
    pub fn tried_code(&self, ip: IpAddr, good: bool) {
        let now = self.db().ambient().now();
        if good {
            self.codes().succeeded(RETURN_CODE, ip, now);
        } else {
            // Not from where: the next try may be a reporter's.
            security::refused("return code refused", Subject::Nobody, None);
            self.codes().failed(RETURN_CODE, ip, now);
        }
    }

    async fn open_by_code(&self, code: ReturnCode) -> Result<(NewSession, CaseId), AccountError> {
        let db = self.db().clone();
        self.db()
            .write(move |tx| {
                Box::pin(async move {
                    if let Some(opened) = session::open_reporter_session(tx, &db, &code).await? {
                        return Ok(opened);
                    }
                    let erased = session::erased_case_of(tx, &db, &code).await?;
                    Err(erased.map_or(AccountError::Refused, AccountError::CaseErased))
                })
            })
            .await
    }
}
