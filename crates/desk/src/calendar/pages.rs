//! Pages of the calendars.

use super::form;
use super::store::{self, Change, Kept, Named};
use crate::Viewer;
use crate::engine::EngineError;
use crate::once::Once;
use askama::Template;
use axum::extract::State;
use domain::calendar::Weekday;
use domain::{Permission, Uuid};
use web::{App, Form, FormData, Page, Path, Problem, Reply, Staff, View, see_other};

const LIST: &str = "/desk/settings/calendars";

struct Line {
    href: String,
    name: String,
    zone: String,
    hours: String,
    users: String,
}

#[derive(Template)]
#[template(path = "calendar/templates/list.html")]
struct ListPage {
    page: Page,
    lines: Vec<Line>,
}

#[derive(Template)]
#[template(path = "calendar/templates/one.html")]
struct CalendarPage {
    page: Page,
    form: Form,
    /// Where the form goes.
    href: String,
    days: &'static [Weekday],
    /// Programmes that work by it; none for a new one.
    users: Vec<String>,
    is_new: bool,
    /// Why it was not removed.
    trouble: String,
}

/// Settings are the house's: a grant in a smaller scope does not reach them.
pub(crate) fn in_charge(staff: Staff) -> Result<Viewer, Problem> {
    let viewer = Viewer::from(staff);
    if viewer.may_house(Permission::ManageSettings) { Ok(viewer) } else { Err(Problem::not_found()) }
}

pub(super) async fn list(State(app): State<App>, staff: Staff, view: View) -> Reply {
    in_charge(staff)?;
    let mut tx = app.store.read().await?;
    let mut lines = Vec::new();
    for Kept { id, named, .. } in store::list(&mut tx, &app.store).await? {
        let users: Vec<String> = store::users(&mut tx, id).await?.into_iter().map(|(_, slug)| slug).collect();
        lines.push(Line {
            href: format!("{LIST}/{id}"),
            zone: named.calendar.zone().to_string(),
            hours: week_words(&named),
            users: users.join(", "),
            name: named.name,
        });
    }
    Ok(view.show(&ListPage { page: view.page("Calendars"), lines }))
}

/// `40 h a week`.
fn week_words(named: &Named) -> String {
    let minutes = named.calendar.weekly().micros() / 60_000_000;
    let (hours, rest) = (minutes / 60, minutes % 60);
    if rest == 0 { format!("{hours} h a week") } else { format!("{hours} h {rest} min a week") }
}

pub(super) async fn ask(State(app): State<App>, staff: Staff, view: View) -> Reply {
    in_charge(staff)?;
    draw(&app, &view, (None, form::blank()), "").await
}

pub(super) async fn show(State(app): State<App>, staff: Staff, view: View, Path(id): Path<Uuid>) -> Reply {
    in_charge(staff)?;
    let mut tx = app.store.read().await?;
    let kept = store::find(&mut tx, &app.store, id).await?;
    drop(tx);
    draw(&app, &view, (Some(id), form::of(&kept.named, kept.version)), "").await
}

pub(super) async fn create(State(app): State<App>, staff: Staff, view: View, form: FormData) -> Reply {
    let by = in_charge(staff)?.person;
    let mut form = Form::of(form.fields().await?);
    let Some(named) = form::read(&mut form) else { return draw(&app, &view, (None, form), "").await };
    let said = serde_json::to_vec(&named).map_err(Problem::internal)?;
    let once = Once::new(&app.store, form.value("idempotency"), (&by.to_string(), "calendar"), &said);
    let store = app.store.clone();
    let made = once.write(&app.store, move |tx| {
        Box::pin(async move { store::create(tx, &store, (by, &named.name, named.calendar)).await })
    });
    match made.await {
        Ok(_) => Ok(see_other(LIST)),
        Err(error) => refused(&app, &view, (None, form), error).await,
    }
}

pub(super) async fn change(
    State(app): State<App>,
    staff: Staff,
    view: View,
    Path(id): Path<Uuid>,
    form: FormData,
) -> Reply {
    let by = in_charge(staff)?.person;
    let mut form = Form::of(form.fields().await?);
    let mut tx = app.store.read().await?;
    store::find(&mut tx, &app.store, id).await?;
    drop(tx);
    let Some(named) = form::read(&mut form) else { return draw(&app, &view, (Some(id), form), "").await };
    let wanted = Change { id, seen: form.value("version").parse().unwrap_or_default(), by };
    let store = app.store.clone();
    let done: Result<i64, EngineError> =
        app.store.write(move |tx| Box::pin(async move { store::change(tx, &store, wanted, named).await })).await;
    match done {
        Ok(_) => Ok(see_other(LIST)),
        Err(error) => refused(&app, &view, (Some(id), form), error).await,
    }
}

pub(super) async fn remove(
    State(app): State<App>,
    staff: Staff,
    view: View,
    Path(id): Path<Uuid>,
    form: FormData,
) -> Reply {
    let by = in_charge(staff)?.person;
    let form = Form::of(form.fields().await?);
    let wanted = Change { id, seen: form.value("version").parse().unwrap_or_default(), by };
    let store = app.store.clone();
    let done: Result<(), EngineError> =
        app.store.write(move |tx| Box::pin(async move { store::remove(tx, &store, wanted).await })).await;
    match done {
        Ok(()) => Ok(see_other(LIST)),
        Err(EngineError::NotFound) => Err(Problem::not_found()),
        Err(error) => {
            let mut tx = app.store.read().await?;
            let kept = store::find(&mut tx, &app.store, id).await?;
            drop(tx);
            refused(&app, &view, (Some(id), form::of(&kept.named, kept.version)), error).await
        }
    }
}

/// The form again with what the store found wrong.
async fn refused(app: &App, view: &View, (id, mut form): (Option<Uuid>, Form), error: EngineError) -> Reply {
    match error {
        EngineError::Refused(domain::case::Refused::Invalid { field, message }) if !field.is_empty() => {
            form.refuse(&field, message);
            draw(app, view, (id, form), "").await
        }
        EngineError::Refused(domain::case::Refused::Invalid { message, .. }) => {
            draw(app, view, (id, form), &message).await
        }
        EngineError::Stale { .. } => {
            let text = "Somebody changed this calendar since you opened it. Open it again and make your change anew.";
            draw(app, view, (id, form), text).await
        }
        other => Err(other.into()),
    }
}

async fn draw(app: &App, view: &View, (id, form): (Option<Uuid>, Form), trouble: &str) -> Reply {
    let mut tx = app.store.read().await?;
    let users = match id {
        Some(id) => store::users(&mut tx, id).await?.into_iter().map(|(_, slug)| slug).collect(),
        None => Vec::new(),
    };
    drop(tx);
    let ok = form.ok() && trouble.is_empty();
    let name = form.value("name");
    let title = if id.is_none() || name.is_empty() { "New calendar".to_owned() } else { name.to_owned() };
    let page = CalendarPage {
        page: view.page(&title).with_errors(!ok),
        form,
        href: id.map_or(format!("{LIST}/new"), |id| format!("{LIST}/{id}")),
        days: Weekday::ALL,
        users,
        is_new: id.is_none(),
        trouble: trouble.to_owned(),
    };
    Ok(if ok { view.show(&page) } else { view.show_again(&page) })
}
