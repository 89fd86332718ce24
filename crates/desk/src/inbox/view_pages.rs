//! The page of saved views, and the switch of the single keys.

use super::asked::{Asked, DUE, KINDS, ORDERS};
use super::views::{self, Kept, Wanted};
use crate::Viewer;
use crate::engine::EngineError;
use crate::once::Once;
use crate::programmes::{Readable, readable};
use crate::words::outcome_words;
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use domain::case::Refused;
use domain::inbox::{CaseFilter, NamedFilter, OwnerFilter};
use domain::{Permission, Uuid};
use web::{App, Form, FormData, Page, Path, Problem, Reply, Staff, View, see_other};

const HREF: &str = "/desk/views";

#[expect(clippy::struct_excessive_bools, reason = "each says what the line shows")]
struct Line {
    id: String,
    href: String,
    name: String,
    words: String,
    shared: bool,
    first: bool,
    /// Whether the viewer may rename and remove it.
    theirs: bool,
    version: i64,
    /// Whether its form is shown again with what is wrong.
    open: bool,
    field: String,
}

#[derive(Template)]
#[template(path = "inbox/templates/views.html")]
struct ViewsPage {
    page: Page,
    lines: Vec<Line>,
    form: Form,
    trouble: String,
}

/// Whether they may make and change views of the team.
pub(super) fn may_share(viewer: &Viewer) -> bool {
    viewer.may_house(Permission::ManageSettings)
}

pub(super) async fn list(State(app): State<App>, staff: Staff, view: View) -> Reply {
    draw(&app, &view, &Viewer::from(staff), (Form::empty(), None, String::new())).await
}

/// The page; with what was typed about the view `of`, or with what went wrong.
async fn draw(
    app: &App,
    view: &View,
    viewer: &Viewer,
    (form, of, trouble): (Form, Option<Uuid>, String),
) -> Result<Response, Problem> {
    let mut tx = app.store.read().await?;
    let kept = views::of_person(&mut tx, &app.store, viewer.person).await?;
    let programmes = readable(&mut tx, viewer).await?;
    drop(tx);
    let lines = kept.iter().map(|kept| Line { open: of == Some(kept.id), ..line(kept, viewer, &programmes) });
    let ok = form.ok() && trouble.is_empty();
    let page = view.page("Views and keys").with_errors(!ok);
    let page = ViewsPage { page, lines: lines.collect(), form, trouble };
    Ok(if ok { view.show(&page) } else { view.show_again(&page) })
}

fn line(kept: &Kept, viewer: &Viewer, programmes: &[Readable]) -> Line {
    Line {
        href: format!("/desk?view={}", kept.id),
        words: words(kept.named.filter(), programmes),
        theirs: !kept.shared || may_share(viewer),
        name: kept.named.name().to_owned(),
        field: format!("name-{}", kept.id.simple()),
        id: kept.id.to_string(),
        shared: kept.shared,
        first: kept.first,
        version: kept.version,
        open: false,
    }
}

/// What a view shows, in words.
fn words(filter: &CaseFilter, programmes: &[Readable]) -> String {
    let asked = Asked::of(filter, programmes);
    let mut words = vec![match filter.state.word() {
        "" => "open".to_owned(),
        "all" => "open and closed".to_owned(),
        word => word.to_owned(),
    }];
    let named =
        |pairs: &[(&str, &str)], value: &str| pairs.iter().find(|(v, _)| *v == value).map(|(_, w)| w.to_lowercase());
    words.extend(filter.kind.as_deref().and_then(|kind| named(KINDS, kind)));
    words.extend(filter.outcome.as_deref().map(|outcome| outcome_words(outcome).to_lowercase()));
    words.extend(filter.severity.map(|severity| severity.to_string()));
    words.extend((!asked.programme.is_empty()).then(|| format!("programme {}", asked.programme)));
    words.extend(match filter.owner {
        OwnerFilter::Any => None,
        OwnerFilter::Me => Some("mine".to_owned()),
        OwnerFilter::Nobody => Some("without owner".to_owned()),
        OwnerFilter::Person(_) => Some("of one colleague".to_owned()),
    });
    words.extend(filter.waiting.map(|them| if them { "waiting for them" } else { "waiting for us" }.to_owned()));
    words.extend(filter.exploited.map(|known| if known { "exploited" } else { "not exploited" }.to_owned()));
    words.extend(filter.watched.map(|mine| if mine { "watched by me" } else { "not watched by me" }.to_owned()));
    words.extend(filter.fresh.map(|new| if new { "new to me" } else { "seen by me" }.to_owned()));
    words.extend(filter.due.map(|_| format!("due: {}", named(DUE, &asked.due).unwrap_or(asked.due.clone()))));
    words.extend((!filter.text.is_empty()).then(|| format!("“{}”", filter.text)));
    words.extend(filter.sort.and_then(|_| named(ORDERS, &asked.sort)).map(|order| format!("first: {order}")));
    words.join(" · ")
}

