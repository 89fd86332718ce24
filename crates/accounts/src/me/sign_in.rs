//! `/me/sign-in`: an address typed in, and always the same answer. `/me/sign-out`.

use super::{count_letter, marked, sends_mail, typed_address, without_session};
use crate::researcher::{Ask, ask as leave_job};
use crate::session;
use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use web::cookie::CookieName;
use web::{Anyone, App, Caller, ClientAddress, Form, FormData, Page, Reply, View, see_other};

#[derive(Template)]
#[template(path = "me/templates/sign_in.html")]
struct SignInPage<'a> {
    page: Page,
    form: &'a Form,
    inside: bool,
    sends_mail: bool,
}

#[derive(Template)]
#[template(path = "me/templates/asked.html")]
struct AskedPage {
    page: Page,
}

pub(super) async fn show(State(app): State<App>, Anyone(caller): Anyone, view: View) -> Reply {
    let inside = matches!(caller, Caller::Researcher { .. });
    let page = view.page("Sign in to your reports");
    Ok(view.show(&SignInPage { page, form: &Form::empty(), inside, sends_mail: sends_mail(&app) }))
}

/// Everything that depends on whose address it is happens in the job.
pub(super) async fn ask(
    State(app): State<App>,
    ip: ClientAddress,
    headers: HeaderMap,
    view: View,
    form: FormData,
) -> Reply {
    let mut form = Form::of(form.fields().await?);
    let Some(address) = typed_address(&mut form, "Write your e-mail address.") else {
        let page = view.page("Sign in to your reports").with_errors(true);
        let shown = SignInPage { page, form: &form, inside: false, sends_mail: sends_mail(&app) };
        return Ok(view.show_again(&shown));
    };
    count_letter(&app, ip, &address.folded())?;
    let (browser, cookie) = marked(&app, &headers);
    leave_job(&app.store, Ask { address, browser, network: ip.network(), account: None }).await?;
    let mut response = see_other("/me/asked");
    response.headers_mut().append(header::SET_COOKIE, cookie);
    Ok(response)
}

pub(super) async fn asked(view: View) -> Reply {
    Ok(view.show(&AskedPage { page: view.page("Look into your mail") }))
}

/// Ends the session and takes its cookie and the browser's copies of our pages away.
pub(super) async fn leave(State(app): State<App>, headers: HeaderMap, form: FormData) -> Reply {
    form.fields().await?;
    session::try_end_presented(&app, &headers, CookieName::Me).await;
    let mut response = without_session(&app, see_other("/"));
    response.headers_mut().insert("clear-site-data", HeaderValue::from_static("\"cache\""));
    Ok(response)
}
