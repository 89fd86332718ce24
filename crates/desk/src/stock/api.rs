//! Stock answers for programs.

use super::store::{self, Answer, Change, NAME_MAX, TEXT_MAX, Words};
use crate::calendar::api::in_charge;
use crate::engine::EngineError;
use crate::once::Once;
use crate::programmes;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use domain::{ProgrammeId, Uuid};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use web::openapi::{Param, Schema};
use web::{ApiDoc, App, IdempotencyKey, IfMatch, Json, Path, Problem, Reply, Token};

/// An answer as it is sent.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Sent {
    name: String,
    text: String,
    #[serde(default)]
    programme: Option<ProgrammeId>,
}

impl Sent {
    async fn read(self, app: &App) -> Result<(Option<ProgrammeId>, Words), Problem> {
        let mut tx = app.store.read().await?;
        let known = programmes::all(&mut tx).await?;
        if self.programme.is_some_and(|id| !known.iter().any(|(known, _)| *known == id)) {
            return Err(Problem::invalid_field("/programme", "There is no such programme"));
        }
        Ok((self.programme, Words::new(&self.name, &self.text).map_err(EngineError::from)?))
    }
}

fn document(answer: &Answer) -> Value {
    json!({
        "id": answer.id.to_string(),
        "version": answer.version,
        "programme": answer.programme.map(|id| id.to_string()),
        "name": answer.words.name,
        "text": answer.words.text,
    })
}

async fn reply(app: &App, id: Uuid, status: StatusCode) -> Reply {
    let mut tx = app.store.read().await?;
    let answer = store::find(&mut tx, &app.store, id).await?;
    Ok((status, [(header::ETAG, IfMatch::etag(answer.version))], Json(document(&answer))).into_response())
}

pub(super) async fn list(State(app): State<App>, token: Token) -> Reply {
    in_charge(token)?;
    let mut tx = app.store.read().await?;
    let items: Vec<Value> = store::list(&mut tx, &app.store).await?.iter().map(document).collect();
    Ok(Json(json!({ "items": items, "next": null })).into_response())
}

pub(super) async fn create(State(app): State<App>, token: Token, key: IdempotencyKey, Json(sent): Json<Sent>) -> Reply {
    let by = in_charge(token)?.person;
    let said = serde_json::to_vec(&sent).map_err(Problem::internal)?;
    let (programme, words) = sent.read(&app).await?;
    let once = Once::new(&app.store, key.as_str(), (&by.to_string(), "api answer"), &said);
    let store = app.store.clone();
    let made = once
        .write(&app.store, move |tx| Box::pin(async move { store::create(tx, &store, (by, programme, words)).await }));
    let id: Uuid = made.await?;
    reply(&app, id, StatusCode::CREATED).await
}

pub(super) async fn change(
    State(app): State<App>,
    token: Token,
    IfMatch(seen): IfMatch,
    Path(id): Path<Uuid>,
    Json(sent): Json<Sent>,
) -> Reply {
    let by = in_charge(token)?.person;
    reply(&app, id, StatusCode::OK).await?;
    let (store, wanted) = (app.store.clone(), sent.read(&app).await?);
    let change = Change { id, seen, by };
    let done: Result<i64, EngineError> =
        app.store.write(move |tx| Box::pin(async move { store::change(tx, &store, change, wanted).await })).await;
    done?;
    reply(&app, id, StatusCode::OK).await
}

pub(super) async fn remove(
    State(app): State<App>,
    token: Token,
    IfMatch(seen): IfMatch,
    Path(id): Path<Uuid>,
) -> Reply {
    let change = Change { id, seen, by: in_charge(token)?.person };
    let store = app.store.clone();
    let done: Result<(), EngineError> =
        app.store.write(move |tx| Box::pin(async move { store::remove(tx, &store, change).await })).await;
    done?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

fn of_answer() -> Param {
    Param::path("answer", "Id of the answer.", Schema::id())
}

fn words(name: &'static str) -> Schema {
    let variables = "Variables in braces: {case}, {reporter}, {programme}, {state}, {due}, {me}.";
    Schema::object(name)
        .required("name", Schema::text(1, NAME_MAX))
        .required("text", Schema::text(1, TEXT_MAX).about(variables))
        .optional("programme", Schema::id().or_null().about("The one programme it is for; null for all."))
}

fn given() -> Schema {
    words("StockAnswer").required("id", Schema::id()).required("version", Schema::integer(0, i64::MAX))
}

pub(super) fn list_doc() -> ApiDoc {
    ApiDoc::new("settings", "List the stock answers").gives(200, "All of them, by name.", Schema::page(given()))
}

pub(super) fn create_doc() -> ApiDoc {
    ApiDoc::new("settings", "Add a stock answer").takes(words("NewStockAnswer")).idempotent().gives_version(
        201,
        "Kept.",
        given(),
    )
}

pub(super) fn change_doc() -> ApiDoc {
    ApiDoc::new("settings", "Change a stock answer")
        .param(of_answer())
        .takes(words("NewStockAnswer"))
        .if_match()
        .gives_version(200, "As it is now.", given())
}

pub(super) fn remove_doc() -> ApiDoc {
    ApiDoc::new("settings", "Remove a stock answer").param(of_answer()).if_match().gives_nothing(204, "Removed.")
}
