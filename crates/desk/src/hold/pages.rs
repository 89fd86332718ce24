//! Setting and lifting a hold: each a page that says what follows and asks why.

use super::{reason, who_may};
use crate::Viewer;
use crate::engine::{self, EngineError, Hold, Loaded};
use crate::once::Once;
use crate::people::colleagues;
use askama::Template;
use axum::extract::State;
use domain::Permission;
use web::layout::Moment;
use web::{App, Form, FormData, Page, Path, Problem, Reply, Staff, View, see_other};

#[derive(Template)]
#[template(path = "hold/templates/hold.html")]
struct HoldPage {
    page: Page,
    form: Form,
    href: String,
    name: String,
    title: String,
    since: Option<Moment>,
    release: bool,
    may_release: String,
    may_erase: String,
}

pub(super) async fn ask_hold(app: State<App>, staff: Staff, view: View, path: Path<String>) -> Reply {
    ask(app, staff, &view, path, false).await
}

pub(super) async fn ask_release(app: State<App>, staff: Staff, view: View, path: Path<String>) -> Reply {
    ask(app, staff, &view, path, true).await
}

async fn ask(State(app): State<App>, staff: Staff, view: &View, Path(reference): Path<String>, release: bool) -> Reply {
    let case = seen(&app, &Viewer::from(staff), &reference).await?;
    if case.held_since.is_some() == release {
        return show(&app, view, case, (Form::empty(), release)).await;
    }
    // Somebody was faster: the case says how it stands.
    Ok(see_other(&format!("/desk/cases/{}", case.name())))
}

pub(super) async fn hold(app: State<App>, staff: Staff, view: View, path: Path<String>, form: FormData) -> Reply {
    change(app, staff, &view, path, (form, false)).await
}

pub(super) async fn release(app: State<App>, staff: Staff, view: View, path: Path<String>, form: FormData) -> Reply {
    change(app, staff, &view, path, (form, true)).await
}

async fn change(
    State(app): State<App>,
    staff: Staff,
    view: &View,
    Path(reference): Path<String>,
    (form, release): (FormData, bool),
) -> Reply {
    let mut form = Form::of(form.fields().await?);
    let viewer = Viewer::from(staff);
    let case = seen(&app, &viewer, &reference).await?;
    let name = case.name();
    let Some(reason) = reason(&mut form) else { return show(&app, view, case, (form, release)).await };
    let by = viewer.person;
    let route = format!("hold {release} {}", case.id);
    let key = form.value("idempotency");
    let once = Once::new(&app.store, key, (&by.to_string(), &route), reason.as_str().as_bytes());
    let (store, hold) = (app.store.clone(), Hold { case: case.id, seen: None, by, reason });
    let done: Result<i64, EngineError> = once
        .write_on(&app.store, case.id, move |tx| {
            Box::pin(async move {
                if release { engine::release(tx, &store, hold).await } else { engine::hold(tx, &store, hold).await }
            })
        })
        .await;
    done.map_err(|error| Problem::from(error).keeping(form.fields().clone()))?;
    Ok(see_other(&format!("/desk/cases/{name}")))
}

async fn seen(app: &App, viewer: &Viewer, reference: &str) -> Result<Loaded, EngineError> {
    let mut tx = app.store.read().await?;
    viewer.case(&mut tx, &app.store, (reference, Permission::HoldCases)).await
}

async fn show(app: &App, view: &View, case: Loaded, (form, release): (Form, bool)) -> Reply {
    let mut tx = app.store.read().await?;
    let people = colleagues(&mut tx, &app.store).await?;
    drop(tx);
    let name = case.name();
    let title = if release { format!("Lift the hold on {name}") } else { format!("Put {name} on legal hold") };
    let ok = form.ok();
    let page = HoldPage {
        page: view.page(&title).with_errors(!ok),
        form,
        href: format!("/desk/cases/{name}"),
        since: case.held_since.map(Moment::from),
        release,
        may_release: who_may(&people, Permission::HoldCases, &case),
        may_erase: who_may(&people, Permission::EraseCases, &case),
        title: case.title,
        name,
    };
    Ok(if ok { view.show(&page) } else { view.show_again(&page) })
}
