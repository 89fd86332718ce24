//! Setting and lifting a hold by program.

use super::reason_sent;
use crate::Viewer;
use crate::case::{head, head_schema, of_case};
use crate::engine::{self, EngineError, Hold};
use crate::once::Once;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use domain::Permission;
use serde::Deserialize;
use serde_json::Value;
use web::openapi::Schema;
use web::{ApiDoc, App, IdempotencyKey, IfMatch, Json, Path, Reply, Token};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Why {
    reason: String,
}

pub(super) async fn hold(
    app: State<App>,
    token: Token,
    seen: IfMatch,
    key: IdempotencyKey,
    path: Path<String>,
    why: Json<Why>,
) -> Reply {
    change(app, token, (seen, key), path, (why, false)).await
}

pub(super) async fn release(
    app: State<App>,
    token: Token,
    seen: IfMatch,
    key: IdempotencyKey,
    path: Path<String>,
    why: Json<Why>,
) -> Reply {
    change(app, token, (seen, key), path, (why, true)).await
}

async fn change(
    State(app): State<App>,
    token: Token,
    (IfMatch(seen), key): (IfMatch, IdempotencyKey),
    Path(reference): Path<String>,
    (Json(why), release): (Json<Why>, bool),
) -> Reply {
    let viewer = Viewer::from(token);
    let db = &app.store;
    let mut tx = db.read().await?;
    let case = viewer.case(&mut tx, db, (&reference, Permission::HoldCases)).await?;
    drop(tx);
    let reason = reason_sent(&why.reason)?;
    let by = viewer.person;
    let route = format!("api hold {release} {}", case.id);
    let said = format!("{seen} {}", reason.as_str());
    let once = Once::new(db, key.as_str(), (&by.to_string(), &route), said.as_bytes());
    let (store, hold) = (db.clone(), Hold { case: case.id, seen: Some(seen), by, reason });
    let id = case.id;
    let reply: Result<Value, EngineError> = once
        .write_on(db, id, move |tx| {
            Box::pin(async move {
                if release {
                    engine::release(tx, &store, hold).await?;
                } else {
                    engine::hold(tx, &store, hold).await?;
                }
                Ok(head(&engine::load(tx, &store, id).await?))
            })
        })
        .await;
    let reply = reply?;
    let version = reply["version"].as_i64().unwrap_or_default();
    Ok(([(header::ETAG, IfMatch::etag(version))], Json(reply)).into_response())
}

fn doc(summary: &'static str, what: &'static str) -> ApiDoc {
    let why = Schema::text(1, 1_000).about("Kept in the log of the house, also when the case is gone.");
    ApiDoc::new("cases", summary)
        .describe(what)
        .param(of_case())
        .takes(Schema::object("Why").required("reason", why))
        .if_match()
        .idempotent()
        .gives_version(200, "The case as it is now.", head_schema("CaseHead"))
        .may_refuse(web::Kind::Gone)
}

pub(super) fn hold_doc() -> ApiDoc {
    doc("Put a case on legal hold", "Nobody can erase it until the hold is lifted. 409 when it is on hold already.")
}

pub(super) fn release_doc() -> ApiDoc {
    doc("Lift the legal hold of a case", "Then it can be erased. 409 when it is not on hold.")
}
