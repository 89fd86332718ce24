//! `/me/link/{token}`: the page behind a link by mail. GET shows a button and spends nothing; POST spends it once.
//! A browser that did not ask for it is asked once more whether this is right: a link that somebody else sent
//! would open their account, not one's own. A new address is confirmed only by whoever is signed in to the account:
//! one slip of the pen must not give it to a stranger.

use super::{end_presented, letterhead, mark, with_session};
use crate::AccountError;
use crate::pages::accounts;
use crate::researcher::{self, OpenLink, Purpose, Spent};
use crate::session;
use askama::Template;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use domain::SessionId;
use web::security::{self, Subject};
use web::{App, Caller, ClientAddress, FormData, Page, Path, Problem, Reply, View, see_other};

#[derive(Template)]
#[template(path = "me/templates/link.html")]
struct LinkPage<'a> {
    page: Page,
    token: &'a str,
    /// Enough of the address to know one's own by.
    address: String,
    /// Asked for in this browser; of a new address: signed in to the account it is for.
    own: bool,
    signs_in: bool,
}

pub(super) async fn show(State(app): State<App>, headers: HeaderMap, view: View, Path(token): Path<String>) -> Reply {
    let link = found(&app, &token).await?;
    let own = is_own(&app, &link, (&headers, view.caller()));
    Ok(draw(&view, (&token, &link), own))
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
    let sure = form.fields().await?.get("sure") == "yes";
    let link = found(&app, &token).await?;
    let sure = sure && link.purpose == Purpose::SignIn;
    if !sure && !is_own(&app, &link, (&headers, view.caller())) {
        return Ok(draw(&view, (&token, &link), false));
    }
    let (db, house) = (app.store.clone(), letterhead(&app));
    let here = session_of(view.caller());
    let spent = app.store.write(move |tx| {
        Box::pin(async move {
            let spent = researcher::spend(tx, &db, &house, &token).await?;
            // Whoever may read the mailbox before stays signed in nowhere.
            if let (Spent::Address(person), Some(here)) = (&spent, here) {
                session::end_others_of_researcher(tx, *person, here).await?;
            }
            Ok(spent)
        })
    });
    match spent.await {
        Ok(Spent::Session(_, session)) => {
            let folded = link.address.folded();
            accounts(&app)?.links().succeeded(&folded, ip, app.ambient.now());
            end_presented(&app, &headers).await?;
            security::done("researcher signed in", Subject::Researcher, None);
            Ok(with_session(&app, &session, see_other("/me")))
        }
        Ok(Spent::Address(_)) => Ok(see_other("/me/account")),
        Err(AccountError::LinkGone) => Err(gone()),
        Err(AccountError::EmailTaken) => Err(Problem::conflict(
            "This address has an account of its own by now. Sign in to it, or use another address.",
        )),
        Err(other) => Err(other.into()),
    }
}

fn session_of(caller: &Caller) -> Option<SessionId> {
    match caller {
        Caller::Researcher { session, .. } => Some(*session),
        _ => None,
    }
}

async fn found(app: &App, token: &str) -> Result<OpenLink, Problem> {
    let mut tx = app.store.read().await?;
    researcher::look(&mut tx, &app.store, token).await?.ok_or_else(gone)
}

fn gone() -> Problem {
    Problem::gone("This link was used before or is older than 30 minutes. Ask for a new one.")
}

fn draw(view: &View, (token, link): (&str, &OpenLink), own: bool) -> Response {
    let signs_in = link.purpose == Purpose::SignIn;
    let title = match (own, signs_in) {
        (false, true) => "Is this you?",
        (false, false) => "Sign in first",
        (true, true) => "Sign in to your reports",
        (true, false) => "Confirm your new address",
    };
    let address = hinted(link.address.as_str());
    view.show(&LinkPage { page: view.page(title), token, address, own, signs_in })
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
