//! Changing password, authenticator and recovery codes. Each asks for the password and a code of the present
//! authenticator, and ends every other session.

use crate::credential::{
    TotpSecret, change_password as change, check_password, new_recovery_codes, offered_in, replace_second_factor,
    showing, wrong_code,
};
use crate::pages::{StaffForm, accounts, beside, with_session};
use crate::welcome::set_up::{CodesPage, Offer};
use crate::{AccountError, person, session, token};
use askama::Template;
use axum::extract::State;
use std::net::IpAddr;
use web::{App, Form, Page, Problem, Reply, Staff, View, see_other};

#[derive(Template)]
#[template(path = "account/templates/password.html")]
struct PasswordPage<'a> {
    page: Page,
    form: &'a Form,
    tokens: TokensChoice,
}

#[derive(Template)]
#[template(path = "account/templates/second_factor.html")]
struct SecondFactorPage<'a> {
    page: Page,
    form: &'a Form,
    authenticator: Offer,
    /// Comes back with the form: the offer is of this showing of the page alone.
    showing: &'a str,
    tokens: TokensChoice,
}

/// What the page offers about tokens: somebody who got in may have made one.
struct TokensChoice {
    /// How many there are.
    held: usize,
    /// Whether they are to end with the change.
    end: bool,
}

#[derive(Template)]
#[template(path = "account/templates/recovery_codes.html")]
struct NewCodesPage<'a> {
    page: Page,
    form: &'a Form,
}

pub(crate) async fn password(State(app): State<App>, who: Staff, view: View) -> Reply {
    let (page, tokens) = (view.page("Change password"), tokens_of(&app, &who, None).await?);
    Ok(view.show(&PasswordPage { page, form: &Form::empty(), tokens }))
}

pub(crate) async fn change_password(sent: StaffForm) -> Reply {
    let StaffForm { app, who, ip, view, mut form } = sent;
    let accounts = accounts(&app)?;
    let typed = form.value("password").to_owned();
    let context = accounts.password_context(Some(who.person), &[]).await?;
    if let Err(error) = check_password(&typed, &context) {
        beside(&mut form, error)?;
    }
    prove_both(&app, &who, ip, &mut form).await?;
    if !form.ok() {
        let page = view.page("Change password").with_errors(true);
        let tokens = tokens_of(&app, &who, Some(&form)).await?;
        return Ok(view.show_again(&PasswordPage { page, form: &form, tokens }));
    }
    let hash = accounts.passwords().hash(&typed).await?;
    let (db, person, end) = (accounts.db().clone(), who.person, ends_tokens(&form));
    let session = accounts.db().write(move |tx| {
        Box::pin(async move {
            session::check_runs(tx, (person, who.session)).await?;
            if end {
                token::revoke_all(tx, &db, person).await?;
            }
            change(tx, &db, person, &hash).await
        })
    });
    let session = session.await?;
    Ok(with_session(&app, &session, see_other("/desk/account")))
}

pub(crate) async fn second_factor(State(app): State<App>, who: Staff, view: View) -> Reply {
    let showing = showing(&app.store);
    let (authenticator, _) = offer(&app, &who, &showing).await?;
    let (page, tokens) = (view.page("New authenticator"), tokens_of(&app, &who, None).await?);
    Ok(view.show(&SecondFactorPage { page, form: &Form::empty(), authenticator, showing: &showing, tokens }))
}

