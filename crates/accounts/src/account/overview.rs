//! `/desk/account`: who I am here, where I am signed in, and how to end it.

use crate::credential::Holder;
use crate::pages::{accounts, without_session};
use crate::people::role_words;
use crate::person::{self, Person};
use crate::session::{self, SessionInfo};
use askama::Template;
use axum::extract::State;
use domain::{SessionId, Ts};
use web::layout::Moment;
use web::{App, FormData, Page, Problem, Reply, Staff, View, see_other};

#[derive(Template)]
#[template(path = "account/templates/overview.html")]
struct AccountPage {
    page: Page,
    person: Person,
    roles: Vec<String>,
    codes_left: usize,
    sessions: Vec<SessionRow>,
}

struct SessionRow {
    id: String,
    began: Moment,
    seen: Moment,
    is_this: bool,
}

pub(crate) async fn show(State(app): State<App>, who: Staff, view: View) -> Reply {
    let db = accounts(&app)?.db();
    let mut tx = db.read().await?;
    let person = person::load(&mut tx, db.keys(), who.person).await?.ok_or_else(Problem::not_found)?;
    let running = session::list(&mut tx, who.person, app.ambient.now()).await?;
    let factor = crate::credential::second_factor(&mut tx, db, Holder::Staff(who.person)).await?;
    let row = |s: SessionInfo| SessionRow {
        id: s.id.to_string(),
        began: Ts::from_micros(s.created_at).into(),
        seen: Ts::from_micros(s.seen_at).into(),
        is_this: s.id == who.session.uuid(),
    };
    let sessions = running.into_iter().map(row).collect();
    let roles = role_words(&mut tx, &person.grants).await?.into_iter().map(|r| r.words).collect();
    let codes_left = factor.map_or(0, |f| f.codes_left());
    Ok(view.show(&AccountPage { page: view.page("Your account"), person, roles, codes_left, sessions }))
}

pub(crate) async fn end_session(State(app): State<App>, who: Staff, form: FormData) -> Reply {
    let fields = form.fields().await?;
    let id: SessionId = fields.get("session").parse().map_err(|_| Problem::not_found())?;
    app.store.write(move |tx| Box::pin(async move { session::end(tx, who.person, id).await })).await?;
    let own = id == who.session;
    Ok(if own { without_session(&app, see_other("/desk/sign-in")) } else { see_other("/desk/account") })
}

pub(crate) async fn end_all(State(app): State<App>, who: Staff, form: FormData) -> Reply {
    form.fields().await?;
    let db = app.store.clone();
    app.store
        .write(move |tx| Box::pin(async move { session::end_all_by(tx, &db, who.person, who.person).await }))
        .await?;
    Ok(without_session(&app, see_other("/desk/sign-in")))
}
