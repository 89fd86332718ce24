//! The check page: everything once more, each with a way to change it, before it is sent.

use super::form::{CONTACT, DRAFT, ONCE, REPORT, said};
use super::page::{FileLine, Step, private};
use askama::Template;
use axum::http::StatusCode;
use web::{Page, Reply};

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
    action: String,
    lines: Vec<Line<'a>>,
    files: Vec<FileLine>,
    draft: &'a str,
    once: &'a str,
}

/// Shows everything that would be sent.
pub(crate) async fn show(mut step: Step) -> Reply {
    let files = step.files().await?;
    if !step.form.ok() {
        return step.ask(StatusCode::UNPROCESSABLE_ENTITY, None).await;
    }
    let lines = REPORT.iter().chain([&CONTACT]).map(|field| {
        let value = step.form.value(field.name);
        Line { name: field.name, label: field.label, value, said: said(field.name, value) }
    });
    let template = CheckPage {
        page: step.view.page("Check your report"),
        action: format!("/programs/{}/report", step.programme.brief.slug),
        lines: lines.collect(),
        files,
        draft: step.form.value(DRAFT),
        once: step.form.value(ONCE),
    };
    Ok(private(step.view.show(&template)))
}
