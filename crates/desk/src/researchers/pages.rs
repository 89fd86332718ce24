//! The page of one researcher for the desk.

use super::known;
use crate::Viewer;
use crate::engine::EngineError;
use crate::words::{case_name, chip};
use accounts::researcher::{self, Profile};
use accounts::visible_to;
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use db::{DataKey, DbError, List, Tx, field};
use domain::{CaseId, Permission, PersonId, Ts, Uuid};
use serde::Deserialize;
use web::layout::{Moment, StateChip, day};
use web::{App, Form, Page, Path, Query, Reply, Staff, View};

/// Cases on one page.
const PAGE: usize = 50;

/// Where the list of cases begins.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    before: Option<i64>,
}

struct CaseLine {
    name: String,
    title: String,
    chip: StateChip,
    came: Moment,
}

pub(super) struct BarLine {
    since: Moment,
    until: String,
    reason: String,
}

#[derive(Template)]
#[template(path = "researchers/templates/one.html")]
struct OnePage {
    page: Page,
    form: Form,
    href: String,
    profile: Profile,
    /// Only for whoever manages people.
    address: String,
    since: Moment,
    record: String,
    cases: Vec<CaseLine>,
    older: Option<i64>,
    bar: Option<BarLine>,
    may_bar: bool,
    /// Whether their sign-in asks for a code: told to whoever manages people.
    guarded: bool,
    may_erase: bool,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    r#type: String,
    number: i64,
    state: String,
    outcome: Option<String>,
    waiting_since: Option<i64>,
    received_at: i64,
    title: Vec<u8>,
}

pub(super) async fn show(
    State(app): State<App>,
    staff: Staff,
    view: View,
    Path(id): Path<PersonId>,
    Query(asked): Query<Asked>,
) -> Reply {
    draw(&app, &view, (&Viewer::from(staff), id), (Form::empty(), asked)).await
}

/// The page, also after a bar that was not set.
pub(super) async fn draw(
    app: &App,
    view: &View,
    (viewer, id): (&Viewer, PersonId),
    (form, asked): (Form, Asked),
) -> Reply {
    let db = &app.store;
    let mut tx = db.read().await?;
    let (found, record) = known(&mut tx, db, (viewer, id)).await?;
    let bar = researcher::bar_of(&mut tx, db, id).await?;
    let mut rows = rows(&mut tx, (viewer, id), asked).await?;
    let more = rows.len() > PAGE;
    rows.truncate(PAGE);
    let older = rows.last().filter(|_| more).map(|row| row.number);
    let mut cases = Vec::with_capacity(rows.len());
    for row in rows {
        let Some(key) = db.keys().case(&mut tx, CaseId::from_uuid(row.id)).await? else { continue };
        cases.push(line(&key, &row)?);
    }
    drop(tx);
    let may_bar = viewer.may_house(Permission::ManagePeople);
    let status = if form.ok() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let shown = OnePage {
        page: view.page(found.name()).with_errors(!form.ok()),
        form,
        href: format!("/desk/researchers/{id}"),
        address: if may_bar { found.email } else { String::new() },
        profile: found.profile,
        since: found.created_at.into(),
        record: record.words(),
        cases,
        older,
        bar: bar.map(|bar| BarLine {
            since: bar.since.into(),
            until: day(bar.until),
            reason: bar.reason.as_str().to_owned(),
        }),
        may_bar,
        guarded: found.guarded,
        may_erase: viewer.may_house(Permission::ErasePeople),
    };
    Ok(view.show_as(status, &shown))
}

/// Their cases that the viewer may see, newest first.
async fn rows(tx: &mut Tx, (viewer, id): (&Viewer, PersonId), asked: Asked) -> Result<Vec<Row>, EngineError> {
    let list = List::new(
        "SELECT c.id, c.type, c.number, c.state, c.outcome, c.waiting_since, c.received_at, c.title
         FROM case_reporters r JOIN cases c ON c.id = r.case_id WHERE c.erased_at IS NULL",
    )
    .and("r.researcher = ?", [id.uuid().into()])
    .and("c.number < ?", [asked.before.unwrap_or(i64::MAX).into()]);
    let list = visible_to(list, &viewer.caller(), Permission::ReadCases);
    let most = i64::try_from(PAGE + 1).map_err(EngineError::corrupt)?;
    Ok(list.tail("ORDER BY c.number DESC LIMIT ?", [most.into()]).fetch(tx).await?)
}

fn line(key: &DataKey, row: &Row) -> Result<CaseLine, EngineError> {
    let title = key.open(field::CASE_TITLE, row.id, 0, &row.title).map_err(DbError::from)?;
    Ok(CaseLine {
        name: case_name(&row.r#type, row.number),
        title: String::from_utf8_lossy(&title).into_owned(),
        chip: chip(&row.state, row.waiting_since.is_some(), row.outcome.as_deref()),
        came: Ts::from_micros(row.received_at).into(),
    })
}
