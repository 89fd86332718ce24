//! The check page: everything once more, each with a way to change it, before it is sent.

use super::form::{self, SHEETS, said};
use super::page::{self, FileLine, private};
use super::step::Step;
use crate::intake::{DraftToken, Known};
use accounts::researcher;
use askama::Template;
use axum::http::StatusCode;
use web::layout::Banner;
use web::{Page, Problem, Reply};

/// Words up to this many bytes stand in the page once more as hidden fields, so that a page that was
/// left open for days still holds them when their draft is gone.
const CARRIED: usize = 300 << 10;

struct Line<'a> {
    name: &'static str,
    label: &'static str,
    value: &'a str,
    said: &'a str,
}

#[derive(Template)]
#[template(path = "report/templates/check.html")]
struct CheckPage<'a> {
    page: Page,
    name: &'a str,
    action: String,
    lines: Vec<Line<'a>>,
    carried: bool,
    files: Vec<FileLine>,
    token: &'a DraftToken,
    seen: String,
    banner: Option<&'a Banner>,
    /// What the account is called whose owner looks; none for the nameless.
    signed_in: Option<String>,
    /// Whether it is to stand in no account.
    nameless: bool,
}

/// Shows everything that would be sent; what is wrong leads to its page first.
pub(super) async fn show(mut step: Step) -> Reply {
    form::check(&mut step.form, &step.written, step.app.ambient.now());
    step.checking = true;
    let wrong = SHEETS.iter().find(|sheet| step.form.errors().iter().any(|error| sheet.has(&error.field)));
    if let Some(sheet) = wrong {
        step.page = sheet.number;
        return page::ask(step, StatusCode::UNPROCESSABLE_ENTITY).await;
    }
    let status = if step.banner.is_some() { StatusCode::CONFLICT } else { StatusCode::OK };
    show_as(step, status).await
}

/// Shows it with this status, whatever is wrong.
pub(super) async fn show_as(step: Step, status: StatusCode) -> Reply {
    let line = |name: &'static str, label: &'static str| {
        let value = step.written.words.get(name).map_or("", String::as_str);
        Line { name, label, value, said: said(name, value) }
    };
    let asked = SHEETS.iter().flat_map(|sheet| sheet.asked);
    let template = CheckPage {
        page: step.view.page("Check your report"),
        name: &step.programme.brief.name,
        action: step.address(),
        lines: asked.map(|asked| line(asked.name, asked.label)).collect(),
        carried: step.written.bytes() <= CARRIED,
        files: step.files().await,
        token: &step.token,
        seen: step.seen.map(|version| version.to_string()).unwrap_or_default(),
        banner: step.banner.as_ref(),
        signed_in: signed_in(&step).await?,
        nameless: step.nameless,
    };
    Ok(private(step.view.show_as(status, &template)))
}

/// What the account is called that whoever looks is signed in to.
async fn signed_in(step: &Step) -> Result<Option<String>, Problem> {
    let Some(person) = Known::from(step.view.caller()).account else { return Ok(None) };
    let mut tx = step.app.store.read().await?;
    let account = researcher::load(&mut tx, step.app.store.keys(), person).await?;
    Ok(account.map(|account| if account.profile.credit.is_empty() { account.email } else { account.profile.credit }))
}
