//! One person: roles, shutting out, sessions, a new link.

use super::invite::LinkPage;
use super::scopes::{ROLES, RoleWords};
use super::{ScopeChoices, read_grant, role_words, whole_house};
use crate::pages::{accounts, beside};
use crate::person::{self, Person, PersonState, check_manage};
use crate::{AccountError, link, session};
use askama::Template;
use axum::extract::State;
use domain::{Grant, Permission, PersonId, may_house};
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
}

pub(crate) async fn show(State(app): State<App>, who: Manager, view: View, Path(id): Path<PersonId>) -> Reply {
    whole_house(&who.actor)?;
    draw(&app, &view, (&who, id), &Form::empty()).await
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
    let Some(grant) = read_grant(&mut form) else { return draw(app, view, (&who, id), &form).await };
    let (db, by, actor) = (app.store.clone(), who.person, who.actor.clone());
    let changed = app.store.write(move |tx| {
        Box::pin(async move {
            check_manage(tx, &actor, Some(id), Some(grant)).await?;
            if person::load(tx, db.keys(), id).await?.is_none() {
                return Err(AccountError::NotFound);
            }
            set_role(tx, &db, (id, grant), give, by).await
        })
    });
    match changed.await {
        Ok(()) => Ok(see_other(&format!("/desk/people/{id}"))),
        Err(error) => {
            beside(&mut form, error)?;
            draw(app, view, (&who, id), &form).await
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

pub(crate) async fn shut_out(State(app): State<App>, who: Manager, Path(id): Path<PersonId>, form: FormData) -> Reply {
    act(&app, who, id, (form, Act::ShutOut)).await
}

pub(crate) async fn let_in(State(app): State<App>, who: Manager, Path(id): Path<PersonId>, form: FormData) -> Reply {
    act(&app, who, id, (form, Act::LetIn)).await
}

pub(crate) async fn sign_out(State(app): State<App>, who: Manager, Path(id): Path<PersonId>, form: FormData) -> Reply {
    act(&app, who, id, (form, Act::SignOut)).await
}

async fn act(app: &App, who: Manager, id: PersonId, (form, act): (FormData, Act)) -> Reply {
    form.fields().await?;
    let (db, by) = (app.store.clone(), who.person);
    let done = app.store.write(move |tx| {
        Box::pin(async move {
            check_manage(tx, &who.actor, Some(id), None).await?;
            if person::load(tx, db.keys(), id).await?.is_none() {
                return Err(AccountError::NotFound);
            }
            match act {
                Act::ShutOut => person::disable(tx, &db, id, Some(by)).await,
                Act::LetIn => person::enable(tx, &db, id, Some(by)).await,
                Act::SignOut => session::end_all_by(tx, &db, id, by).await,
            }
        })
    });
    done.await?;
    Ok(see_other(&format!("/desk/people/{id}")))
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

async fn draw(app: &App, view: &View, (who, id): (&Manager, PersonId), form: &Form) -> Reply {
    let db = accounts(app)?.db();
    let mut tx = db.read().await?;
    let person = person::load(&mut tx, db.keys(), id).await?.ok_or_else(Problem::not_found)?;
    let roles = role_words(&mut tx, &person.grants).await?;
    let scopes = ScopeChoices::load(&mut tx).await?;
    let title = if person.name.is_empty() { person.email.clone() } else { person.name.clone() };
    let page = view.page(&title).with_errors(!form.ok());
    let may_erase = who.person != id && may_house(&who.actor, Permission::ErasePeople);
    let shown = PersonPage { page, form, person, roles, scopes, may_erase };
    Ok(if form.ok() { view.show(&shown) } else { view.show_again(&shown) })
}
