//! One person: roles, shutting out, sessions, tokens, a new link.

use super::barred::{self, Barred};
use super::invite::LinkPage;
use super::scopes::{ROLES, RoleWords};
use super::{ScopeChoices, read_grant, role_words, whole_house};
use crate::account::tokens::Row as TokenRow;
use crate::pages::{accounts, beside};
use crate::person::{self, Person, PersonState, check_manage};
use crate::{AccountError, link, session, token, visible};
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use db::{List, Tx};
use domain::{Actor, Grant, Permission, PersonId, Ts, may_house};
use uuid::Uuid;
use web::layout::Moment;
use web::{Allowed, App, Form, FormData, Page, Path, Problem, Reply, View, rights, see_other};

type Manager = Allowed<rights::ManagePeople>;

#[derive(Template)]
#[template(path = "people/templates/one.html")]
struct PersonPage<'a> {
    page: Page,
    form: &'a Form,
    person: Person,
    roles: Vec<RoleWords>,
    scopes: ScopeChoices,
    may_erase: bool,
    /// Open cases of theirs, as far as whoever looks may see them.
    open: usize,
    /// When each session began and was last used.
    sessions: Vec<(Moment, Moment)>,
    /// Nothing for who may not revoke them.
    tokens: Vec<TokenRow>,
    /// Whether somebody invited has a way in.
    link_open: bool,
    /// What would leave restricted cases to nobody, and was not done yet.
    barred: Option<Barred>,
}

pub(crate) async fn show(State(app): State<App>, who: Manager, view: View, Path(id): Path<PersonId>) -> Reply {
    whole_house(&who.actor)?;
    draw(&app, &view, (&who, id), (&Form::empty(), None)).await
}

pub(crate) async fn give(
    State(app): State<App>,
    who: Manager,
    view: View,
    Path(id): Path<PersonId>,
    form: FormData,
) -> Reply {
    change_role(&app, who, &view, id, (form, true)).await
}

pub(crate) async fn take(
    State(app): State<App>,
    who: Manager,
    view: View,
    Path(id): Path<PersonId>,
    form: FormData,
) -> Reply {
    change_role(&app, who, &view, id, (form, false)).await
}

async fn change_role(app: &App, who: Manager, view: &View, id: PersonId, (form, give): (FormData, bool)) -> Reply {
    whole_house(&who.actor)?;
    let mut form = Form::of(form.fields().await?);
    let Some(grant) = read_grant(&mut form) else { return draw(app, view, (&who, id), (&form, None)).await };
    let (db, by, actor) = (app.store.clone(), who.person, who.actor.clone());
    let confirmed = form.value("confirm") == "yes";
    let changed = app.store.write(move |tx| {
        Box::pin(async move {
            check_manage(tx, &actor, Some(id), Some(grant)).await?;
            if person::load(tx, db.keys(), id).await?.is_none() {
                return Err(AccountError::NotFound);
            }
            let before = barred::before(tx, id, confirmed || give).await?;
            set_role(tx, &db, (id, grant), give, by).await?;
            barred::check(tx, before).await
        })
    });
    match changed.await {
        Ok(()) => Ok(see_other(&format!("/desk/people/{id}"))),
        Err(error @ AccountError::Unkept(_)) => {
            let barred = Barred::role(&error, &form);
            draw(app, view, (&who, id), (&form, Some(barred))).await
        }
        Err(error) => {
            beside(&mut form, error)?;
            draw(app, view, (&who, id), (&form, None)).await
        }
    }
}

async fn set_role(
    tx: &mut db::Tx,
    db: &db::Db,
    (id, grant): (PersonId, Grant),
    give: bool,
    by: PersonId,
) -> Result<(), AccountError> {
    if give {
        person::grant(tx, db, id, grant, Some(by)).await
    } else {
        person::remove_grant(tx, db, id, grant, Some(by)).await
    }
}

/// What can be done to a person with one button.
#[derive(Clone, Copy)]
enum Act {
    ShutOut,
    LetIn,
    SignOut,
}

pub(crate) async fn shut_out(
    State(app): State<App>,
    who: Manager,
    view: View,
    Path(id): Path<PersonId>,
    form: FormData,
) -> Reply {
    let fields = form.fields().await?;
    let confirmed = fields.get("confirm") == "yes";
    match act(&app, &who, id, (Act::ShutOut, confirmed)).await {
        Err(error @ AccountError::Unkept(_)) => {
            draw(&app, &view, (&who, id), (&Form::empty(), Some(Barred::shutting_out(&error)))).await
        }
        done => answer(id, done),
    }
}

pub(crate) async fn let_in(State(app): State<App>, who: Manager, Path(id): Path<PersonId>, form: FormData) -> Reply {
    form.fields().await?;
    answer(id, act(&app, &who, id, (Act::LetIn, true)).await)
}

pub(crate) async fn sign_out(State(app): State<App>, who: Manager, Path(id): Path<PersonId>, form: FormData) -> Reply {
    form.fields().await?;
    answer(id, act(&app, &who, id, (Act::SignOut, true)).await)
}

