//! Who owns a case, for programs: who it is, who it can be given to, and giving it.

use super::people::can_read;
use crate::Viewer;
use crate::engine::{self, EngineError};
use crate::people::colleagues;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use domain::{Permission, PersonId};
use serde::Deserialize;
use serde_json::{Value, json};
use web::openapi::Schema;
use web::{ApiDoc, App, IfMatch, Json, Kind, Path, Problem, Reply, Token};

/// Who is to own it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wanted {
    assignee: Option<PersonId>,
}

pub(super) async fn show(State(app): State<App>, token: Token, Path(reference): Path<String>) -> Reply {
    answer(&app, &Viewer::from(token), &reference).await
}

pub(super) async fn change(
    State(app): State<App>,
    token: Token,
    IfMatch(seen): IfMatch,
    Path(reference): Path<String>,
    Json(Wanted { assignee }): Json<Wanted>,
) -> Reply {
    let (viewer, db) = (Viewer::from(token), &app.store);
    let mut tx = db.read().await?;
    let case = viewer.case(&mut tx, db, (&reference, Permission::AssignCases)).await?;
    if let Some(to) = assignee
        && !can_read(&mut tx, db, &case, to).await?
    {
        return Err(Problem::invalid_field("/assignee", "Take one of `offered`, or null for nobody."));
    }
    drop(tx);
    let (store, id, by) = (db.clone(), case.id, viewer.person);
    let done: Result<i64, EngineError> = db
        .write(move |tx| {
            Box::pin(async move {
                engine::load_seen(tx, &store, id, (Some(seen), by)).await?;
                engine::assign(tx, &store, id, (by, assignee)).await
            })
        })
        .await;
    done?;
    answer(&app, &viewer, &reference).await
}

async fn answer(app: &App, viewer: &Viewer, reference: &str) -> Reply {
    let mut tx = app.store.read().await?;
    let case = viewer.case(&mut tx, &app.store, (reference, Permission::AssignCases)).await?;
    let mut people = colleagues(&mut tx, &app.store).await?;
    people.sort_by(|a, b| a.name.cmp(&b.name));
    let offered: Vec<Value> = people
        .iter()
        .filter(|colleague| colleague.may(Permission::ReadCases, &case.facts))
        .map(|colleague| json!({ "id": colleague.id.to_string(), "name": colleague.name }))
        .collect();
    let assignee = case.assignee.map(|id| id.to_string());
    let body = json!({ "assignee": assignee, "offered": offered, "version": case.version });
    Ok(([(header::ETAG, IfMatch::etag(case.version))], Json(body)).into_response())
}

fn given() -> Schema {
    let colleague = Schema::inline_object().required("id", Schema::id()).required("name", Schema::string());
    Schema::object("CaseAssignee")
        .required("assignee", Schema::id().or_null())
        .required("offered", Schema::list(colleague).about("Who can see the case, and may be given it."))
        .required("version", Schema::integer(1, i64::MAX))
}

pub(super) fn show_doc() -> ApiDoc {
    ApiDoc::new("cases", "Read who owns a case")
        .param(super::of_case())
        .gives_version(200, "The owner, and who may become it.", given())
        .may_refuse(Kind::Gone)
}

pub(super) fn change_doc() -> ApiDoc {
    let wanted = Schema::object("NewAssignee").required("assignee", Schema::id().or_null().about("Null for nobody."));
    ApiDoc::new("cases", "Give a case to somebody")
        .describe("They are told.")
        .param(super::of_case())
        .takes(wanted)
        .if_match()
        .gives_version(200, "As it is now.", given())
        .may_refuse(Kind::Gone)
}
