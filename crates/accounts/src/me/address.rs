//! Another address for the account.

use super::account::draw;
use super::{count_letter, is_fresh, letterhead, marked, prove_again, typed_address};
use crate::researcher::{self, Change, ask_change};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
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
    let mut tx = app.store.read().await?;
    let present = researcher::load(&mut tx, app.store.keys(), who.person).await?.ok_or_else(Problem::not_found)?.email;
    drop(tx);
    let typed = typed_address(&mut form, "Write your new e-mail address.");
    if typed.as_ref().is_some_and(|to| to.folded() == present) {
        form.refuse("email", "This is your address already.");
    }
    let Some(to) = typed.filter(|_| form.ok()) else {
        return draw(&app, &view, who, (Some(form), StatusCode::UNPROCESSABLE_ENTITY, false)).await;
    };
    count_letter(&app, ip, &who.person.to_string())?;
    let (browser, cookie) = marked(&app, &headers);
    let change = Change { person: who.person, to, browser, network: ip.network() };
    ask_change(&app.store, &letterhead(&app), change).await?;
    let mut response = draw(&app, &view, who, (None, StatusCode::OK, true)).await?;
    response.headers_mut().append(header::SET_COOKIE, cookie);
    Ok(response)
}
