//! `/desk/sign-in` and `/desk/sign-out`.

use crate::pages::{accounts, next_on_desk, with_session, without_session};
use crate::person::{OWNER, grants_of};
use crate::recovery_words::{self, RecoveryState};
use crate::{AccountError, Accounts, session};
use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue};
use domain::PersonId;
use serde::Deserialize;
use web::cookie::CookieName;
use web::{App, ClientAddress, Form, FormData, Page, Problem, Query, Reply, View, see_other};

/// The same words for every reason.
const REFUSED: &str = "The address, the password or the code is not right. A code works once: wait for the next one.";

#[derive(Template)]
#[template(path = "door/templates/sign_in.html")]
struct SignInPage<'a> {
    page: Page,
    form: &'a Form,
    next: &'a str,
}

/// Where to go afterwards.
#[derive(Deserialize)]
pub(crate) struct Next {
    #[serde(default)]
    next: String,
}

impl Next {
    pub(crate) fn path(&self) -> &str {
        next_on_desk(&self.next)
    }
}

pub(crate) async fn show(view: View, Query(next): Query<Next>) -> Reply {
    Ok(view.show(&SignInPage { page: view.page("Sign in"), form: &Form::empty(), next: next.path() }))
}

pub(crate) async fn enter(
    State(app): State<App>,
    ClientAddress(ip): ClientAddress,
    headers: HeaderMap,
    view: View,
    form: FormData,
) -> Reply {
    let accounts = accounts(&app)?;
    let mut form = Form::of(form.fields().await?);
    let email = form.required("email", "Write your e-mail address.");
    let code = form.required("code", "Write the code your authenticator app shows.");
    let password = form.value("password").to_owned();
    if password.is_empty() {
        form.refuse("password", "Write your password.");
    }
    let next = next_on_desk(form.value("next")).to_owned();
    if form.ok() {
        match accounts.sign_in(ip, &email, &password, &code).await {
            Ok((person, session)) => {
                session::end_presented(&app, &headers, CookieName::Desk).await?;
                let target = if words_missing(accounts, person).await? { "/desk/recovery".to_owned() } else { next };
                return Ok(with_session(&app, &session, see_other(&target)));
            }
            Err(AccountError::Refused) => form.refuse("email", REFUSED),
            Err(other) => return Err(other.into()),
        }
    }
    Ok(view.show_again(&SignInPage { page: view.page("Sign in").with_errors(true), form: &form, next: &next }))
}

/// Whether an owner still has to write down the recovery words.
async fn words_missing(accounts: &Accounts, person: PersonId) -> Result<bool, Problem> {
    let mut tx = accounts.db().read().await?;
    let owner = grants_of(&mut tx, person).await?.contains(&OWNER);
    Ok(owner && recovery_words::state(&mut tx).await? != RecoveryState::Confirmed)
}

pub(crate) async fn leave(State(app): State<App>, headers: HeaderMap, form: FormData) -> Reply {
    form.fields().await?;
    session::end_presented(&app, &headers, CookieName::Desk).await?;
    let mut response = without_session(&app, see_other("/desk/sign-in"));
    response.headers_mut().insert("clear-site-data", HeaderValue::from_static("\"cache\""));
    Ok(response)
}
