//! Barring a researcher from sending new reports, and letting them in again. Whoever does it proves themselves first.

use super::pages::{Asked, draw};
use super::{known, manager};
use crate::Viewer;
use accounts::AccountError;
use accounts::researcher::{self, Wish};
use axum::extract::State;
use domain::{PersonId, ReporterText};
use web::{App, Form, FormData, Path, Problem, Reply, Staff, View, see_other};

/// Longest reason, in characters: the person reads all of it.
pub(super) const REASON_MAX: usize = 2_000;

/// A reason as a text for the person it is about.
pub(super) fn reason(typed: &str) -> Result<ReporterText, &'static str> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Err("Say why: the person reads it");
    }
    if typed.chars().count() > REASON_MAX {
        return Err("Use at most 2,000 characters");
    }
    ReporterText::new(typed.to_owned()).map_err(crate::problem::sentence)
}

pub(super) async fn set(
    State(app): State<App>,
    staff: Staff,
    view: View,
    Path(id): Path<PersonId>,
    form: FormData,
) -> Reply {
    let viewer = there(&app, staff, id).await?;
    let mut form = Form::of(form.fields().await?);
    let days = form.parsed::<i64>("days", "Say for how many days: 1 to 730");
    let why = reason(form.value("reason")).map_err(|message| form.refuse("reason", message)).ok();
    if let (Some(days), Some(reason), true) = (days, why, form.ok()) {
        let (db, by) = (app.store.clone(), viewer.person);
        let wish = Wish { researcher: id, days, reason };
        let done: Result<(), AccountError> =
            app.store.write(move |tx| Box::pin(async move { researcher::set_bar(tx, &db, wish, by).await })).await;
        match done {
            Ok(()) => return Ok(see_other(&format!("/desk/researchers/{id}"))),
            Err(AccountError::Invalid { field, message }) => form.refuse(field, message),
            Err(other) => return Err(other.into()),
        }
    }
    draw(&app, &view, (&viewer, id), (form, Asked::default())).await
}

pub(super) async fn lift(State(app): State<App>, staff: Staff, Path(id): Path<PersonId>, form: FormData) -> Reply {
    form.fields().await?;
    let viewer = there(&app, staff, id).await?;
    let (db, by) = (app.store.clone(), viewer.person);
    app.store.write(move |tx| Box::pin(async move { researcher::lift(tx, &db, id, by).await })).await?;
    Ok(see_other(&format!("/desk/researchers/{id}")))
}

async fn there(app: &App, staff: Staff, id: PersonId) -> Result<Viewer, Problem> {
    let viewer = manager(Viewer::from(staff))?;
    let mut tx = app.store.read().await?;
    known(&mut tx, &app.store, (&viewer, id)).await?;
    Ok(viewer)
}