pub(crate) async fn replace(sent: StaffForm) -> Reply {
    let StaffForm { app, who, ip, view, mut form } = sent;
    let showing = form.value("showing").to_owned();
    let (authenticator, secret) = offer(&app, &who, &showing).await?;
    let typed = form.required("code", "Write the code your app shows now.");
    if form.ok() && secret.step_of(typed.trim(), app.ambient.now(), 0).is_none() {
        beside(&mut form, wrong_code())?;
    }
    prove_both(&app, &who, ip, &mut form).await?;
    if form.ok() {
        let (db, person, end) = (app.store.clone(), who.person, ends_tokens(&form));
        let own = who.session;
        let replaced = app.store.write(move |tx| {
            Box::pin(async move {
                session::check_runs(tx, (person, own)).await?;
                if end {
                    token::revoke_all(tx, &db, person).await?;
                }
                replace_second_factor(tx, &db, person, &secret, &typed).await
            })
        });
        match replaced.await {
            Ok(done) => return Ok(show_codes(&app, &view, done)),
            Err(error) => beside(&mut form, error)?,
        }
    }
    let (page, tokens) = (view.page("New authenticator").with_errors(true), tokens_of(&app, &who, Some(&form)).await?);
    Ok(view.show_again(&SecondFactorPage { page, form: &form, authenticator, showing: &showing, tokens }))
}

pub(crate) async fn codes(_: Staff, view: View) -> Reply {
    Ok(view.show(&NewCodesPage { page: view.page("New recovery codes"), form: &Form::empty() }))
}

pub(crate) async fn new_codes(sent: StaffForm) -> Reply {
    let StaffForm { app, who, ip, view, mut form } = sent;
    prove_both(&app, &who, ip, &mut form).await?;
    if !form.ok() {
        let page = view.page("New recovery codes").with_errors(true);
        return Ok(view.show_again(&NewCodesPage { page, form: &form }));
    }
    let (db, person) = (app.store.clone(), who.person);
    let done = app.store.write(move |tx| {
        Box::pin(async move {
            session::check_runs(tx, (person, who.session)).await?;
            new_recovery_codes(tx, &db, person).await
        })
    });
    let done = done.await?;
    Ok(show_codes(&app, &view, done))
}

/// Asks for both factors once the rest of the form is good, so that no code is spent on a slip of the pen.
async fn prove_both(app: &App, who: &Staff, ip: IpAddr, form: &mut Form) -> Result<(), Problem> {
    let password = form.value("current-password").to_owned();
    if password.is_empty() {
        form.refuse("current-password", "Write your present password.");
    }
    let code = form.required("current-code", "Write the code your present authenticator shows, or a recovery code.");
    if !form.ok() {
        return Ok(());
    }
    match accounts(app)?.prove_both(ip, who.person, &password, &code).await {
        Ok(()) => Ok(()),
        Err(AccountError::Refused) => {
            let words = "The password or the code is not right. A code works once: wait for the next one.";
            form.refuse("current-password", words);
            Ok(())
        }
        Err(other) => Err(other.into()),
    }
}

fn show_codes(app: &App, view: &View, (session, codes): (crate::NewSession, Vec<String>)) -> axum::response::Response {
    let page = view.page("Your recovery codes");
    let (onward, onward_words) = ("/desk/account", "Go back to your account");
    with_session(app, &session, view.show(&CodesPage { page, codes: &codes, onward, onward_words }))
}

/// How many tokens there are, and what was chosen; to end them, before anybody chose.
async fn tokens_of(app: &App, who: &Staff, typed: Option<&Form>) -> Result<TokensChoice, Problem> {
    let db = accounts(app)?.db();
    let held = token::list(&mut db.read().await?, db, who.person).await?.len();
    Ok(TokensChoice { held, end: typed.is_none_or(ends_tokens) })
}

fn ends_tokens(form: &Form) -> bool {
    form.chosen("tokens", "end")
}

async fn offer(app: &App, who: &Staff, showing: &str) -> Result<(Offer, TotpSecret), Problem> {
    let db = accounts(app)?.db();
    let mut tx = db.read().await?;
    let person = person::load(&mut tx, db.keys(), who.person).await?.ok_or_else(Problem::not_found)?;
    let secret = offered_in(db, who.session, showing);
    Ok((Offer::of(&secret, &app.settings.organisation, &person.email), secret))
}
