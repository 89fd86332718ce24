//! Linked issues for programs.

use super::checked;
use crate::Viewer;
use crate::case::of_case;
use crate::engine::{self, EngineError, Issue, Tracking};
use crate::once::Once;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use domain::{EventId, Permission};
use serde::Deserialize;
use serde_json::{Value, json};
use web::openapi::{Param, Schema};
use web::{ApiDoc, App, IdempotencyKey, IfMatch, Json, Kind, Path, Problem, Reply, Token};

fn one(issue: &Issue) -> Value {
    json!({ "id": issue.id.to_string(), "url": issue.url, "at": issue.at.to_string() })
}

fn schema() -> Schema {
    Schema::object("LinkedIssue")
        .required("id", Schema::id())
        .required("url", Schema::string().about("Where the issue is: http or https."))
        .required("at", Schema::instant())
}

pub(super) async fn list(State(app): State<App>, token: Token, Path(reference): Path<String>) -> Reply {
    let viewer = Viewer::from(token);
    let mut tx = app.store.read().await?;
    let case = viewer.case(&mut tx, &app.store, (&reference, Permission::ReadTeamText)).await?;
    let items: Vec<Value> = engine::issues_of(&mut tx, &case).await?.iter().map(one).collect();
    let body = json!({ "items": items, "version": case.version });
    Ok(([(header::ETAG, IfMatch::etag(case.version))], Json(body)).into_response())
}

pub(super) fn list_doc() -> ApiDoc {
    let list = Schema::object("LinkedIssues")
        .required("items", Schema::list(schema()))
        .required("version", Schema::integer(1, i64::MAX));
    ApiDoc::new("cases", "List the linked issues of a case")
        .describe("Addresses in the team's own tracker. Only the team reads them, and nothing is fetched from there.")
        .param(of_case())
        .gives_version(200, "The issues, at most 20.", list)
        .may_refuse(Kind::Gone)
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct New {
    url: String,
}

pub(super) async fn add(
    State(app): State<App>,
    token: Token,
    IfMatch(seen): IfMatch,
    key: IdempotencyKey,
    Path(reference): Path<String>,
    Json(new): Json<New>,
) -> Reply {
    let viewer = Viewer::from(token);
    let store = &app.store;
    let mut tx = store.read().await?;
    let case = viewer.case(&mut tx, store, (&reference, Permission::WriteTeamText)).await?;
    drop(tx);
    let url = checked(&new.url).map_err(|why| Problem::invalid_field("/url", why))?;
    let said = format!("{seen} {url}");
    let route = format!("link issue {}", case.id);
    let once = Once::new(store, key.as_str(), (&viewer.person.to_string(), &route), said.as_bytes());
    let (db, what) = (store.clone(), Tracking { case: case.id, seen: Some(seen), by: viewer.person });
    let reply: Result<(String, i64), EngineError> = once
        .write(store, move |tx| {
            Box::pin(async move {
                let (id, version) = engine::add_issue(tx, &db, what, url.as_str()).await?;
                Ok((id.to_string(), version))
            })
        })
        .await;
    let (id, version) = reply?;
    let body = Json(json!({ "id": id, "version": version }));
    Ok((StatusCode::CREATED, [(header::ETAG, IfMatch::etag(version))], body).into_response())
}

pub(super) fn add_doc() -> ApiDoc {
    let reply =
        Schema::object("IssueLinked").required("id", Schema::id()).required("version", Schema::integer(1, i64::MAX));
    ApiDoc::new("cases", "Link a case to an issue")
        .param(of_case())
        .takes(Schema::object("NewLinkedIssue").required("url", Schema::text(1, 2_000)))
        .if_match()
        .idempotent()
        .gives_version(201, "Linked.", reply)
        .may_refuse(Kind::Gone)
}

pub(super) async fn remove(
    State(app): State<App>,
    token: Token,
    IfMatch(seen): IfMatch,
    Path((reference, issue)): Path<(String, EventId)>,
) -> Reply {
    let viewer = Viewer::from(token);
    let store = &app.store;
    let mut tx = store.read().await?;
    let case = viewer.case(&mut tx, store, (&reference, Permission::WriteTeamText)).await?;
    drop(tx);
    let (db, what) = (store.clone(), Tracking { case: case.id, seen: Some(seen), by: viewer.person });
    let done: Result<i64, EngineError> =
        store.write(move |tx| Box::pin(async move { engine::remove_issue(tx, &db, what, issue).await })).await;
    let version = done?;
    Ok(([(header::ETAG, IfMatch::etag(version))], Json(json!({ "version": version }))).into_response())
}

pub(super) fn remove_doc() -> ApiDoc {
    ApiDoc::new("cases", "Take a linked issue away")
        .param(of_case())
        .param(Param::path("issue", "Id of the linked issue.", Schema::id()))
        .if_match()
        .gives_version(200, "Gone.", Schema::object("IssueUnlinked").required("version", Schema::integer(1, i64::MAX)))
        .may_refuse(Kind::Gone)
}
