//! `/desk/set-up/{token}`: the page behind a one-time link. GET shows it, POST spends the link.

use crate::credential::{qr_path, showing};
use crate::link::{OpenLink, Purpose};
use crate::pages::{accounts, beside, with_session};
use crate::{AccountError, Accounts, SetUpForm, person};
use askama::Template;
use axum::extract::State;
use web::{App, Form, FormData, Page, Path, Problem, Reply, View, see_other};

#[derive(Template)]
#[template(path = "welcome/templates/set_up.html")]
struct SetUpPage<'a> {
    page: Page,
    form: &'a Form,
    token: &'a str,
    purpose: Purpose,
    email: &'a str,
    authenticator: Offer,
    /// Comes back with the form: the offer is of this showing of the page alone.
    showing: String,
}

/// An authenticator to be enrolled: a picture and the same in text.
pub(crate) struct Offer {
    pub(crate) side: i32,
    pub(crate) path: String,
    pub(crate) secret: String,
}

impl Offer {
    pub(crate) fn of(secret: &crate::credential::TotpSecret, issuer: &str, account: &str) -> Self {
        let (side, path) = qr_path(&secret.address(issuer, account)).unwrap_or_default();
        Self { side, path, secret: secret.text() }
    }
}

#[derive(Template)]
#[template(path = "welcome/templates/codes.html")]
pub(crate) struct CodesPage<'a> {
    pub(crate) page: Page,
    pub(crate) codes: &'a [String],
    pub(crate) onward: &'a str,
    pub(crate) onward_words: &'a str,
}

#[derive(Template)]
#[template(path = "welcome/templates/explain.html")]
struct ExplainPage {
    page: Page,
}

pub(crate) async fn explain(view: View) -> Reply {
    Ok(view.show(&ExplainPage { page: view.page("Set up your account") }))
}

pub(crate) async fn show(State(app): State<App>, view: View, Path(token): Path<String>) -> Reply {
    let accounts = accounts(&app)?;
    let link = accounts.look_at_link(&token).await?;
    draw(&app, &view, (&token, link), &Form::empty()).await
}

pub(crate) async fn spend(State(app): State<App>, view: View, Path(token): Path<String>, form: FormData) -> Reply {
    let accounts = accounts(&app)?;
    let mut form = Form::of(form.fields().await?);
    let link = accounts.look_at_link(&token).await?;
    let (name, email) = (form.value("name").to_owned(), form.value("email").to_owned());
    let (password, code) = (form.value("password").to_owned(), form.value("code").to_owned());
    let showing = form.value("showing").to_owned();
    if form.ok() {
        match accounts.set_up(&token, SetUpForm { name, email, password, code, showing }).await {
            Ok(done) => {
                if done.recovery_codes.is_empty() {
                    return Ok(with_session(&app, &done.session, see_other("/desk")));
                }
                let first = done.purpose == Purpose::SetUp;
                let onward = if first { "/desk/recovery" } else { "/desk" };
                let onward_words = if first { "Go on to the recovery words" } else { "Go to the desk" };
                let page = view.page("Your recovery codes");
                let shown = view.show(&CodesPage { page, codes: &done.recovery_codes, onward, onward_words });
                return Ok(with_session(&app, &done.session, shown));
            }
            Err(AccountError::Refused) => form.refuse("password", "This is not your password."),
            Err(error) => beside(&mut form, error)?,
        }
    }
    draw(&app, &view, (&token, link), &form).await
}

async fn draw(app: &App, view: &View, (token, link): (&str, OpenLink), form: &Form) -> Reply {
    let accounts = accounts(app)?;
    let email = invited_email(accounts, link).await?;
    let account = if email.is_empty() { "first owner" } else { &email };
    let shown_before = Some(form.value("showing").to_owned()).filter(|showing| !showing.is_empty());
    let showing = shown_before.unwrap_or_else(|| showing(&app.store));
    let authenticator = Offer::of(&accounts.offered_with(token, &showing)?, &app.settings.organisation, account);
    let page = view.page("Set up your account").with_errors(!form.ok());
    let shown = SetUpPage { page, form, token, purpose: link.purpose, email: &email, authenticator, showing };
    Ok(if form.ok() { view.show(&shown) } else { view.show_again(&shown) })
}

async fn invited_email(accounts: &Accounts, link: OpenLink) -> Result<String, Problem> {
    let Some(id) = link.person else { return Ok(String::new()) };
    let mut tx = accounts.db().read().await?;
    let person = person::load(&mut tx, accounts.db().keys(), id).await?;
    Ok(person.map(|p| p.email).unwrap_or_default())
}
