//! `/me`: the doors and the account of researchers. Their reports are the desk's to show.

mod account;
mod address;
mod erase;
mod factor;
mod link;
mod sign_in;

use crate::pages::accounts;
use crate::researcher::{BrowserMark, LINK_LIFE, Letterhead};
use crate::session::{self, NewSession, REPORTER_LIFE};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use mail::{MailAddress, Post};
use web::cookie::{CookieName, SameSite};
use web::{Access, App, ClientAddress, Form, Problem, RateClass, Researcher, Route, get, post, see_other};

/// The rows of this slice.
pub(crate) fn routes() -> Vec<Route> {
    let own = Access::Researcher;
    vec![
        get("/me/sign-in", Access::Public, sign_in::show),
        post("/me/sign-in", Access::Public, sign_in::ask).rate(RateClass::Secret),
        get("/me/asked", Access::Public, sign_in::asked),
        get("/me/link/{token}", Access::Public, link::show).rate(RateClass::Secret),
        post("/me/link/{token}", Access::Public, link::spend).rate(RateClass::Secret),
        post("/me/sign-out", Access::Public, sign_in::leave),
        get("/me/account", own, account::show),
        post("/me/account/profile", own, account::save),
        post("/me/account/sessions/end", own, account::end_session),
        post("/me/account/sessions/end-others", own, account::end_others),
        post("/me/account/address", own, address::ask).rate(RateClass::Secret),
        get("/me/account/second-factor", own, factor::show).shows_secret(),
        post("/me/account/second-factor", own, factor::set).rate(RateClass::Secret),
        post("/me/account/second-factor/codes", own, factor::codes).rate(RateClass::Secret),
        post("/me/account/second-factor/remove", own, factor::drop_it).rate(RateClass::Secret),
        get("/me/account/erase", own, erase::show),
        post("/me/account/erase", own, erase::erase).rate(RateClass::Secret),
    ]
}

/// Whether whoever is signed in came in just now, as a change of address or of the second factor and an erasure ask for.
async fn is_fresh(app: &App, who: Researcher) -> Result<bool, Problem> {
    let mut tx = app.store.read().await?;
    Ok(session::is_fresh(&mut tx, (who.person, who.session), app.ambient.now()).await?)
}

/// The way to prove it: another link by mail.
fn prove_again() -> Response {
    see_other("/me/sign-in")
}

/// What stands on letters of links.
fn letterhead(app: &App) -> Letterhead {
    Letterhead { organisation: app.settings.organisation.clone(), url: app.settings.public_url.clone() }
}

/// Whether there is a server that takes letters: without one no link ever comes.
fn sends_mail(app: &App) -> bool {
    app.carried::<Post>().is_some_and(Post::is_on)
}

/// What the cookie says that marks a browser which asked for a link.
fn mark(app: &App, headers: &HeaderMap) -> Option<String> {
    app.cookies().read(headers, CookieName::Asked)
}

/// The address in the field `email`; otherwise the form says what is wrong with it.
fn typed_address(form: &mut Form, missing: &str) -> Option<MailAddress> {
    let address = form.required("email", missing).parse().ok();
    if form.ok() && address.is_none() {
        form.refuse("email", "Write one e-mail address such as ines@example.org.");
    }
    address.filter(|_| form.ok())
}

/// Counts a letter that is asked for: each counts as a failure of `what` until a link is spent from the same network.
fn count_letter(app: &App, ip: ClientAddress, what: &str) -> Result<(), Problem> {
    let (links, now) = (accounts(app)?.links(), app.ambient.now());
    let _try = links.check(what, ip.0, now).map_err(|wait| Problem::too_many(wait.seconds))?;
    links.failed(what, ip.0, now);
    Ok(())
}

/// What tells this browser from others, and the cookie by which it is known again when the link is opened.
fn marked(app: &App, headers: &HeaderMap) -> (BrowserMark, HeaderValue) {
    let browser = BrowserMark::of(mark(app, headers).as_deref(), &app.ambient);
    let seconds = u32::try_from(LINK_LIFE.seconds()).ok();
    let cookie = app.cookies().set(CookieName::Asked, browser.as_str(), SameSite::Lax, seconds);
    (browser, cookie)
}

/// The same answer with the cookie of a new session. Lax: letters lead here.
fn with_session(app: &App, session: &NewSession, mut response: Response) -> Response {
    let seconds = u32::try_from(REPORTER_LIFE.seconds()).ok();
    let cookie = app.cookies().set(CookieName::Me, &session.token, SameSite::Lax, seconds);
    response.headers_mut().append(header::SET_COOKIE, cookie);
    response
}

/// The same answer, taking the cookie of the session away.
fn without_session(app: &App, mut response: Response) -> Response {
    response.headers_mut().append(header::SET_COOKIE, app.cookies().clear(CookieName::Me));
    response
}
