//! Another address for the account.

use super::account::draw;
use super::sign_in::marked;
use super::{is_fresh, letterhead, mark, prove_again};
use crate::pages::accounts;
use crate::researcher::{BrowserMark, Change, ask_change};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use mail::MailAddress;
use web::{App, ClientAddress, Form, FormData, Problem, Reply, Researcher, View};

/// The answer is the same whether or not the new address has an account: its mailbox is told.
pub(super) async fn ask(
    State(app): State<App>,
    who: Researcher,
    ip: ClientAddress,
    headers: HeaderMap,
    view: View,
    form: FormData,
) -> Reply {
    let mut form = Form::of(form.fields().await?);
    if !is_fresh(&app, who).await? {
        return Ok(prove_again());
    }
    let typed = form.required("email", "Write your new e-mail address.");
    let address = typed.parse::<MailAddress>();
    if form.ok() && address.is_err() {
        form.refuse("email", "Write one e-mail address such as ines@example.org.");
    }
    let Some(to) = address.ok().filter(|_| form.ok()) else {
        return draw(&app, &view, who, (Some(form), StatusCode::UNPROCESSABLE_ENTITY, false)).await;
    };
    let (links, account, now) = (accounts(&app)?.links(), who.person.to_string(), app.ambient.now());
    let _try = links.check(&account, ip.0, now).map_err(|wait| Problem::too_many(wait.seconds))?;
    links.failed(&account, ip.0, now);
    let browser = BrowserMark::of(mark(&app, &headers).as_deref(), &app.ambient);
    let cookie = marked(&app, &browser);
    let change = Change { person: who.person, to, browser, network: ip.network() };
    ask_change(&app.store, &letterhead(&app), change).await?;
    let mut response = draw(&app, &view, who, (None, StatusCode::OK, true)).await?;
    response.headers_mut().append(header::SET_COOKIE, cookie);
    Ok(response)
}
