//! Saved views for programs: those of the person whose token it is, and the team's.

use super::view_pages::may_share;
use super::views::{self, Kept, Wanted};
use crate::Viewer;
use crate::engine::EngineError;
use crate::once::Once;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use domain::Uuid;
use domain::inbox::{CaseFilter, NamedFilter};
use serde::Deserialize;
use serde_json::{Value, json};
use web::openapi::{Param, Schema};
use web::{ApiDoc, App, IdempotencyKey, IfMatch, Json, Path, Problem, Reply, Token};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Sent {
    name: String,
    filter: CaseFilter,
    #[serde(default)]
    shared: bool,
}

impl Sent {
    fn named(self) -> Result<NamedFilter, Problem> {
        NamedFilter::new(&self.name, self.filter).map_err(|error| Problem::invalid_field("/name", error.to_string()))
    }
}

fn document(kept: &Kept) -> Value {
    json!({
        "id": kept.id.to_string(),
        "version": kept.version,
        "name": kept.named.name(),
        "filter": kept.named.filter(),
        "shared": kept.shared,
        "first": kept.first,
    })
}

pub(super) async fn list(State(app): State<App>, token: Token) -> Reply {
    let viewer = Viewer::from(token);
    let mut tx = app.store.read().await?;
    let kept = views::of_person(&mut tx, &app.store, viewer.person).await?;
    let items: Vec<Value> = kept.iter().map(document).collect();
    Ok(Json(json!({ "items": items, "next": null })).into_response())
}

async fn answer(app: &App, viewer: &Viewer, id: Uuid) -> Reply {
    let mut tx = app.store.read().await?;
    let kept = views::of_person(&mut tx, &app.store, viewer.person).await?;
    let kept = kept.iter().find(|kept| kept.id == id).ok_or_else(Problem::not_found)?;
    Ok(([(header::ETAG, IfMatch::etag(kept.version))], Json(document(kept))).into_response())
}

pub(super) async fn create(State(app): State<App>, token: Token, key: IdempotencyKey, Json(sent): Json<Sent>) -> Reply {
    let viewer = Viewer::from(token);
    let (by, shared) = (viewer.person, sent.shared);
    if shared && !may_share(&viewer) {
        return Err(Problem::not_found());
    }
    let named = sent.named()?;
    let said = serde_json::to_vec(&(&named, shared)).map_err(Problem::internal)?;
    let once = Once::new(&app.store, key.as_str(), (&by.to_string(), "api view"), &said);
    let store = app.store.clone();
    let made = once.write(&app.store, move |tx| {
        Box::pin(async move {
            let id = views::create(tx, &store, (by, shared, &named)).await?;
            Ok(document(&Kept { id, shared, version: 1, named, first: false }))
        })
    });
    let made: Value = made.await?;
    Ok((StatusCode::CREATED, [(header::ETAG, IfMatch::etag(1))], Json(made)).into_response())
}

pub(super) async fn change(
    State(app): State<App>,
    token: Token,
    IfMatch(seen): IfMatch,
    Path(id): Path<Uuid>,
    Json(sent): Json<Sent>,
) -> Reply {
    let viewer = Viewer::from(token);
    let shared = sent.shared;
    let named = sent.named()?;
    let mut tx = app.store.read().await?;
    let kept = views::of_person(&mut tx, &app.store, viewer.person).await?;
    drop(tx);
    let kept = kept.iter().find(|kept| kept.id == id).ok_or_else(Problem::not_found)?;
    if kept.shared != shared {
        return Err(Problem::invalid_field("/shared", "Make another view to share it or to stop that"));
    }
    let wanted = Wanted { by: viewer.person, may_share: may_share(&viewer), id, seen };
    let store = app.store.clone();
    let done: Result<i64, EngineError> =
        app.store.write(move |tx| Box::pin(async move { views::change(tx, &store, wanted, &named).await })).await;
    done?;
    answer(&app, &viewer, id).await
}

pub(super) async fn remove(
    State(app): State<App>,
    token: Token,
    IfMatch(seen): IfMatch,
    Path(id): Path<Uuid>,
) -> Reply {
    let viewer = Viewer::from(token);
    let wanted = Wanted { by: viewer.person, may_share: may_share(&viewer), id, seen };
    let store = app.store.clone();
    let done: Result<(), EngineError> =
        app.store.write(move |tx| Box::pin(async move { views::remove(tx, &store, wanted).await })).await;
    done?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

fn sent_schema() -> Schema {
    Schema::object("NewView")
        .required("name", Schema::text(1, 60))
        .required(
            "filter",
            Schema::anything().about("As the filter of a view that is read; what is left out does not count."),
        )
        .optional("shared", Schema::flag().about("The team's. For those who may change settings of the house."))
}

fn schema() -> Schema {
    Schema::object("View")
        .required("id", Schema::id())
        .required("version", Schema::integer(1, i64::MAX))
        .required("name", Schema::string())
        .required(
            "filter",
            Schema::anything().about(
                "kind, state, outcome, severity, programme, owner, waiting, exploited, watched, fresh, due, text, sort.",
            ),
        )
        .required("shared", Schema::flag())
        .required("first", Schema::flag().about("The desk opens with it for you."))
}

fn of_view() -> Param {
    Param::path("view", "Id of the view.", Schema::id())
}

pub(super) fn list_doc() -> ApiDoc {
    ApiDoc::new("views", "List your views")
        .describe("Those of the team first. `GET /api/v1/cases?view=` shows what one means.")
        .gives(200, "All of them.", Schema::page(schema()))
}

pub(super) fn create_doc() -> ApiDoc {
    ApiDoc::new("views", "Keep a view").takes(sent_schema()).idempotent().gives_version(201, "Kept.", schema())
}

pub(super) fn change_doc() -> ApiDoc {
    ApiDoc::new("views", "Change a view").param(of_view()).takes(sent_schema()).if_match().gives_version(
        200,
        "As it is now.",
        schema(),
    )
}

pub(super) fn remove_doc() -> ApiDoc {
    ApiDoc::new("views", "Remove a view")
        .describe("The desk of whoever opened with it shows the plain list again.")
        .param(of_view())
        .if_match()
        .gives_nothing(204, "Removed.")
}
