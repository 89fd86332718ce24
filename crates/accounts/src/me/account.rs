//! `/me/account`: what a researcher says of themselves, which mail they want, where they are signed in.

use super::sends_mail;
use crate::pages::beside;
use crate::researcher::{self, Pace, Profile, Researcher as Account};
use crate::session::{self, SessionInfo};
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use domain::{SessionId, Ts};
use web::layout::Moment;
use web::{App, Fields, Form, FormData, Page, Problem, Reply, Researcher, View, see_other};

const PAGE: &str = "/me/account";

#[derive(Template)]
#[template(path = "me/templates/account.html")]
#[expect(clippy::struct_excessive_bools, reason = "a page asks many small questions")]
struct AccountPage {
    page: Page,
    form: Form,
    address: String,
    /// The address that was just asked for, which has a letter by now.
    asked: bool,
    guarded: bool,
    sessions: Vec<SessionRow>,
    /// Whether address and second factor may change now, and the account be erased.
    fresh: bool,
    sends_mail: bool,
}

struct SessionRow {
    id: String,
    began: Moment,
    seen: Moment,
    is_this: bool,
}

pub(super) async fn show(State(app): State<App>, who: Researcher, view: View) -> Reply {
    draw(&app, &view, who, (None, StatusCode::OK, false)).await
}

pub(super) async fn save(State(app): State<App>, who: Researcher, view: View, form: FormData) -> Reply {
    let mut form = Form::of(form.fields().await?);
    let named = form.chosen("named", "yes");
    let read = Profile::read(form.value("credit"), form.value("links"), form.value("languages"), named);
    let seen = form.parsed::<i64>("version", "Open this page again.");
    let profile = match read {
        Ok(profile) => Some(profile),
        Err(error) => {
            beside(&mut form, error)?;
            None
        }
    };
    let (Some(profile), Some(seen), true) = (profile, seen, form.ok()) else {
        return draw(&app, &view, who, (Some(form), StatusCode::UNPROCESSABLE_ENTITY, false)).await;
    };
    let (db, pace) = (app.store.clone(), Pace::parse(form.value("pace")));
    let saved = app.store.write(move |tx| {
        Box::pin(async move { researcher::change(tx, &db, (who.person, seen), (&profile, pace)).await })
    });
    saved.await.map_err(|error| Problem::from(error).keeping(form.fields().clone()))?;
    Ok(see_other(PAGE))
}

pub(super) async fn end_session(State(app): State<App>, who: Researcher, form: FormData) -> Reply {
    let fields = form.fields().await?;
    let id: SessionId = fields.get("session").parse().map_err(|_| Problem::not_found())?;
    app.store.write(move |tx| Box::pin(async move { session::end_of_researcher(tx, who.person, id).await })).await?;
    let own = id == who.session;
    Ok(if own { super::without_session(&app, see_other("/")) } else { see_other(PAGE) })
}

pub(super) async fn end_others(State(app): State<App>, who: Researcher, form: FormData) -> Reply {
    form.fields().await?;
    let ended = app
        .store
        .write(move |tx| Box::pin(async move { session::end_others_of_researcher(tx, who.person, who.session).await }));
    ended.await?;
    Ok(see_other(PAGE))
}

/// The page with this form, or with what is kept.
pub(super) async fn draw(
    app: &App,
    view: &View,
    who: Researcher,
    (typed, status, asked): (Option<Form>, StatusCode, bool),
) -> Reply {
    let mut tx = app.store.read().await?;
    let account = researcher::load(&mut tx, app.store.keys(), who.person).await?.ok_or_else(Problem::not_found)?;
    let running = session::list_of_researcher(&mut tx, who.person, app.ambient.now()).await?;
    let fresh = session::is_fresh(&mut tx, (who.person, who.session), app.ambient.now()).await?;
    drop(tx);
    let row = |s: SessionInfo| SessionRow {
        id: s.id.to_string(),
        began: Ts::from_micros(s.created_at).into(),
        seen: Ts::from_micros(s.seen_at).into(),
        is_this: s.id == who.session.uuid(),
    };
    let kept = Form::of(kept(&account));
    let form = typed.map_or_else(|| kept.clone(), |typed| typed.beside(&kept));
    let shown = AccountPage {
        page: view.page("Your account").with_errors(!form.ok()),
        form,
        address: account.email,
        asked,
        guarded: account.guarded,
        sessions: running.into_iter().map(row).collect(),
        fresh,
        sends_mail: sends_mail(app),
    };
    Ok(view.show_as(status, &shown))
}

fn kept(account: &Account) -> Fields {
    let Profile { credit, languages, named, .. } = &account.profile;
    [
        ("credit", credit.clone()),
        ("links", account.links_text()),
        ("languages", languages.clone()),
        ("named", if *named { "yes" } else { "no" }.to_owned()),
        // A form that is shown again keeps the version it saw: what changed meanwhile is not overwritten by it.
        ("version", account.version.to_string()),
        ("pace", account.pace.as_str().to_owned()),
    ]
    .into_iter()
    .collect()
}
