//! Splitting and merging by program.

use super::change;
use crate::Viewer;
use crate::case::{head_schema, of_case};
use crate::engine::{EngineError, Merging, NewPart, Splitting};
use crate::once::Once;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use domain::case::Refused;
use domain::case::vulnerability::{SUMMARY_MAX, TITLE_MAX};
use domain::{Permission, ReporterText};
use serde::Deserialize;
use web::openapi::Schema;
use web::{ApiDoc, App, IdempotencyKey, IfMatch, Json, Kind, Path, Problem, Reply, Token};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NewParts {
    parts: Vec<Part>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Part {
    title: String,
    body: String,
}

pub(super) async fn split(
    State(app): State<App>,
    token: Token,
    IfMatch(seen): IfMatch,
    key: IdempotencyKey,
    Path(reference): Path<String>,
    Json(wanted): Json<NewParts>,
) -> Reply {
    let viewer = Viewer::from(token);
    let mut tx = app.store.read().await?;
    let case = viewer.case(&mut tx, &app.store, (&reference, Permission::ActOnCases)).await?;
    drop(tx);
    let typed = wanted.parts.iter().map(|part| format!("{}\n{}", part.title, part.body));
    let said = format!("{seen} {}", typed.collect::<Vec<_>>().join("\n\n"));
    let once = once(&app, (&viewer, &key), (&format!("api split {}", case.id), &said));
    let mut parts: Vec<NewPart> = Vec::with_capacity(wanted.parts.len());
    for (place, part) in wanted.parts.iter().enumerate() {
        let checked = change::part((&part.title, &part.body), place + 1);
        parts.push(checked.map_err(|refused| in_json(refused, place))?);
    }
    let splitting = Splitting { case: case.id, seen: Some(seen), by: viewer.person, parts };
    let reply = change::split(&app.store, once, splitting).await?;
    Ok((StatusCode::CREATED, Json(reply)).into_response())
}

/// The member behind a field of the form.
fn in_json(refused: Refused, place: usize) -> Problem {
    let Refused::Invalid { field, message } = refused else { return EngineError::from(refused).into() };
    let member = if field.starts_with("title") { "title" } else { "body" };
    Problem::invalid_field(format!("/parts/{place}/{member}"), message)
}

fn once(app: &App, (viewer, key): (&Viewer, &IdempotencyKey), (route, said): (&str, &str)) -> Once {
    Once::new(&app.store, key.as_str(), (&viewer.person.to_string(), route), said.as_bytes())
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Merge {
    cases: Vec<String>,
    reason: String,
}

pub(super) async fn merge(
    State(app): State<App>,
    token: Token,
    IfMatch(seen): IfMatch,
    key: IdempotencyKey,
    Path(reference): Path<String>,
    Json(wanted): Json<Merge>,
) -> Reply {
    let viewer = Viewer::from(token);
    let mut tx = app.store.read().await?;
    let case = viewer.case(&mut tx, &app.store, (&reference, Permission::ActOnCases)).await?;
    let said = format!("{seen} {} {}", wanted.cases.join(" "), wanted.reason);
    let once = once(&app, (&viewer, &key), (&format!("api merge {}", case.id), &said));
    let others = change::named(&mut tx, &app.store, (&viewer, &case), &wanted.cases).await?;
    drop(tx);
    let sentence = |error| Problem::invalid_field("/reason", crate::problem::sentence(error));
    let reason = ReporterText::new(wanted.reason).map_err(sentence)?;
    let merging = Merging { root: case.id, seen: Some(seen), by: viewer.person, others, reason };
    Ok(Json(change::merge(&app.store, once, merging).await?).into_response())
}

pub(super) fn split_doc() -> ApiDoc {
    let part = Schema::object("NewPart")
        .required("title", Schema::text(1, TITLE_MAX))
        .required("body", Schema::text(1, SUMMARY_MAX).about("What it is; the reporter reads it."));
    let given = Schema::object("Parts")
        .required("items", Schema::list(head_schema("Part")))
        .required("version", Schema::integer(1, i64::MAX).about("The version of the case that was split."));
    ApiDoc::new("cases", "Split a report")
        .describe("Makes up to 20 cases beside an open one, with its time, reporter, programme and people.")
        .param(of_case())
        .takes(Schema::object("NewParts").required("parts", Schema::list(part)))
        .if_match()
        .idempotent()
        .gives(201, "The parts.", given)
        .may_refuse(Kind::Conflict)
        .may_refuse(Kind::Gone)
}

pub(super) fn merge_doc() -> ApiDoc {
    let wanted = Schema::object("Merge")
        .required("cases", Schema::list(Schema::string()).about("Ids or names of up to 20 open cases that end."))
        .required("reason", Schema::text(1, 100_000).about("Why; the reporters of those cases read it."));
    let given = Schema::object("Merged")
        .required("version", Schema::integer(1, i64::MAX))
        .required("shares", crate::case_people::shares("OfferedShares").about("Those set, or offered while none are."));
    ApiDoc::new("cases", "Merge reports into one")
        .describe("This case goes on; the others end as duplicates of it, and their reporters stay co-reporters.")
        .param(of_case())
        .takes(wanted)
        .if_match()
        .idempotent()
        .gives(200, "The case that goes on.", given)
        .may_refuse(Kind::Conflict)
        .may_refuse(Kind::Gone)
}
