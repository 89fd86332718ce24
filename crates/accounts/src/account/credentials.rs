//! Changing password, authenticator and recovery codes. Each ends every other session.

use crate::credential::{
    self, TotpSecret, change_password as change, check_password, new_recovery_codes, offered_in, replace_second_factor,
};
use crate::pages::{accounts, beside, with_session};
use crate::person;
use crate::welcome::set_up::{CodesPage, Offer};
use askama::Template;
use axum::extract::State;
use web::{App, Form, FormData, Page, Problem, Reply, Staff, View, see_other};

#[derive(Template)]
#[template(path = "account/templates/password.html")]
struct PasswordPage<'a> {
    page: Page,
    form: &'a Form,
}

#[derive(Template)]
#[template(path = "account/templates/second_factor.html")]
struct SecondFactorPage<'a> {
    page: Page,
    form: &'a Form,
    authenticator: Offer,
}

pub(crate) async fn password(_: Staff, view: View) -> Reply {
    Ok(view.show(&PasswordPage { page: view.page("Change password"), form: &Form::empty() }))
}

pub(crate) async fn change_password(State(app): State<App>, who: Staff, view: View, form: FormData) -> Reply {
    let accounts = accounts(&app)?;
    let mut form = Form::of(form.fields().await?);
    let typed = form.value("password").to_owned();
    if let Err(error) = check_password(&typed) {
        beside(&mut form, error)?;
    }
    if !form.ok() {
        let page = view.page("Change password").with_errors(true);
        return Ok(view.show_again(&PasswordPage { page, form: &form }));
    }
    let hash = accounts.passwords().hash(&typed).await?;
    let (db, person) = (accounts.db().clone(), who.person);
    let session = accounts.db().write(move |tx| Box::pin(async move { change(tx, &db, person, &hash).await })).await?;
    Ok(with_session(&app, &session, see_other("/desk/account")))
}

pub(crate) async fn second_factor(State(app): State<App>, who: Staff, view: View) -> Reply {
    let (authenticator, _) = offer(&app, &who).await?;
    let page = view.page("New authenticator");
    Ok(view.show(&SecondFactorPage { page, form: &Form::empty(), authenticator }))
}

pub(crate) async fn replace(State(app): State<App>, who: Staff, view: View, form: FormData) -> Reply {
    let mut form = Form::of(form.fields().await?);
    let (authenticator, secret) = offer(&app, &who).await?;
    let typed = form.required("code", "Write the code your app shows now.");
    if form.ok() {
        let (db, person) = (app.store.clone(), who.person);
        let replaced = app
            .store
            .write(move |tx| Box::pin(async move { replace_second_factor(tx, &db, person, &secret, &typed).await }));
        match replaced.await {
            Ok(done) => return Ok(show_codes(&app, &view, done)),
            Err(error) => beside(&mut form, error)?,
        }
    }
    let page = view.page("New authenticator").with_errors(true);
    Ok(view.show_again(&SecondFactorPage { page, form: &form, authenticator }))
}

pub(crate) async fn new_codes(State(app): State<App>, who: Staff, view: View, form: FormData) -> Reply {
    form.fields().await?;
    let (db, person) = (app.store.clone(), who.person);
    let done = app.store.write(move |tx| Box::pin(async move { new_recovery_codes(tx, &db, person).await })).await?;
    Ok(show_codes(&app, &view, done))
}

fn show_codes(app: &App, view: &View, (session, codes): (crate::NewSession, Vec<String>)) -> axum::response::Response {
    let page = view.page("Your recovery codes");
    let (onward, onward_words) = ("/desk/account", "Go back to your account");
    with_session(app, &session, view.show(&CodesPage { page, codes: &codes, onward, onward_words }))
}

async fn offer(app: &App, who: &Staff) -> Result<(Offer, TotpSecret), Problem> {
    let db = accounts(app)?.db();
    let mut tx = db.read().await?;
    let person = person::load(&mut tx, db.keys(), who.person).await?.ok_or_else(Problem::not_found)?;
    let current = credential::second_factor(&mut tx, db, who.person).await?;
    let secret = offered_in(db, who.session, current.as_ref());
    Ok((Offer::of(&secret, &app.settings.organisation, &person.email), secret))
}
