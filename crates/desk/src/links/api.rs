//! Opening an appeal for a reporter who asked for it by another way.

use crate::Viewer;
use crate::case::{head, head_schema, of_case};
use crate::engine::{self, Appealing, EngineError};
use crate::once::Once;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use domain::case::Party;
use domain::{Permission, ReporterText};
use serde::Deserialize;
use serde_json::Value;
use web::openapi::Schema;
use web::{ApiDoc, App, IdempotencyKey, Json, Kind, Path, Reply, Token};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NewAppeal {
    body: String,
}

pub(super) async fn appeal(
    State(app): State<App>,
    token: Token,
    key: IdempotencyKey,
    Path(reference): Path<String>,
    Json(new): Json<NewAppeal>,
) -> Reply {
    let viewer = Viewer::from(token);
    let db = &app.store;
    let mut tx = db.read().await?;
    let case = viewer.case(&mut tx, db, (&reference, Permission::ActOnCases)).await?;
    drop(tx);
    let route = format!("appeal {}", case.id);
    let once = Once::new(db, key.as_str(), (&viewer.person.to_string(), &route), new.body.as_bytes());
    let text = ReporterText::new(new.body).map_err(EngineError::from)?;
    let (store, id, by) = (db.clone(), case.id, Party::Team(viewer.person));
    let reply: Result<Value, EngineError> = once
        .write_on(db, id, move |tx| {
            Box::pin(async move {
                let opened = engine::appeal(tx, &store, Appealing { case: id, text, by }).await?;
                Ok(head(&engine::load(tx, &store, opened.id).await?))
            })
        })
        .await;
    Ok((StatusCode::CREATED, Json(reply?)).into_response())
}

pub(super) fn appeal_doc() -> ApiDoc {
    ApiDoc::new("cases", "Appeal against the close of a case")
        .describe(
            "For the reporter, within 90 days of the close and once for each. Who closed the case cannot decide \
             about it; the actions of the appeal are uphold and grant.",
        )
        .param(of_case())
        .takes(Schema::object("NewAppeal").required("body", Schema::text(1, 100_000).about("The reporter's words.")))
        .idempotent()
        .gives(201, "The appeal, a case of its own.", head_schema("Appeal"))
        .may_refuse(Kind::Conflict)
        .may_refuse(Kind::Gone)
}
