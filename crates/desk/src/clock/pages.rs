//! Pages on which the targets of a programme are set.

use super::form::{self, cell, columns};
use super::{recompute, terms};
use crate::calendar::pages::in_charge;
use crate::calendar::store::{self, Kept};
use crate::engine::EngineError;
use crate::programmes::{Programmes, all, by_slug};
use askama::Template;
use axum::extract::State;
use db::{Db, Tx, event};
use domain::case::{ClockName, Refused, Terms};
use domain::{PersonId, ProgrammeId, Severity, Uuid};
use serde_json::json;
use web::{App, Form, FormData, Page, Path, Problem, Reply, Staff, View, see_other};

const LIST: &str = "/desk/settings/targets";

struct Line {
    href: String,
    name: String,
    words: String,
}

#[derive(Template)]
#[template(path = "clock/templates/targets.html")]
struct ListPage {
    page: Page,
    lines: Vec<Line>,
}

/// A field of the form.
struct Cell {
    name: String,
    label: &'static str,
}

/// A clock with its fields.
struct Row {
    label: &'static str,
    hint: &'static str,
    cells: Vec<Cell>,
}

#[derive(Template)]
#[template(path = "clock/templates/terms.html")]
struct TermsPage {
    page: Page,
    form: Form,
    href: String,
    rows: Vec<Row>,
    calendars: Vec<(String, String)>,
    trouble: &'static str,
}

impl TermsPage {
    fn choices(&self) -> Vec<(&str, &str)> {
        let none = [("", "None: every hour of the day and the night counts")];
        none.into_iter().chain(self.calendars.iter().map(|(id, name)| (id.as_str(), name.as_str()))).collect()
    }
}

pub(super) async fn list(State(app): State<App>, staff: Staff, view: View) -> Reply {
    in_charge(staff)?;
    let mut tx = app.store.read().await?;
    let mut names = Programmes::default();
    let mut lines = Vec::new();
    for (id, slug) in all(&mut tx).await? {
        let stored = terms::of(&mut tx, &app.store, id).await?;
        let set = stored.terms.allowances().count();
        let words = match set {
            0 => "as usual".to_owned(),
            1 => "1 target of its own".to_owned(),
            n => format!("{n} targets of its own"),
        };
        let name = names.name(&mut tx, &app.store, id).await?;
        lines.push(Line { href: format!("{LIST}/{slug}"), name, words });
    }
    Ok(view.show(&ListPage { page: view.page("Targets"), lines }))
}

pub(super) async fn show(State(app): State<App>, staff: Staff, view: View, Path(slug): Path<String>) -> Reply {
    in_charge(staff)?;
    let mut tx = app.store.read().await?;
    let id = by_slug(&mut tx, &slug).await?.ok_or_else(Problem::not_found)?;
    let form = form::of(&terms::of(&mut tx, &app.store, id).await?);
    let calendars = store::list(&mut tx, &app.store).await?;
    let name = Programmes::default().name(&mut tx, &app.store, id).await?;
    drop(tx);
    Ok(draw(&view, (&slug, &name), (form, calendars), ""))
}

pub(super) async fn change(
    State(app): State<App>,
    staff: Staff,
    view: View,
    Path(slug): Path<String>,
    form: FormData,
) -> Reply {
    let by = in_charge(staff)?.person;
    let mut form = Form::of(form.fields().await?);
    let mut tx = app.store.read().await?;
    let id = by_slug(&mut tx, &slug).await?.ok_or_else(Problem::not_found)?;
    let calendars = store::list(&mut tx, &app.store).await?;
    let name = Programmes::default().name(&mut tx, &app.store, id).await?;
    drop(tx);
    let Some((calendar, wanted)) = form::read(&mut form, &calendars) else {
        return Ok(draw(&view, (&slug, &name), (form, calendars), ""));
    };
    let seen = form.value("version").parse().unwrap_or_default();
    let store = app.store.clone();
    let done: Result<i64, EngineError> = app
        .store
        .write(move |tx| Box::pin(async move { set(tx, &store, (by, id), (seen, calendar, wanted)).await }))
        .await;
    match done {
        Ok(_) => Ok(see_other(LIST)),
        Err(EngineError::Stale { .. }) => {
            let text =
                "Somebody changed these targets since you opened them. Open them again and make your change anew.";
            Ok(draw(&view, (&slug, &name), (form, calendars), text))
        }
        Err(EngineError::Refused(Refused::Invalid { field, message })) => {
            form.refuse(&field, message);
            Ok(draw(&view, (&slug, &name), (form, calendars), ""))
        }
        Err(error) => Err(error.into()),
    }
}

/// Writes terms, tells the log, and orders that due times are computed again; gives the version. The copy of the
/// calendar is taken here: what was read before this write may have been changed or removed since.
pub async fn set(
    tx: &mut Tx,
    db: &Db,
    (by, programme): (PersonId, ProgrammeId),
    (seen, calendar, mut wanted): (i64, Option<Uuid>, Terms),
) -> Result<i64, EngineError> {
    wanted.calendar = match calendar {
        Some(id) => match store::keep(tx, db, id).await {
            Ok(kept) => Some(kept.named.calendar),
            Err(EngineError::NotFound) => {
                return Err(Refused::invalid("calendar", "This calendar was removed. Pick another one").into());
            }
            Err(error) => return Err(error),
        },
        None => None,
    };
    let version = terms::put(tx, db, programme, (seen, calendar, &wanted)).await?;
    let data = json!({ "programme": programme.to_string(), "version": version, "calendar": calendar, "now": wanted });
    event::append_house(tx, db.keys(), db.ambient(), "targets_changed", Some(by.uuid()), data).await?;
    recompute(tx, db, programme).await?;
    Ok(version)
}

fn row(clock: ClockName) -> Row {
    let (label, hint) = match clock {
        ClockName::FirstResponse => (
            "First answer",
            "From the report to the first thing that one of us says or decides for the reporter to see.",
        ),
        ClockName::Triage => ("Decision", "From the report to the decision whether it is valid."),
        ClockName::Bounty => ("Reward", "From that decision to the payment. Leave it empty when you pay no rewards."),
        ClockName::Resolution => ("Resolution", "From the report to its close."),
    };
    let cell = |severity: Option<Severity>| {
        let label = match severity {
            None => "All others, and before the severity is set",
            Some(Severity::Critical) => "Critical",
            Some(Severity::High) => "High",
            Some(Severity::Medium) => "Medium",
            Some(Severity::Low) => "Low",
            Some(Severity::None) => "None",
        };
        Cell { name: cell(clock, severity), label }
    };
    Row { label, hint, cells: columns().map(cell).collect() }
}

fn draw(
    view: &View,
    (slug, name): (&str, &str),
    (form, calendars): (Form, Vec<Kept>),
    trouble: &'static str,
) -> axum::response::Response {
    let ok = form.ok() && trouble.is_empty();
    let page = TermsPage {
        page: view.page(&format!("Targets of {name}")).with_errors(!ok),
        form,
        href: format!("{LIST}/{slug}"),
        rows: ClockName::ALL.iter().map(|clock| row(*clock)).collect(),
        calendars: calendars.into_iter().map(|kept| (kept.id.to_string(), kept.named.name)).collect(),
        trouble,
    };
    if ok { view.show(&page) } else { view.show_again(&page) }
}
