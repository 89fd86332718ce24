//! Spending a one-time link: the first owner, an invited colleague, a new authenticator.
//!
//! Everything happens in one write, after password and code have been checked: there is never an
//! account with one factor, and a link is spent only when its purpose was reached.

use crate::credential::{
    Context, Holder, PasswordHash, SecondFactor, TotpSecret, check_password, credentials_changed, fitting_password,
    may_try_behind_link, prove, store_password, store_second_factor, tried_behind_link, unchanged, wrong_code,
};
use crate::link::{self, OpenLink, Purpose};
use crate::notice::{Notice, tell};
use crate::person::{self, NewPerson, OWNER, PersonState, check_name, new_email};
use crate::session::{self, NewSession};
use crate::{AccountError, Accounts, token};
use db::{Db, Tx, execute, stmt};
use domain::PersonId;

/// What the form of a link asks for. A field that its purpose does not use is ignored.
#[derive(Clone, Default)]
pub struct SetUpForm {
    /// Display name.
    pub name: String,
    /// Mail address; only the first owner chooses it here.
    pub email: String,
    /// A new password, or for a recovery the present one.
    pub password: String,
    /// A code of the authenticator that was offered; for a lost password, of the one in use.
    pub code: String,
    /// On which showing of the page that authenticator was offered.
    pub showing: String,
}

/// The password of a form.
enum Password {
    /// To be stored.
    New(PasswordHash),
    /// It fits this one, which was the person's when it was checked.
    Present(PasswordHash),
}

fn not_yours() -> AccountError {
    AccountError::invalid("password", "This is not your password.")
}

/// What came of it.
#[derive(Debug)]
pub struct SetUpDone {
    /// Who it was.
    pub person: PersonId,
    /// A session for the browser that did it.
    pub session: NewSession,
    /// Recovery codes in clear, to be shown once; none when only the password changed.
    pub recovery_codes: Vec<String>,
    /// What the link was for.
    pub purpose: Purpose,
}

impl Accounts {
    /// What a link is for, when it can still be used. Changes nothing.
    pub async fn look_at_link(&self, token: &str) -> Result<OpenLink, AccountError> {
        let mut tx = self.db().read().await?;
        link::look(&mut tx, self.db(), token).await?.ok_or(AccountError::LinkGone)
    }

    /// The authenticator offered with a link on one showing of its page: another one each time, so that whoever
    /// had the link before, or made it, does not know what its owner enrols.
    pub fn offered_with(&self, token: &str, showing: &str) -> Result<TotpSecret, AccountError> {
        let bytes = link::token_bytes(token).ok_or(AccountError::LinkGone)?;
        Ok(TotpSecret::offered(self.db().keys(), &[b"link", &bytes, showing.as_bytes()]))
    }

    /// Does what the link is for and spends it.
    pub async fn set_up(&self, token: &str, form: SetUpForm) -> Result<SetUpDone, AccountError> {
        let link = self.look_at_link(token).await?;
        if link.purpose == Purpose::RecoverPassword {
            let person = link.person.ok_or(AccountError::LinkGone)?;
            let _try = may_try_behind_link(self, Holder::Staff(person))?;
            let done = self.recover_password(token, person, form).await;
            if let Ok(_) | Err(AccountError::Invalid { field: "code", .. }) = &done {
                tried_behind_link(self, Holder::Staff(person), done.is_ok());
            }
            return done;
        }
        let name = if link.purpose == Purpose::RecoverSecondFactor { String::new() } else { check_name(&form.name)? };
        let email = if link.purpose == Purpose::SetUp { new_email(&form.email)? } else { String::new() };
        let password = self.password_for(link, &form.password, [&name, &email]).await?;
        let secret = self.offered_with(token, &form.showing)?;
        let now = self.db().ambient().now();
        let Some(step) = secret.step_of(form.code.trim(), now, 0) else { return Err(wrong_code()) };
        let (db, token) = (self.db().clone(), token.to_owned());
        self.db()
            .write(move |tx| {
                Box::pin(async move {
                    let link = link::spend(tx, &db, &token).await?;
                    let person = match link.person {
                        None => first_owner(tx, &db, &name, &email).await?,
                        Some(person) => person,
                    };
                    if link.purpose == Purpose::Invite {
                        accept(tx, &db, person, &name).await?;
                    }
                    match &password {
                        Password::New(hash) => store_password(tx, &db, person, hash).await?,
                        Password::Present(seen) if unchanged(tx, &db, person, seen).await? => {}
                        Password::Present(_) => return Err(not_yours()),
                    }
                    let (factor, recovery_codes) = SecondFactor::new(&db, person, &secret);
                    store_second_factor(tx, &db, Holder::Staff(person), &factor, step).await?;
                    credentials_changed(tx, &db, person, "second_factor_enrolled", Some(person)).await?;
                    if link.purpose == Purpose::RecoverSecondFactor {
                        token::revoke_all(tx, &db, person).await?;
                        tell(tx, &db, (Holder::Staff(person), Notice::Authenticator)).await?;
                    }
                    let session = session::open_staff_session(tx, &db, person).await?;
                    Ok(SetUpDone { person, session, recovery_codes, purpose: link.purpose })
                })
            })
            .await
    }