pub(super) async fn create(State(app): State<App>, staff: Staff, view: View, form: FormData) -> Reply {
    let viewer = Viewer::from(staff);
    let mut form = Form::of(form.fields().await?);
    let mut tx = app.store.read().await?;
    let programmes = readable(&mut tx, &viewer).await?;
    drop(tx);
    let shared = form.value("shared") == "yes";
    if shared && !may_share(&viewer) {
        return Err(Problem::not_found());
    }
    let named = match NamedFilter::new(form.value("name"), Asked::from_form(&form).filter(&programmes)) {
        Ok(named) if form.ok() => named,
        Ok(_) => return draw(&app, &view, &viewer, (form, None, String::new())).await,
        Err(error) => {
            form.refuse("name", error.to_string());
            return draw(&app, &view, &viewer, (form, None, format!("{error}. The view was not kept."))).await;
        }
    };
    let (by, first) = (viewer.person, form.value("first") == "yes");
    let said = serde_json::to_vec(&(&named, shared, first)).map_err(Problem::internal)?;
    let once = Once::new(&app.store, form.value("idempotency"), (&by.to_string(), "view"), &said);
    let store = app.store.clone();
    let made = once.write(&app.store, move |tx| {
        Box::pin(async move {
            let id = views::create(tx, &store, (by, shared, &named)).await?;
            if first {
                views::open_with(tx, (by, Some(id))).await?;
            }
            Ok(id)
        })
    });
    match made.await {
        Ok(id) => Ok(see_other(&format!("/desk?view={id}"))),
        Err(EngineError::Refused(Refused::Invalid { message, .. })) => {
            draw(&app, &view, &viewer, (form, None, format!("{message}."))).await
        }
        Err(other) => Err(other.into()),
    }
}

/// The view, if the viewer can see it, and what they saw of it.
async fn meant(app: &App, viewer: &Viewer, id: Uuid, form: &Form) -> Result<(Kept, Wanted), Problem> {
    let mut tx = app.store.read().await?;
    let kept = views::of_person(&mut tx, &app.store, viewer.person).await?;
    let kept = kept.into_iter().find(|kept| kept.id == id).ok_or_else(Problem::not_found)?;
    let seen = form.value("version").parse().unwrap_or_default();
    Ok((kept, Wanted { by: viewer.person, may_share: may_share(viewer), id, seen }))
}

pub(super) async fn rename(
    State(app): State<App>,
    staff: Staff,
    view: View,
    Path(id): Path<Uuid>,
    form: FormData,
) -> Reply {
    let viewer = Viewer::from(staff);
    let mut form = Form::of(form.fields().await?);
    let (kept, wanted) = meant(&app, &viewer, id, &form).await?;
    let named = match NamedFilter::new(form.value("name"), kept.named.filter().clone()) {
        Ok(named) if form.ok() => named,
        Ok(_) => return draw(&app, &view, &viewer, (form, Some(id), String::new())).await,
        Err(error) => {
            form.refuse(&format!("name-{}", id.simple()), error.to_string());
            return draw(&app, &view, &viewer, (form, Some(id), String::new())).await;
        }
    };
    let store = app.store.clone();
    let done: Result<i64, EngineError> =
        app.store.write(move |tx| Box::pin(async move { views::change(tx, &store, wanted, &named).await })).await;
    ended(&app, &view, &viewer, done.map(|_| ())).await
}

pub(super) async fn remove(
    State(app): State<App>,
    staff: Staff,
    view: View,
    Path(id): Path<Uuid>,
    form: FormData,
) -> Reply {
    let viewer = Viewer::from(staff);
    let form = Form::of(form.fields().await?);
    let (_, wanted) = meant(&app, &viewer, id, &form).await?;
    let store = app.store.clone();
    let done = app.store.write(move |tx| Box::pin(async move { views::remove(tx, &store, wanted).await })).await;
    ended(&app, &view, &viewer, done).await
}

/// Back to the list, or the list with what is wrong.
async fn ended(app: &App, view: &View, viewer: &Viewer, done: Result<(), EngineError>) -> Reply {
    match done {
        Ok(()) => Ok(see_other(HREF)),
        Err(EngineError::Stale { .. }) => {
            let words = "Somebody changed this view since you looked. Below is how it is now.".to_owned();
            draw(app, view, viewer, (Form::empty(), None, words)).await
        }
        Err(other) => Err(other.into()),
    }
}

pub(super) async fn open_with(State(app): State<App>, staff: Staff, form: FormData) -> Reply {
    let form = Form::of(form.fields().await?);
    let view = form.optional("view").map(|id| id.parse::<Uuid>().map_err(|_| Problem::not_found())).transpose()?;
    let person = staff.person;
    let done: Result<(), EngineError> =
        app.store.write(move |tx| Box::pin(async move { views::open_with(tx, (person, view)).await })).await;
    done?;
    Ok(see_other(HREF))
}

pub(super) async fn switch_keys(State(app): State<App>, staff: Staff, form: FormData) -> Reply {
    let (form, person) = (Form::of(form.fields().await?), staff.person);
    let off = form.value("keys") == "off";
    let done: Result<(), EngineError> =
        app.store.write(move |tx| Box::pin(async move { views::switch_keys(tx, (person, off)).await })).await;
    done?;
    Ok(see_other("/desk/views#keys"))
}
