//! Programmes as JSON: everybody reads them, whoever is in charge of the settings makes and changes them.

use super::store::{self, Edit};
use super::{BRIEF_MAX, Brief, DISCLOSURE_MAX, EXCLUSIONS_MAX, LINE_MAX, Programme, RULES_MAX, SCOPE_MAX};
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use desk::Viewer;
use desk::engine::EngineError;
use desk::once::Once;
use domain::{Intake, Permission, ProgrammeId};
use serde_json::{Value, json};
use web::openapi::{Param, Schema};
use web::{ApiDoc, App, IdempotencyKey, IfMatch, Json, Path, Problem, Reply, Token};

/// A programme as everybody may read it.
fn document(programme: &Programme) -> Value {
    let brief = &programme.brief;
    json!({
        "slug": brief.slug,
        "name": brief.name,
        "version": programme.version,
        "intake": brief.intake,
        "brief": brief.brief,
        "in_scope": brief.in_scope,
        "out_of_scope": brief.out_of_scope,
        "exclusions": brief.exclusions,
        "rules": brief.rules,
        "good_faith": brief.good_faith,
        "disclosure": brief.disclosure,
        "first_answer_days": brief.first_answer_days,
        "draft_days": brief.draft_days,
        "contact": brief.contact,
    })
}

/// Programmes are the house's: a grant in a smaller scope does not reach their texts.
fn in_charge(token: Token) -> Result<Viewer, Problem> {
    let viewer = Viewer::from(token);
    if viewer.may_house(Permission::ManageSettings) { Ok(viewer) } else { Err(Problem::not_found()) }
}

async fn reply(app: &App, slug: &str, status: StatusCode) -> Reply {
    let mut tx = app.store.read().await?;
    let found = store::by_slug(&mut tx, &app.store, slug).await?.ok_or_else(Problem::not_found)?;
    Ok((status, [(header::ETAG, IfMatch::etag(found.version))], Json(document(&found))).into_response())
}

/// `GET /api/v1/programs`
pub(super) async fn list(State(app): State<App>) -> Reply {
    let mut tx = app.store.glance().await?;
    let items: Vec<Value> = store::list(&mut tx, &app.store).await?.iter().map(document).collect();
    Ok(Json(json!({ "items": items })).into_response())
}

/// `GET /api/v1/programs/{slug}`
pub(super) async fn show(State(app): State<App>, Path(slug): Path<String>) -> Reply {
    reply(&app, &slug, StatusCode::OK).await
}

/// `POST /api/v1/programs`
pub(super) async fn create(
    State(app): State<App>,
    token: Token,
    key: IdempotencyKey,
    Json(brief): Json<Brief>,
) -> Reply {
    let by = in_charge(token)?.person;
    let slug = brief.slug.clone();
    let said = serde_json::to_vec(&brief).map_err(Problem::internal)?;
    let once = Once::new(&app.store, key.as_str(), (&by.to_string(), "api programme"), &said);
    let store = app.store.clone();
    let made: Result<ProgrammeId, EngineError> =
        once.write(&app.store, move |tx| Box::pin(async move { store::create(tx, &store, (by, &brief)).await })).await;
    made?;
    reply(&app, &slug, StatusCode::CREATED).await
}

/// `PUT /api/v1/programs/{slug}`
pub(super) async fn change(
    State(app): State<App>,
    token: Token,
    IfMatch(seen): IfMatch,
    Path(slug): Path<String>,
    Json(brief): Json<Brief>,
) -> Reply {
    let by = in_charge(token)?.person;
    reply(&app, &slug, StatusCode::OK).await?;
    if brief.slug != slug {
        return Err(Problem::invalid_field("/slug", "Send the slug that it has: a programme keeps its address"));
    }
    let edit = Edit { by, seen, brief };
    let store = app.store.clone();
    let done: Result<i64, EngineError> =
        app.store.write(move |tx| Box::pin(async move { store::change(tx, &store, &edit).await })).await;
    done?;
    reply(&app, &slug, StatusCode::OK).await
}

fn words(name: &'static str) -> Schema {
    let line = || Schema::text(0, LINE_MAX);
    let scope = || Schema::list(line());
    let takes = "What it takes: every report, only critical ones that come with proof, nothing new.";
    Schema::object(name)
        .required("slug", Schema::pattern("^[a-z0-9-]{1,60}$"))
        .required("name", Schema::text(1, 120))
        .required("brief", Schema::text(0, BRIEF_MAX).about("Markdown."))
        .required("in_scope", scope().about(&format!("At most {SCOPE_MAX} lines.")))
        .required("out_of_scope", scope().about(&format!("At most {SCOPE_MAX} lines.")))
        .required("first_answer_days", Schema::integer(1, 90).about("Days until a person answers."))
        .required("contact", line().about("Where to write when the desk is down."))
        .optional("intake", Schema::word(Intake::ALL.iter().map(|state| state.as_str())).about(takes))
        .optional("exclusions", scope().about(&format!("What is no finding; at most {EXCLUSIONS_MAX} lines.")))
        .optional("rules", Schema::text(0, RULES_MAX).about("What is asked of those who test, in Markdown."))
        .optional("good_faith", Schema::text(0, 2_000))
        .optional("disclosure", Schema::text(0, DISCLOSURE_MAX).about("Markdown."))
        .optional("draft_days", Schema::integer(1, 90).about("Days that a saved report is kept."))
}

fn given() -> Schema {
    words("Programme").required("version", Schema::integer(1, i64::MAX))
}

pub(super) fn list_doc() -> ApiDoc {
    let list = Schema::inline_object().required("items", Schema::list(given()));
    ApiDoc::new("programmes", "List the programmes").gives(200, "All programmes, by slug.", list)
}

pub(super) fn show_doc() -> ApiDoc {
    ApiDoc::new("programmes", "Read a programme").gives_version(200, "The programme.", given())
}

pub(super) fn create_doc() -> ApiDoc {
    ApiDoc::new("programmes", "Make a programme").takes(words("NewProgramme")).idempotent().gives_version(
        201,
        "Made.",
        given(),
    )
}

pub(super) fn change_doc() -> ApiDoc {
    ApiDoc::new("programmes", "Change a programme")
        .param(Param::path("slug", "Last part of its address.", Schema::pattern("^[a-z0-9-]{1,60}$")))
        .takes(words("NewProgramme"))
        .if_match()
        .gives_version(200, "As it is now.", given())
}
