//! `/me/sign-in`: an address typed in, and always the same answer. `/me/sign-out`.

use super::{end_presented, mark, sends_mail, without_session};
use crate::pages::accounts;
use crate::researcher::{Ask, BrowserMark, LINK_LIFE, ask as leave_job};
use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use mail::MailAddress;
use web::cookie::{CookieName, SameSite};
use web::{Anyone, App, Caller, ClientAddress, Form, FormData, Page, Problem, Reply, View, see_other};

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
    let typed = form.required("email", "Write your e-mail address.");
    let address = typed.parse::<MailAddress>();
    if form.ok() && address.is_err() {
        form.refuse("email", "Write one e-mail address such as ines@example.org.");
    }
    let Some(address) = address.ok().filter(|_| form.ok()) else {
        let page = view.page("Sign in to your reports").with_errors(true);
        let shown = SignInPage { page, form: &form, inside: false, sends_mail: sends_mail(&app) };
        return Ok(view.show_again(&shown));
    };
    let accounts = accounts(&app)?;
    let (folded, now) = (address.folded(), app.ambient.now());
    // Each asking counts as a failure until a link of this address is spent from the same network.
    let _try = accounts.links().check(&folded, ip.0, now).map_err(|wait| Problem::too_many(wait.seconds))?;
    accounts.links().failed(&folded, ip.0, now);
    let browser = BrowserMark::of(mark(&app, &headers).as_deref(), &app.ambient);
    let cookie = marked(&app, &browser);
    leave_job(&app.store, Ask { address, browser, network: ip.network(), account: None }).await?;
    let mut response = see_other("/me/asked");
    response.headers_mut().append(header::SET_COOKIE, cookie);
    Ok(response)
}

/// The cookie by which the browser is known again when the link is opened.
pub(super) fn marked(app: &App, browser: &BrowserMark) -> HeaderValue {
    let seconds = u32::try_from(LINK_LIFE.seconds()).ok();
    app.cookies().set(CookieName::Asked, browser.as_str(), SameSite::Lax, seconds)
}

pub(super) async fn asked(view: View) -> Reply {
    Ok(view.show(&AskedPage { page: view.page("Look into your mail") }))
}

/// Ends the session and takes its cookie and the browser's copies of our pages away.
pub(super) async fn leave(State(app): State<App>, headers: HeaderMap, form: FormData) -> Reply {
    form.fields().await?;
    end_presented(&app, &headers).await?;
    let mut response = without_session(&app, see_other("/"));
    response.headers_mut().insert("clear-site-data", HeaderValue::from_static("\"cache\""));
    Ok(response)
}