    /// A new password for who proves the second factor.
    async fn recover_password(
        &self,
        token: &str,
        person: PersonId,
        form: SetUpForm,
    ) -> Result<SetUpDone, AccountError> {
        check_password(&form.password, &self.password_context(Some(person), &[]).await?)?;
        let hash = self.passwords().hash(&form.password).await?;
        let (db, token) = (self.db().clone(), token.to_owned());
        self.db()
            .write(move |tx| {
                Box::pin(async move {
                    let link = link::spend(tx, &db, &token).await?;
                    if link.person != Some(person) {
                        return Err(AccountError::LinkGone);
                    }
                    if !prove(tx, &db, Holder::Staff(person), &form.code).await? {
                        return Err(wrong_code());
                    }
                    store_password(tx, &db, person, &hash).await?;
                    credentials_changed(tx, &db, person, "password_changed", Some(person)).await?;
                    token::revoke_all(tx, &db, person).await?;
                    let session = session::open_staff_session(tx, &db, person).await?;
                    Ok(SetUpDone { person, session, recovery_codes: Vec::new(), purpose: link.purpose })
                })
            })
            .await
    }

    /// A new password, or for a recovery the present one, checked: a mailed link must never be enough by itself.
    async fn password_for(&self, link: OpenLink, typed: &str, about: [&str; 2]) -> Result<Password, AccountError> {
        if link.purpose != Purpose::RecoverSecondFactor {
            check_password(typed, &self.password_context(link.person, &about).await?)?;
            return self.passwords().hash(typed).await.map(Password::New);
        }
        let person = link.person.ok_or(AccountError::LinkGone)?;
        let _try = may_try_behind_link(self, Holder::Staff(person))?;
        let seen = fitting_password(self, person, typed).await?;
        tried_behind_link(self, Holder::Staff(person), seen.is_some());
        seen.map(Password::Present).ok_or_else(not_yours)
    }

    /// The words that a password of this person must not rest on: the house's, theirs, and `more`.
    pub(crate) async fn password_context(
        &self,
        person: Option<PersonId>,
        more: &[&str],
    ) -> Result<Context, AccountError> {
        let mut tx = self.db().read().await?;
        let known = match person {
            Some(id) => person::load(&mut tx, self.db().keys(), id).await?,
            None => None,
        };
        let theirs = known.as_ref().map(|p| [p.name.as_str(), p.email.as_str()]).unwrap_or_default();
        let words: Vec<&str> = [self.house_name()].into_iter().chain(theirs).chain(more.iter().copied()).collect();
        Ok(Context::of(&words))
    }
}

/// Makes the first owner, unless there is one by now.
async fn first_owner(tx: &mut Tx, db: &Db, name: &str, email: &str) -> Result<PersonId, AccountError> {
    if !person::active_owners(tx).await?.is_empty() {
        return Err(AccountError::LinkGone);
    }
    let new =
        NewPerson { name: name.to_owned(), email: email.to_owned(), state: PersonState::Active, grants: vec![OWNER] };
    person::create(tx, db, new, None).await
}

/// An invited person becomes active under the name they chose.
async fn accept(tx: &mut Tx, db: &Db, person: PersonId, name: &str) -> Result<(), AccountError> {
    let done = execute!(
        tx,
        stmt!("UPDATE people SET state = 'active', version = version + 1 WHERE id = $1 AND state = 'invited'"),
        person.uuid()
    )?;
    if done != 1 {
        return Err(AccountError::LinkGone);
    }
    person::rename(tx, db, person, name).await
}
