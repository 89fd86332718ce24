//! `/desk/researchers`: find somebody by their exact address, and whose new reports are not taken.

use super::manager;
use crate::Viewer;
use accounts::ReadKind;
use accounts::researcher::{self, BARS_SHOWN};
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use mail::MailAddress;
use web::layout::{Moment, day};
use web::{App, Form, FormData, Page, Reply, Staff, View, see_other};

struct Row {
    id: String,
    name: String,
    named: bool,
    since: Moment,
    until: String,
}

#[derive(Template)]
#[template(path = "researchers/templates/list.html")]
struct ListPage {
    page: Page,
    form: Form,
    rows: Vec<Row>,
    more: bool,
}

pub(super) async fn show(State(app): State<App>, staff: Staff, view: View) -> Reply {
    manager(Viewer::from(staff))?;
    draw(&app, &view, Form::empty()).await
}

/// By POST, so that no address stands in a log of addresses.
pub(super) async fn search(State(app): State<App>, staff: Staff, view: View, form: FormData) -> Reply {
    let viewer = manager(Viewer::from(staff))?;
    let mut form = Form::of(form.fields().await?);
    let typed = form.required("email", "Write an e-mail address");
    if form.ok() {
        crate::audit::note(&app, viewer.person, ReadKind::Search, None).await?;
        let found = match typed.parse::<MailAddress>() {
            Ok(address) => {
                let mut tx = app.store.read().await?;
                researcher::by_address(&mut tx, app.store.keys(), &address).await?
            }
            Err(_) => None,
        };
        match found {
            Some(id) => return Ok(see_other(&format!("/desk/researchers/{id}"))),
            None => form.refuse("email", "No researcher has an account with exactly this address"),
        }
    }
    draw(&app, &view, form).await
}

async fn draw(app: &App, view: &View, form: Form) -> Reply {
    let mut tx = app.store.read().await?;
    let bars = researcher::bars(&mut tx, &app.store).await?;
    let more = bars.len() == BARS_SHOWN;
    let mut rows = Vec::with_capacity(bars.len());
    for (id, since, until) in bars {
        let found = researcher::load(&mut tx, app.store.keys(), id).await?;
        let credit = found.map(|found| found.profile.credit).unwrap_or_default();
        let named = !credit.is_empty();
        let name = if named { credit } else { researcher::NO_NAME.to_owned() };
        rows.push(Row { id: id.to_string(), name, named, since: since.into(), until: day(until) });
    }
    drop(tx);
    let status = if form.ok() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = view.page("Researchers").with_errors(!form.ok());
    Ok(view.show_as(status, &ListPage { page, form, rows, more }))
}
