//! The page on which a case is erased: what goes, what stays, who is affected, and a last look.

use super::case::{self, CaseOrder};
use super::{ErasingError, list_of};
use crate::Viewer;
use crate::attachment::{self, size_words};
use crate::engine::{EngineError, Loaded};
use crate::hold::{self, reason, who_may};
use crate::once::Once;
use crate::people::{Names, colleagues};
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use db::erase::{EraseError, Order};
use db::event;
use domain::{Permission, PersonId};
use serde_json::Value;
use web::layout::Banner;
use web::{App, Form, FormData, Page, Path, Reply, Staff, View, see_other};

#[derive(Template)]
#[template(path = "erasing/templates/case.html")]
struct ErasePage {
    page: Page,
    form: Form,
    href: String,
    name: String,
    title: String,
    version: i64,
    words: usize,
    files: usize,
    size: String,
    owner: String,
    readers: usize,
    confirm: String,
    button: String,
}

#[derive(Template)]
#[template(path = "erasing/templates/held.html")]
struct HeldPage {
    page: Page,
    href: String,
    name: String,
    title: String,
    banner: Option<Banner>,
    may_release: String,
    can_release: bool,
}

pub(super) async fn ask(State(app): State<App>, staff: Staff, view: View, Path(reference): Path<String>) -> Reply {
    let viewer = Viewer::from(staff);
    let case = seen(&app, &viewer, &reference).await?;
    show(&app, &view, &viewer, (case, Form::empty())).await
}

pub(super) async fn erase(
    State(app): State<App>,
    staff: Staff,
    view: View,
    Path(reference): Path<String>,
    form: FormData,
) -> Reply {
    let viewer = Viewer::from(staff);
    let mut form = Form::of(form.fields().await?);
    let said = [form.value("version"), form.value("confirm"), form.value("reason")].join("\n");
    let route = format!("erase {}", reference.to_ascii_lowercase());
    let caller = viewer.person.to_string();
    let key = form.value("idempotency").to_owned();
    let once = || Once::new(&app.store, &key, (&caller, &route), said.as_bytes());
    if once().replay::<Value>(&app.store).await?.is_some() {
        return Ok(see_other("/desk/erasures"));
    }
    let case = seen(&app, &viewer, &reference).await?;
    if case.held_since.is_some() {
        return show(&app, &view, &viewer, (case, form)).await;
    }
    let confirmed = form.required("confirm", &format!("Type {} to confirm", case.name()));
    if form.ok() && !confirmed.eq_ignore_ascii_case(&case.name()) {
        form.refuse("confirm", format!("This is not the name of the case. Type {}", case.name()));
    }
    let Some(reason) = reason(&mut form) else { return show(&app, &view, &viewer, (case, form)).await };
    let order = Order { by: Some(viewer.person), reason: reason.as_str().to_owned() };
    let wanted = CaseOrder { case: case.id, seen: form.value("version").parse().ok(), quiet: None, order };
    match case::once(&app.store, list_of(&app)?, (wanted, once())).await {
        Ok(_) => Ok(see_other("/desk/erasures")),
        // Somebody put it on hold, or wrote on it, since it was read.
        Err(ErasingError::Erase(EraseError::Held { .. }) | ErasingError::Engine(EngineError::Stale { .. })) => {
            form.refuse("confirm", "Somebody changed this case since you looked. Look at it again before you erase it");
            let case = seen(&app, &viewer, &reference).await?;
            show(&app, &view, &viewer, (case, form)).await
        }
        Err(held @ ErasingError::HeldBeside { .. }) => {
            form.refuse("confirm", held.to_string());
            show(&app, &view, &viewer, (case, form)).await
        }
        Err(other) => Err(other.into()),
    }
}

async fn seen(app: &App, viewer: &Viewer, reference: &str) -> Result<Loaded, EngineError> {
    let mut tx = app.store.read().await?;
    viewer.case(&mut tx, &app.store, (reference, Permission::EraseCases)).await
}

async fn show(app: &App, view: &View, viewer: &Viewer, (case, form): (Loaded, Form)) -> Reply {
    let db = &app.store;
    let mut tx = db.read().await?;
    let people = colleagues(&mut tx, db).await?;
    let mut records = event::of_case(&mut tx, &case.key, case.id).await?;
    if !viewer.may(Permission::ReadTeamText, &case.facts) {
        records.retain(|record| record.audience != "team");
    }
    let mut names = Names::default();
    for person in records.iter().filter_map(|r| r.actor).map(PersonId::from_uuid).chain(case.assignee) {
        names.get(&mut tx, db, person).await?;
    }
    let files = attachment::of_owner(&mut tx, &case.key, case.id).await?;
    drop(tx);
    let (name, href) = (case.name(), format!("/desk/cases/{}", case.name()));
    if case.held_since.is_some() {
        let held = HeldPage {
            page: view.page(&format!("{name} is on legal hold")),
            banner: hold::banner(&case, &records, &names),
            may_release: who_may(&people, Permission::HoldCases, &case),
            can_release: viewer.may(Permission::HoldCases, &case.facts),
            title: case.title,
            href,
            name,
        };
        return Ok(view.show_as(StatusCode::CONFLICT, &held));
    }
    let ok = form.ok();
    let shown = ErasePage {
        page: view.page(&format!("Erase {name}")).with_errors(!ok),
        form,
        version: case.version,
        words: records.iter().filter(|r| r.data["text"].is_string()).count(),
        files: files.len(),
        size: size_words(files.iter().map(|file| file.size).sum()),
        owner: case.assignee.map(|person| names.known(person).to_owned()).unwrap_or_default(),
        readers: people.iter().filter(|c| c.may(Permission::ReadCases, &case.facts)).count(),
        confirm: format!("Type {name} to confirm"),
        button: format!("Erase {name} for good"),
        title: case.title,
        href,
        name,
    };
    Ok(if ok { view.show(&shown) } else { view.show_again(&shown) })
}
