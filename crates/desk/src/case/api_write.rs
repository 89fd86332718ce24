//! Acting and writing by program.

use super::api::head;
use super::reference::resolve;
use super::write::{Words, put};
use crate::engine::{self, Act, EngineError};
use crate::once::Once;
use crate::people::colleagues;
use crate::{Viewer, mention, secrets};
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use domain::case::Party;
use domain::{Permission, ReporterText, TeamText};
use serde::Deserialize;
use serde_json::{Value, json};
use web::{App, IdempotencyKey, IfMatch, Json, Path, Problem, Reply, Token};

pub(super) async fn act(
    State(app): State<App>,
    token: Token,
    IfMatch(seen): IfMatch,
    key: IdempotencyKey,
    Path((reference, action)): Path<(String, String)>,
    Json(input): Json<Value>,
) -> Reply {
    if !input.is_object() {
        return Err(Problem::invalid_field("", "Send an object with the fields of the action"));
    }
    let viewer = Viewer::from(token);
    let db = &app.store;
    let mut tx = db.read().await?;
    let case = viewer.case(&mut tx, db, (&reference, Permission::ActOnCases)).await?;
    let by = Party::Team(viewer.person);
    let said = format!("{seen} {input}");
    let route = format!("act {action} {}", case.id);
    let once = Once::new(db, key.as_str(), (&viewer.person.to_string(), &route), said.as_bytes());
    let doc = case.machine.legal(&case.state, &by).into_iter().find(|doc| doc.name == action);
    // An action that is not legal now goes on as it is: its key may have been used when it was, and
    // else the machine says why not.
    let input = match doc {
        Some(doc) => resolve(&mut tx, db, &viewer, (&case, &doc), input).await?,
        None => input,
    };
    drop(tx);
    let (store, id) = (db.clone(), case.id);
    let reply: Result<Value, EngineError> = once
        .write_on(db, id, move |tx| {
            Box::pin(async move {
                engine::act(tx, &store, Act { case: id, seen: Some(seen), action, input, by }).await?;
                Ok(head(&engine::load(tx, &store, id).await?))
            })
        })
        .await;
    let reply = reply?;
    let version = reply["version"].as_i64().unwrap_or_default();
    Ok(([(header::ETAG, IfMatch::etag(version))], Json(reply)).into_response())
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Message {
    body: String,
    audience: String,
}

pub(super) async fn message(
    State(app): State<App>,
    token: Token,
    key: IdempotencyKey,
    Path(reference): Path<String>,
    Json(message): Json<Message>,
) -> Reply {
    let viewer = Viewer::from(token);
    let (permission, words) = match message.audience.as_str() {
        "team" => (Permission::WriteTeamText, TeamText::new(message.body.clone()).map(Words::Team)),
        "reporter" => (Permission::MessageReporter, ReporterText::new(message.body.clone()).map(Words::Reporter)),
        _ => return Err(Problem::invalid_field("/audience", "Say reporter or team")),
    };
    let db = &app.store;
    let mut tx = db.read().await?;
    let case = viewer.case(&mut tx, db, (&reference, permission)).await?;
    let people = if message.audience == "team" { colleagues(&mut tx, db).await? } else { Vec::new() };
    drop(tx);
    let words = words.map_err(EngineError::from)?;
    if let Some(why) = secrets::found(&message.body) {
        return Err(Problem::invalid_field("/body", why));
    }
    let not_told = mention::not_told(&message.body, &people, &case.facts);
    let route = format!("message {} {}", message.audience, case.id);
    let once = Once::new(db, key.as_str(), (&viewer.person.to_string(), &route), message.body.as_bytes());
    let (store, id, by) = (db.clone(), case.id, viewer.person);
    let reply: Result<Value, EngineError> = once
        .write_on(db, id, move |tx| {
            Box::pin(async move {
                let version = put(tx, &store, (id, by), words).await?;
                Ok(json!({ "version": version, "not_told": not_told }))
            })
        })
        .await;
    Ok((StatusCode::CREATED, Json(reply?)).into_response())
}
