//! The page on which somebody sets their quiet hours.

use super::quiet;
use crate::engine::EngineError;
use askama::Template;
use axum::extract::State;
use domain::calendar::{CalendarError, Quiet, TimeOfDay, Zone};
use std::str::FromStr;
use web::{App, Fields, Form, FormData, Page, Reply, Staff, View, see_other};

const HREF: &str = "/desk/quiet-hours";

#[derive(Template)]
#[template(path = "alert/templates/quiet.html")]
struct QuietPage {
    page: Page,
    form: Form,
    set: bool,
    trouble: &'static str,
}

pub(super) async fn show(State(app): State<App>, staff: Staff, view: View) -> Reply {
    let mut tx = app.store.read().await?;
    let (version, quiet) = quiet::read(&mut tx, &app.store, staff.person).await?;
    drop(tx);
    Ok(draw(&view, (stored(version, quiet.as_ref()), quiet.is_some()), ""))
}

pub(super) async fn change(State(app): State<App>, staff: Staff, view: View, form: FormData) -> Reply {
    let person = staff.person;
    let mut form = Form::of(form.fields().await?);
    let wanted = if form.value("do") == "remove" { None } else { read(&mut form) };
    if !form.ok() {
        let mut tx = app.store.read().await?;
        let (_, quiet) = quiet::read(&mut tx, &app.store, person).await?;
        return Ok(draw(&view, (form, quiet.is_some()), ""));
    }
    let seen = form.value("version").parse().unwrap_or_default();
    let store = app.store.clone();
    let done: Result<i64, EngineError> = app
        .store
        .write(move |tx| Box::pin(async move { quiet::put(tx, &store, (person, seen, wanted.as_ref())).await }))
        .await;
    match done {
        Ok(_) => Ok(see_other(HREF)),
        Err(EngineError::Stale { .. }) => {
            let mut tx = app.store.read().await?;
            let (version, quiet) = quiet::read(&mut tx, &app.store, person).await?;
            drop(tx);
            let text = "They were changed in another window. What you typed is still here: save again to have it so.";
            let mut typed = form.fields().clone();
            typed.set("version", version.to_string());
            Ok(draw(&view, (Form::of(typed), quiet.is_some()), text))
        }
        Err(error) => Err(error.into()),
    }
}

fn parsed<T: FromStr<Err = CalendarError>>(form: &mut Form, field: &str) -> Option<T> {
    match form.value(field).trim().parse() {
        Ok(value) => Some(value),
        Err(error) => {
            form.refuse(field, error.to_string());
            None
        }
    }
}

fn read(form: &mut Form) -> Option<Quiet> {
    let zone = parsed::<Zone>(form, "zone");
    let (from, until) = (parsed::<TimeOfDay>(form, "from"), parsed::<TimeOfDay>(form, "until"));
    let quiet = Quiet { zone: zone?, from: from?, until: until?, weekend: form.value("weekend") == "yes" };
    match quiet.check() {
        Ok(()) => Some(quiet),
        Err(error) => {
            form.refuse("until", error.to_string());
            None
        }
    }
}

fn stored(version: i64, quiet: Option<&Quiet>) -> Form {
    let mut fields = Fields::default();
    fields.set("version", version.to_string());
    match quiet {
        Some(quiet) => {
            fields.set("zone", quiet.zone.name());
            fields.set("from", quiet.from.to_string());
            fields.set("until", quiet.until.to_string());
            fields.set("weekend", if quiet.weekend { "yes" } else { "no" });
        }
        None => {
            for (name, value) in [("zone", "UTC"), ("from", "22:00"), ("until", "07:00"), ("weekend", "no")] {
                fields.set(name, value);
            }
        }
    }
    Form::of(fields)
}

fn draw(view: &View, (form, set): (Form, bool), trouble: &'static str) -> axum::response::Response {
    let ok = form.ok() && trouble.is_empty();
    let page = QuietPage { page: view.page("Quiet hours").with_errors(!ok), form, set, trouble };
    if ok { view.show(&page) } else { view.show_again(&page) }
}
