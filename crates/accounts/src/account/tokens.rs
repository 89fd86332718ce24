//! `/desk/account/tokens`: tokens for programs, shown once. Whoever makes one proves again who they are: a token outlives
//! the session it was made in.

use crate::AccountError;
use crate::pages::{StaffForm, accounts, beside, with_session};
use crate::session::{self, NewSession};
use crate::token::words::words;
use crate::token::{self, TokenInfo, TokenWish};
use askama::Template;
use axum::extract::State;
use domain::{Permission, Span, Ts};
use std::net::IpAddr;
use web::layout::Moment;
use web::{App, Form, FormData, Page, Problem, Reply, Staff, View, see_other};

#[derive(Template)]
#[template(path = "account/templates/tokens.html")]
struct TokensPage<'a> {
    page: Page,
    form: &'a Form,
    made: String,
    tokens: Vec<Row>,
    /// How many of them end soon.
    soon: usize,
    offered: Vec<Offered>,
}

/// A permission to tick.
struct Offered {
    word: &'static str,
    words: &'static str,
}

/// A token on a page.
pub(crate) struct Row {
    pub(crate) id: String,
    pub(crate) label: String,
    pub(crate) permissions: Vec<&'static str>,
    pub(crate) used: String,
    pub(crate) ends: Moment,
    pub(crate) soon: bool,
}

impl Row {
    pub(crate) fn of(token: TokenInfo, now: Ts) -> Self {
        let used = token.used_at.map_or_else(|| "Never".to_owned(), |at| Moment::from(at).full);
        Self {
            id: token.id.to_string(),
            label: token.label,
            permissions: token.permissions.into_iter().map(words).collect(),
            used,
            ends: token.expires_at.into(),
            soon: token.expires_at <= now.plus(token::ENDS_SOON),
        }
    }
}

pub(crate) async fn show(State(app): State<App>, who: Staff, view: View) -> Reply {
    draw(&app, &who, &view, (&Form::empty(), String::new())).await
}

pub(crate) async fn make(sent: StaffForm) -> Reply {
    let StaffForm { app, who, ip, view, mut form } = sent;
    let accounts = accounts(&app)?;
    let days: i64 = form.parsed("days", "Write a number of days, 1 to 366.").unwrap_or(0);
    let permissions = Permission::ALL.iter().copied().filter(|p| form.chosen("permissions", p.as_str())).collect();
    let wish = TokenWish { label: form.value("label").to_owned(), permissions, life: Span::from_days(days) };
    if form.ok()
        && let Err(error) = token::check(&wish)
    {
        beside(&mut form, error)?;
    }
    let Some(session) = prove(&app, &who, ip, &mut form).await? else {
        return draw(&app, &who, &view, (&form, String::new())).await;
    };
    let (db, person, own) = (accounts.db().clone(), who.person, session.id);
    let made = accounts.db().write(move |tx| {
        Box::pin(async move {
            session::check_runs(tx, (person, own)).await?;
            token::create(tx, &db, person, wish).await
        })
    });
    let page = match made.await {
        Ok(made) => draw(&app, &who, &view, (&Form::empty(), made.text)).await?,
        Err(error) => {
            beside(&mut form, error)?;
            draw(&app, &who, &view, (&form, String::new())).await?
        }
    };
    Ok(with_session(&app, &session, page))
}

/// Asks again once the rest of the form is good. Gives the session that the proof opens.
async fn prove(app: &App, who: &Staff, ip: IpAddr, form: &mut Form) -> Result<Option<NewSession>, Problem> {
    let typed = form.required("current-password", "Write your password or the code your app shows.");
    if !form.ok() {
        return Ok(None);
    }
    match accounts(app)?.step_up(ip, who.person, who.session, &typed).await {
        Ok(session) => Ok(Some(session)),
        Err(AccountError::Refused) => {
            form.refuse("current-password", "This is neither your password nor an unused code.");
            Ok(None)
        }
        Err(other) => Err(other.into()),
    }
}

pub(crate) async fn revoke(State(app): State<App>, who: Staff, form: FormData) -> Reply {
    let fields = form.fields().await?;
    let id = fields.get("token").parse().map_err(|_| Problem::not_found())?;
    let (db, person) = (app.store.clone(), who.person);
    app.store.write(move |tx| Box::pin(async move { token::revoke(tx, &db, person, id, person).await })).await?;
    Ok(see_other("/desk/account/tokens"))
}

async fn draw(app: &App, who: &Staff, view: &View, (form, made): (&Form, String)) -> Reply {
    let db = accounts(app)?.db();
    let mut tx = db.read().await?;
    let now = db.ambient().now();
    let listed = token::list(&mut tx, db, who.person).await?;
    let tokens: Vec<Row> = listed.into_iter().map(|token| Row::of(token, now)).collect();
    let soon = tokens.iter().filter(|token| token.soon).count();
    let held = |p: &&Permission| who.actor.grants.iter().any(|g| g.holds(**p));
    let offered = Permission::ALL.iter().filter(held).map(|p| Offered { word: p.as_str(), words: words(*p) }).collect();
    let page = view.page("API tokens").with_errors(!form.ok());
    let shown = TokensPage { page, form, made, tokens, soon, offered };
    Ok(if form.ok() { view.show(&shown) } else { view.show_again(&shown) })
}
