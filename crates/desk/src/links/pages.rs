//! The page on which a report is split and others are merged into it.

use super::change;
use super::gather::{SHOWN, Together, linked};
use crate::Viewer;
use crate::engine::{EngineError, Loaded, Merging, NewPart, Splitting};
use crate::once::Once;
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use domain::case::Refused;
use domain::{Permission, ReporterText};
use web::{App, Fields, Form, FormData, Page, Path, Problem, Reply, Staff, View, see_other};

/// Parts that the form has room for at once.
const ROOM: usize = 3;

/// The fields of one part.
struct Row {
    title: String,
    title_label: String,
    text: String,
    text_label: String,
}

#[derive(Template)]
#[template(path = "links/templates/page.html")]
struct LinksPage {
    page: Page,
    form: Form,
    href: String,
    name: String,
    title: String,
    version: i64,
    trouble: String,
    open: bool,
    linked: Together,
    rows: Vec<Row>,
}

async fn seen(app: &App, viewer: &Viewer, reference: &str) -> Result<Loaded, EngineError> {
    let mut tx = app.store.read().await?;
    viewer.case(&mut tx, &app.store, (reference, Permission::ActOnCases)).await
}

pub(super) async fn show(State(app): State<App>, staff: Staff, view: View, path: Path<String>) -> Reply {
    let viewer = Viewer::from(staff);
    let case = seen(&app, &viewer, &path.0).await?;
    draw((&app, &view, &viewer), case, (StatusCode::OK, Form::empty(), String::new())).await
}

async fn draw(
    (app, view, viewer): (&App, &View, &Viewer),
    case: Loaded,
    (status, form, trouble): (StatusCode, Form, String),
) -> Reply {
    let mut tx = app.store.read().await?;
    let linked = linked(&mut tx, &app.store, (viewer, &case), SHOWN).await?;
    drop(tx);
    let name = case.name();
    let page = LinksPage {
        page: view.page(&format!("Split or merge {name}")).with_errors(status != StatusCode::OK),
        form,
        href: format!("/desk/cases/{name}"),
        version: case.version,
        trouble,
        open: case.machine.is_counted() && case.summary().open,
        linked,
        rows: (1..=ROOM).map(row).collect(),
        title: case.title,
        name,
    };
    Ok(view.show_as(status, &page))
}

fn row(place: usize) -> Row {
    Row {
        title: format!("title-{place}"),
        title_label: format!("Title of part {place}"),
        text: format!("text-{place}"),
        text_label: format!("What part {place} is about"),
    }
}

fn once(app: &App, (viewer, case): (&Viewer, &Loaded), (route, fields): (&str, &Fields)) -> Once {
    let typed: Vec<String> = fields.typed().map(|(name, value)| format!("{name}={value}")).collect();
    let (who, route, said) = (viewer.person.to_string(), format!("{route} {}", case.id), typed.join("\n"));
    Once::new(&app.store, fields.get("idempotency"), (&who, &route), said.as_bytes())
}

pub(super) async fn split(
    State(app): State<App>,
    staff: Staff,
    view: View,
    path: Path<String>,
    form: FormData,
) -> Reply {
    let mut form = Form::of(form.fields().await?);
    let viewer = Viewer::from(staff);
    let case = seen(&app, &viewer, &path.0).await?;
    let parts = parts(&mut form);
    if !form.ok() {
        return draw((&app, &view, &viewer), case, (StatusCode::UNPROCESSABLE_ENTITY, form, String::new())).await;
    }
    let once = once(&app, (&viewer, &case), ("split", form.fields()));
    let seen = form.value("version").parse().unwrap_or_default();
    let splitting = Splitting { case: case.id, seen: Some(seen), by: viewer.person, parts };
    let done = change::split(&app.store, once, splitting).await;
    after((&app, &view, &viewer), case, (form, done.map(|_| ()))).await
}

/// The parts that were typed; an empty pair of fields is none.
fn parts(form: &mut Form) -> Vec<NewPart> {
    let mut parts = Vec::new();
    for place in 1..=ROOM {
        let typed = (form.value(&format!("title-{place}")).to_owned(), form.value(&format!("text-{place}")).to_owned());
        if typed.0.trim().is_empty() && typed.1.trim().is_empty() {
            continue;
        }
        match change::part((&typed.0, &typed.1), place) {
            Ok(part) => parts.push(part),
            Err(Refused::Invalid { field, message }) => form.refuse(&field, message),
            Err(_) => {}
        }
    }
    if parts.is_empty() && form.ok() {
        form.refuse("title-1", "Say at least one part that goes on by itself.");
    }
    parts
}

pub(super) async fn merge(
    State(app): State<App>,
    staff: Staff,
    view: View,
    path: Path<String>,
    form: FormData,
) -> Reply {
    let mut form = Form::of(form.fields().await?);
    let viewer = Viewer::from(staff);
    let case = seen(&app, &viewer, &path.0).await?;
    let reason = ReporterText::new(form.required("reason", "Say why, in words that the other reporters will read"));
    let names = form.value("cases").split([',', ' ', '\n', '\r']).filter(|name| !name.is_empty());
    let names: Vec<String> = names.map(str::to_owned).collect();
    let mut tx = app.store.read().await?;
    let others = change::named(&mut tx, &app.store, (&viewer, &case), &names).await;
    drop(tx);
    let done = match (others, reason) {
        (Ok(others), Ok(reason)) if form.ok() => {
            let once = once(&app, (&viewer, &case), ("merge", form.fields()));
            let seen = form.value("version").parse().unwrap_or_default();
            let merging = Merging { root: case.id, seen: Some(seen), by: viewer.person, others, reason };
            change::merge(&app.store, once, merging).await.map(|_| ())
        }
        (Err(error), _) => Err(error),
        (Ok(_), Err(error)) if form.ok() => {
            form.refuse("reason", crate::problem::sentence(error));
            Ok(())
        }
        _ => Ok(()),
    };
    after((&app, &view, &viewer), case, (form, done)).await
}

/// To the case, or the page again with what was typed.
async fn after(
    (app, view, viewer): (&App, &View, &Viewer),
    case: Loaded,
    (mut form, done): (Form, Result<(), EngineError>),
) -> Reply {
    let (status, trouble) = match done {
        Ok(()) if form.ok() => return Ok(see_other(&format!("/desk/cases/{}", case.name()))),
        Ok(()) => (StatusCode::UNPROCESSABLE_ENTITY, String::new()),
        Err(EngineError::Refused(Refused::Invalid { field, message })) => {
            form.refuse(if field == "parts" { "title-1" } else { &field }, message);
            (StatusCode::UNPROCESSABLE_ENTITY, String::new())
        }
        Err(EngineError::Refused(Refused::Illegal { state, .. })) => {
            (StatusCode::CONFLICT, format!("Only open reports are split or merged. This one is {state}."))
        }
        Err(EngineError::Conflict(text)) => (StatusCode::CONFLICT, text),
        Err(EngineError::Stale { .. }) => {
            let text = "Somebody changed this case since you looked. Read what is new, then send it again.";
            (StatusCode::PRECONDITION_FAILED, text.to_owned())
        }
        Err(other) => return Err(Problem::from(other).keeping(form.fields().clone())),
    };
    draw((app, view, viewer), case, (status, form, trouble)).await
}