async fn act(app: &App, who: &Manager, id: PersonId, (act, confirmed): (Act, bool)) -> Result<(), AccountError> {
    let (db, by, actor) = (app.store.clone(), who.person, who.actor.clone());
    let done = app.store.write(move |tx| {
        Box::pin(async move {
            check_manage(tx, &actor, Some(id), None).await?;
            if person::load(tx, db.keys(), id).await?.is_none() {
                return Err(AccountError::NotFound);
            }
            let before = barred::before(tx, id, confirmed).await?;
            match act {
                Act::ShutOut => person::disable(tx, &db, id, Some(by)).await?,
                Act::LetIn => person::enable(tx, &db, id, Some(by)).await?,
                Act::SignOut => session::end_all_by(tx, &db, id, by).await?,
            }
            barred::check(tx, before).await
        })
    });
    done.await
}

fn answer(id: PersonId, done: Result<(), AccountError>) -> Reply {
    done?;
    Ok(see_other(&format!("/desk/people/{id}")))
}

/// Ends one token of a colleague. One that is no more is none to be ended.
pub(crate) async fn revoke_token(
    State(app): State<App>,
    who: Allowed<rights::ManageTokens>,
    Path(id): Path<PersonId>,
    form: FormData,
) -> Reply {
    whole_house(&who.actor)?;
    let sent = form.fields().await?.get("token").parse::<Uuid>().ok();
    let (db, by, actor) = (app.store.clone(), who.person, who.actor);
    let done = app.store.write(move |tx| {
        Box::pin(async move {
            check_manage(tx, &actor, Some(id), None).await?;
            if person::load(tx, db.keys(), id).await?.is_none() {
                return Err(AccountError::NotFound);
            }
            let Some(sent) = sent else { return Ok(()) };
            match token::revoke(tx, &db, id, sent, by).await {
                Err(AccountError::NotFound) => Ok(()),
                done => done,
            }
        })
    });
    answer(id, done.await)
}

pub(crate) async fn new_link(
    State(app): State<App>,
    who: Manager,
    view: View,
    Path(id): Path<PersonId>,
    form: FormData,
) -> Reply {
    let lost_password = form.fields().await?.get("lost") == "password";
    let (db, by) = (app.store.clone(), who.person);
    let made = app.store.write(move |tx| {
        Box::pin(async move {
            check_manage(tx, &who.actor, Some(id), None).await?;
            if lost_password {
                link::password_link(tx, &db, id, Some(by)).await
            } else {
                link::recovery_link(tx, &db, id, Some(by)).await
            }
        })
    });
    let link = made.await?;
    let address = app.settings.public_url.join(&link.path());
    Ok(view.show(&LinkPage {
        page: view.page("A link to pass on"),
        address,
        until: link.expires_at.into(),
        sent_to: String::new(),
    }))
}

/// Open cases that are counted.
const OPEN_MOST: usize = 1000;

/// Open cases of somebody that whoever looks may see, up to a bound.
async fn open_cases(tx: &mut Tx, actor: &Actor, person: PersonId) -> Result<usize, AccountError> {
    let head = "SELECT c.id FROM cases c WHERE c.erased_at IS NULL AND c.is_open = TRUE";
    let list = visible(List::new(head).and("c.assignee = ?", [person.uuid().into()]), actor, Permission::ReadCases);
    let most = i64::try_from(OPEN_MOST).unwrap_or(i64::MAX);
    Ok(list.tail("LIMIT ?", [most.into()]).fetch::<(Uuid,)>(tx).await?.len())
}

async fn draw(
    app: &App,
    view: &View,
    (who, id): (&Manager, PersonId),
    (form, barred): (&Form, Option<Barred>),
) -> Reply {
    let db = accounts(app)?.db();
    let mut tx = db.read().await?;
    let person = person::load(&mut tx, db.keys(), id).await?.ok_or_else(Problem::not_found)?;
    let roles = role_words(&mut tx, &person.grants).await?;
    let scopes = ScopeChoices::load(&mut tx).await?;
    let title = if person.name.is_empty() { person.email.clone() } else { person.name.clone() };
    let (ok, status) = (
        form.ok() && barred.is_none(),
        if barred.is_some() { StatusCode::CONFLICT } else { StatusCode::UNPROCESSABLE_ENTITY },
    );
    let page = view.page(&title).with_errors(!ok);
    let may_erase = who.person != id && may_house(&who.actor, Permission::ErasePeople);
    let link_open = link::is_open(&mut tx, db, id).await?;
    let now = db.ambient().now();
    let open = open_cases(&mut tx, &who.actor, id).await?;
    let running = session::list(&mut tx, id, now).await?;
    let at = |micros: i64| Moment::from(Ts::from_micros(micros));
    let sessions = running.iter().map(|session| (at(session.created_at), at(session.seen_at))).collect();
    let may_revoke = may_house(&who.actor, Permission::ManageTokens);
    let tokens = if may_revoke { token::list(&mut tx, db, id).await? } else { Vec::new() };
    let tokens = tokens.into_iter().map(|token| TokenRow::of(token, now)).collect();
    let shown = PersonPage { page, form, person, roles, scopes, may_erase, open, sessions, tokens, link_open, barred };
    Ok(view.show_as(if ok { StatusCode::OK } else { status }, &shown))
}
