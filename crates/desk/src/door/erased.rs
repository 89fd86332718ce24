//! What the holder of a code reads when their report was erased.

use askama::Template;
use axum::http::StatusCode;
use db::erase::{Kind, status};
use domain::CaseId;
use web::layout::Moment;
use web::{App, Page, Problem, Reply, View};

#[derive(Template)]
#[template(path = "door/templates/erased.html")]
struct ErasedPage {
    page: Page,
    at: Moment,
    done: Option<Moment>,
}

/// 410. It says when, and no more: the reason is the team's, and may itself tell of the report.
pub(crate) async fn show(app: &App, view: &View, case: CaseId) -> Reply {
    let mut tx = app.store.read().await?;
    let found = status(&mut tx, Kind::Case, case.uuid()).await?.ok_or_else(Problem::not_found)?;
    drop(tx);
    let page = view.page("Your report was erased");
    let done = found.swept_at.map(Moment::from);
    Ok(view.show_as(StatusCode::GONE, &ErasedPage { page, at: found.erasure.at.into(), done }))
}
