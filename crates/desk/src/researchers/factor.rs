//! The second factor of a researcher who lost theirs: taken off by whoever manages people, once they know who asks.

use super::{known, manager};
use crate::Viewer;
use crate::hold::reason;
use accounts::AccountError;
use accounts::researcher::{self, Researcher};
use askama::Template;
use axum::extract::State;
use domain::PersonId;
use web::{App, Form, FormData, Page, Path, Problem, Reply, Staff, View, see_other};

#[derive(Template)]
#[template(path = "researchers/templates/factor.html")]
struct FactorPage {
    page: Page,
    form: Form,
    href: String,
    name: String,
    address: String,
    /// Whether there is one to take off.
    guarded: bool,
}

pub(super) async fn ask(State(app): State<App>, staff: Staff, view: View, Path(id): Path<PersonId>) -> Reply {
    let (_, found) = found(&app, staff, id).await?;
    Ok(draw(&view, found, Form::empty()))
}

pub(super) async fn take_off(
    State(app): State<App>,
    staff: Staff,
    view: View,
    Path(id): Path<PersonId>,
    form: FormData,
) -> Reply {
    let (viewer, found) = found(&app, staff, id).await?;
    let mut form = Form::of(form.fields().await?);
    let Some(reason) = reason(&mut form) else { return Ok(draw(&view, found, form)) };
    let (db, by) = (app.store.clone(), viewer.person);
    let done: Result<(), AccountError> = app
        .store
        .write(move |tx| Box::pin(async move { researcher::take_off(tx, &db, id, (by, &reason)).await }))
        .await;
    done.map_err(|error| Problem::from(error).keeping(form.fields().clone()))?;
    Ok(see_other(&format!("/desk/researchers/{id}")))
}

async fn found(app: &App, staff: Staff, id: PersonId) -> Result<(Viewer, Researcher), Problem> {
    let viewer = manager(Viewer::from(staff))?;
    let mut tx = app.store.read().await?;
    let (found, _) = known(&mut tx, &app.store, (&viewer, id)).await?;
    Ok((viewer, found))
}

fn draw(view: &View, found: Researcher, form: Form) -> axum::response::Response {
    let ok = form.ok();
    let shown = FactorPage {
        page: view.page("Take a second factor off").with_errors(!ok),
        form,
        href: format!("/desk/researchers/{}", found.id),
        guarded: found.guarded,
        name: found.name().to_owned(),
        address: found.email,
    };
    if ok { view.show(&shown) } else { view.show_again(&shown) }
}
