//! `/me/link/{token}`: the page behind a link by mail. GET shows a button and spends nothing; POST spends it once.
//! A browser that did not ask for it is asked once more whether this is right: a link that somebody else sent
//! would open their account, not one's own. A new address is confirmed only by whoever is signed in to the account:
//! one slip of the pen must not give it to a stranger. Where the account has a second factor, a code comes with the
//! button; a wrong one leaves the link as it is, and tries are counted by account.

use super::{letterhead, mark, with_session};
use crate::AccountError;
use crate::credential::{Holder, may_try_behind_link, tried_behind_link};
use crate::pages::accounts;
use crate::researcher::{self, OpenLink, Purpose, Spent};
use crate::session;
use askama::Template;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use domain::{PersonId, SessionId};
use web::cookie::CookieName;
use web::security::{self, Subject};
use web::{App, Caller, ClientAddress, Form, FormData, Page, Path, Problem, Reply, View, see_other};

const WRONG: &str = "This code is not right, or it was used before. Wait for the next one, or use a recovery code. Your link is still good.";

#[derive(Template)]
#[template(path = "me/templates/link.html")]
struct LinkPage<'a> {
    page: Page,
    form: Form,
    token: &'a str,
    /// Enough of the address to know one's own by.
    address: String,
    /// Asked for in this browser; of a new address: signed in to the account it is for.
    own: bool,
    signs_in: bool,
    /// Whether the account has a second factor.
    asks_code: bool,
}

pub(super) async fn show(State(app): State<App>, headers: HeaderMap, view: View, Path(token): Path<String>) -> Reply {
    let (link, guarded) = found(&app, &token).await?;
    let own = is_own(&app, &link, (&headers, view.caller()));
    Ok(draw(&view, (&token, &link), own, (Form::empty(), guarded.is_some())))
}

fn is_own(app: &App, link: &OpenLink, (headers, caller): (&HeaderMap, &Caller)) -> bool {
    match link.purpose {
        Purpose::SignIn => link.is_of(mark(app, headers).as_deref()),
        Purpose::Address(account) => matches!(caller, Caller::Researcher { person, .. } if *person == account),
    }
}

pub(super) async fn spend(
    State(app): State<App>,
    ClientAddress(ip): ClientAddress,
    headers: HeaderMap,
    view: View,
    Path(token): Path<String>,
    form: FormData,
) -> Reply {
    let mut form = Form::of(form.fields().await?);
    let (link, guarded) = found(&app, &token).await?;
    let sure = form.value("sure") == "yes" && link.purpose == Purpose::SignIn;
    let own = is_own(&app, &link, (&headers, view.caller()));
    if !sure && !own {
        return Ok(draw(&view, (&token, &link), false, (Form::empty(), guarded.is_some())));
    }
    let code = match guarded {
        Some(_) => form.required("code", "Write the code your authenticator app shows, or a recovery code."),
        None => String::new(),
    };
    if !form.ok() {
        return Ok(draw(&view, (&token, &link), own, (form, true)));
    }
    let accounts = accounts(&app)?;
    let _try = guarded.map(|holder| may_try_behind_link(accounts, holder)).transpose()?;
    match spend_now(&app, (&token, code), session_of(view.caller())).await {
        Ok(Spent::Session(_, session)) => {
            accounts.links().succeeded(&link.address.folded(), ip, app.ambient.now());
            if let Some(holder) = guarded {
                tried_behind_link(accounts, holder, true);
            }
            session::try_end_presented(&app, &headers, CookieName::Me).await;
            security::done("researcher signed in", Subject::Researcher, None);
            Ok(with_session(&app, &session, see_other("/me")))
        }
        Ok(Spent::Address(_)) => Ok(see_other("/me/account")),
        Ok(Spent::WrongCode) => {
            if let Some(holder) = guarded {
                tried_behind_link(accounts, holder, false);
            }
            form.refuse("code", WRONG);
            Ok(draw(&view, (&token, &link), own, (form, true)))
        }
        Err(AccountError::LinkGone) => Err(gone()),
        Err(AccountError::EmailTaken) => Err(Problem::conflict(
            "This address has an account of its own by now. Sign in to it, or use another address.",
        )),
        Err(other) => Err(other.into()),
    }
}

/// Spends it; a new address ends every session of the account but the one that is `here`.
async fn spend_now(app: &App, (token, code): (&str, String), here: Option<SessionId>) -> Result<Spent, AccountError> {
    let (db, house, token) = (app.store.clone(), letterhead(app), token.to_owned());
    let spent = app.store.write(move |tx| {
        Box::pin(async move {
            let spent = researcher::spend(tx, &db, &house, (&token, &code)).await?;
            // Whoever may read the mailbox before stays signed in nowhere.
            if let (Spent::Address(person), Some(here)) = (&spent, here) {
                session::end_others_of_researcher(tx, *person, here).await?;
            }
            Ok(spent)
        })
    });
    spent.await
}

fn session_of(caller: &Caller) -> Option<SessionId> {
    match caller {
        Caller::Researcher { session, .. } => Some(*session),
        _ => None,
    }
}

/// The link, and whose second factor it asks for.
async fn found(app: &App, token: &str) -> Result<(OpenLink, Option<Holder>), Problem> {
    let mut tx = app.store.read().await?;
    let link = researcher::look(&mut tx, &app.store, token).await?.ok_or_else(gone)?;
    let guarded: Option<PersonId> = match link.purpose {
        Purpose::SignIn => researcher::guarded(&mut tx, &app.store, &link.address).await?,
        Purpose::Address(_) => None,
    };
    Ok((link, guarded.map(Holder::Researcher)))
}

fn gone() -> Problem {
    Problem::gone("This link was used before or is older than 30 minutes. Ask for a new one.")
}

fn draw(view: &View, (token, link): (&str, &OpenLink), own: bool, (form, asks_code): (Form, bool)) -> Response {
    let signs_in = link.purpose == Purpose::SignIn;
    let title = match (own, signs_in) {
        (false, true) => "Is this you?",
        (false, false) => "Sign in first",
        (true, true) => "Sign in to your reports",
        (true, false) => "Confirm your new address",
    };
    let address = hinted(link.address.as_str());
    let ok = form.ok();
    let page = view.page(title).with_errors(!ok);
    let shown = LinkPage { page, form, token, address, own, signs_in, asks_code };
    if ok { view.show(&shown) } else { view.show_again(&shown) }
}

/// `i…@acme.example`: whoever opens the link by accident does not read the whole address.
fn hinted(address: &str) -> String {
    let (local, domain) = address.rsplit_once('@').unwrap_or((address, ""));
    let first = local.chars().next().map(String::from).unwrap_or_default();
    format!("{first}…@{domain}")
}

#[cfg(test)]
mod tests {
    use super::hinted;

    #[test]
    fn an_address_is_hinted_at() {
        assert_eq!(hinted("ines.okafor@acme.example"), "i…@acme.example");
        assert_eq!(hinted("é@b.example"), "é…@b.example");
    }
}
