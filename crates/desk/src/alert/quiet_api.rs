//! Quiet hours for programs: those of the person whose token it is.

use super::quiet;
use crate::engine::EngineError;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use domain::PersonId;
use domain::calendar::Quiet;
use serde_json::json;
use web::openapi::Schema;
use web::{ApiDoc, App, IfMatch, Json, Problem, Reply, Token};

pub(super) async fn show(State(app): State<App>, token: Token) -> Reply {
    answer(&app, token.person).await
}

async fn answer(app: &App, person: PersonId) -> Reply {
    let mut tx = app.store.read().await?;
    let (version, quiet) = quiet::read(&mut tx, &app.store, person).await?;
    Ok(([(header::ETAG, IfMatch::etag(version))], Json(json!({ "quiet": quiet }))).into_response())
}

async fn put(app: &App, (person, seen, wanted): (PersonId, i64, Option<Quiet>)) -> Result<(), EngineError> {
    let store = app.store.clone();
    app.store
        .write(move |tx| {
            Box::pin(async move { quiet::put(tx, &store, (person, seen, wanted.as_ref())).await.map(|_| ()) })
        })
        .await
}

pub(super) async fn change(
    State(app): State<App>,
    token: Token,
    IfMatch(seen): IfMatch,
    Json(wanted): Json<Quiet>,
) -> Reply {
    wanted.check().map_err(|error| Problem::invalid_field("/until", error.to_string()))?;
    put(&app, (token.person, seen, Some(wanted))).await?;
    answer(&app, token.person).await
}

pub(super) async fn remove(State(app): State<App>, token: Token, IfMatch(seen): IfMatch) -> Reply {
    put(&app, (token.person, seen, None)).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

fn schema(name: &'static str) -> Schema {
    let time = || Schema::pattern("^[0-2]?[0-9]:[0-5][0-9]$");
    Schema::object(name)
        .required("zone", Schema::string().about("Name in the IANA database."))
        .required("from", time())
        .required("until", time().about("On the next day when it is not after `from`."))
        .optional("weekend", Schema::flag().about("Saturday and Sunday are quiet all day."))
}

pub(super) fn show_doc() -> ApiDoc {
    let given = Schema::object("MyQuietHours").required("quiet", schema("QuietHours").or_null());
    ApiDoc::new("alerts", "Read your quiet hours").gives_version(200, "Null when you have none.", given)
}

pub(super) fn change_doc() -> ApiDoc {
    let given = Schema::object("MyQuietHours").required("quiet", schema("QuietHours").or_null());
    ApiDoc::new("alerts", "Set your quiet hours")
        .describe("Mail about clocks waits until they are over; critical and exploited do not.")
        .takes(schema("NewQuietHours"))
        .if_match()
        .gives_version(200, "As they are now.", given)
}

pub(super) fn remove_doc() -> ApiDoc {
    ApiDoc::new("alerts", "Have no quiet hours").if_match().gives_nothing(204, "You have none.")
}
