//! `/me/account/second-factor`: an authenticator app of one's own, other recovery codes, and no second factor any more.
//! Each asks for a link younger than ten minutes and, where there is a factor already, for a code of it.

use super::{is_fresh, prove_again, with_session};
use crate::AccountError;
use crate::credential::{Holder, TotpSecret, may_try_behind_link, offered_in, showing, tried_behind_link};
use crate::pages::{accounts, beside};
use crate::researcher::{self, FactorWish, Researcher as Account, change_factor, codes_left};
use crate::welcome::set_up::{CodesPage, Offer};
use askama::Template;
use axum::extract::State;
use web::security::{self, Subject};
use web::{App, Form, FormData, Page, Problem, Reply, Researcher, View, see_other};

const ACCOUNT: &str = "/me/account";
const WRONG: &str = "This code is not right, or it was used before. Wait for the next one, or use a recovery code.";

#[derive(Template)]
#[template(path = "me/templates/second_factor.html")]
struct FactorPage {
    page: Page,
    form: Form,
    /// Whether there is a factor already.
    guarded: bool,
    codes_left: usize,
    authenticator: Offer,
    /// Comes back with the form: the offer is of this showing of the page alone.
    showing: String,
}

/// Which of the forms of the page was sent.
#[derive(Clone, Copy)]
enum Act {
    Set,
    Codes,
    Drop,
}

impl Act {
    /// The field with the code of the present authenticator: one page has all three.
    const fn present(self) -> &'static str {
        match self {
            Self::Set => "present",
            Self::Codes => "present-codes",
            Self::Drop => "present-drop",
        }
    }
}

pub(super) async fn show(State(app): State<App>, who: Researcher, view: View) -> Reply {
    if !is_fresh(&app, who).await? {
        return Ok(prove_again());
    }
    let account = account(&app, who).await?;
    draw(&app, &view, (who, account), Form::empty()).await
}

pub(super) async fn set(State(app): State<App>, who: Researcher, view: View, form: FormData) -> Reply {
    act(&app, &view, who, (Act::Set, form)).await
}

pub(super) async fn codes(State(app): State<App>, who: Researcher, view: View, form: FormData) -> Reply {
    act(&app, &view, who, (Act::Codes, form)).await
}

pub(super) async fn drop_it(State(app): State<App>, who: Researcher, view: View, form: FormData) -> Reply {
    act(&app, &view, who, (Act::Drop, form)).await
}

async fn act(app: &App, view: &View, who: Researcher, (act, form): (Act, FormData)) -> Reply {
    let mut form = Form::of(form.fields().await?);
    if !is_fresh(app, who).await? {
        return Ok(prove_again());
    }
    let account = account(app, who).await?;
    let wish = match act {
        Act::Set => {
            let typed = form.required("code", "Write the code your app shows now.");
            FactorWish::Set(offered(app, who, form.value("showing")), typed)
        }
        Act::Codes => FactorWish::Codes,
        Act::Drop => FactorWish::Drop,
    };
    let present = if account.guarded {
        form.required(act.present(), "Write the code your present authenticator shows, or a recovery code.")
    } else {
        String::new()
    };
    if !form.ok() {
        return draw(app, view, (who, account), form).await;
    }
    let (accounts, holder) = (accounts(app)?, Holder::Researcher(who.person));
    let _try = may_try_behind_link(accounts, holder)?;
    let (db, session) = (app.store.clone(), (who.person, who.session));
    let done = app
        .store
        .write(move |tx| Box::pin(async move { change_factor(tx, &db, session, (wish, &present)).await }))
        .await;
    match done {
        Ok((session, codes)) => {
            tried_behind_link(accounts, holder, true);
            security::done("second factor changed", Subject::Researcher, None);
            if codes.is_empty() {
                return Ok(with_session(app, &session, see_other(ACCOUNT)));
            }
            let (onward, onward_words) = (ACCOUNT, "Go back to your account");
            let shown = CodesPage { page: view.page("Your recovery codes"), codes: &codes, onward, onward_words };
            return Ok(with_session(app, &session, view.show(&shown)));
        }
        Err(AccountError::Refused) => {
            tried_behind_link(accounts, holder, false);
            form.refuse(act.present(), WRONG);
        }
        Err(error) => beside(&mut form, error)?,
    }
    draw(app, view, (who, account), form).await
}

async fn account(app: &App, who: Researcher) -> Result<Account, Problem> {
    let mut tx = app.store.read().await?;
    researcher::load(&mut tx, app.store.keys(), who.person).await?.ok_or_else(Problem::not_found)
}

fn offered(app: &App, who: Researcher, showing: &str) -> TotpSecret {
    offered_in(&app.store, who.session, showing)
}

async fn draw(app: &App, view: &View, (who, account): (Researcher, Account), form: Form) -> Reply {
    let shown_before = Some(form.value("showing").to_owned()).filter(|showing| !showing.is_empty());
    let showing = shown_before.unwrap_or_else(|| showing(&app.store));
    let secret = offered(app, who, &showing);
    let ok = form.ok();
    let title = if account.guarded { "Your second factor" } else { "Add a second factor" };
    let shown = FactorPage {
        page: view.page(title).with_errors(!ok),
        form,
        guarded: account.guarded,
        codes_left: codes_left(accounts(app)?, who.person).await?,
        authenticator: Offer::of(&secret, &app.settings.organisation, &account.email),
        showing,
    };
    Ok(if ok { view.show(&shown) } else { view.show_again(&shown) })
}
