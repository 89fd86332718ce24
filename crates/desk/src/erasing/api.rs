//! Erasing a case by program, and the list of erasures.

use super::case::{self, CaseOrder};
use super::entry::{item, page};
use super::{ErasingError, list_of};
use crate::engine::EngineError;
use crate::hold::{reason_sent, who_may};
use crate::once::Once;
use crate::people::colleagues;
use crate::{Viewer, audit};
use accounts::ReadKind;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use db::erase::{EraseError, Order};
use domain::Permission;
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;
use web::{App, IdempotencyKey, IfMatch, Json, Path, Problem, Query, Reply, Token};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wanted {
    name: String,
    reason: String,
}

pub(super) async fn erase(
    State(app): State<App>,
    token: Token,
    IfMatch(seen): IfMatch,
    key: IdempotencyKey,
    Path(reference): Path<String>,
    Json(wanted): Json<Wanted>,
) -> Reply {
    let viewer = Viewer::from(token);
    let db = &app.store;
    let said = format!("{seen} {} {}", wanted.name, wanted.reason);
    let route = format!("api erase {}", reference.to_ascii_lowercase());
    let once = Once::new(db, key.as_str(), (&viewer.person.to_string(), &route), said.as_bytes());
    let mut tx = db.read().await?;
    let found = viewer.case(&mut tx, db, (&reference, Permission::EraseCases)).await;
    let found = match found {
        Ok(case) => case,
        Err(EngineError::NotFound) => {
            drop(tx);
            // Perhaps it is this very request that erased it.
            let reply: Value = once.replay(db).await?.ok_or_else(Problem::not_found)?;
            return Ok((StatusCode::ACCEPTED, Json(reply)).into_response());
        }
        Err(other) => return Err(other.into()),
    };
    let people = colleagues(&mut tx, db).await?;
    drop(tx);
    if !wanted.name.eq_ignore_ascii_case(&found.name()) {
        return Err(Problem::invalid_field("/name", format!("Send the name of the case, {}", found.name())));
    }
    let reason = reason_sent(&wanted.reason)?;
    let order = Order { by: Some(viewer.person), reason: reason.as_str().to_owned() };
    let wanted = CaseOrder { case: found.id, seen: Some(seen), quiet: None, order };
    let done = case::once(db, list_of(&app)?, (wanted, once)).await;
    let reply = done.map_err(|error| {
        let who = who_may(&people, Permission::HoldCases, &found);
        let held = matches!(error, ErasingError::Erase(EraseError::Held { .. }) | ErasingError::HeldBeside { .. });
        let problem = Problem::from(error);
        if held { problem.with("may_release", json!(who)) } else { problem }
    })?;
    Ok((StatusCode::ACCEPTED, Json(reply)).into_response())
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    cursor: Option<Uuid>,
}

pub(super) async fn list(State(app): State<App>, token: Token, Query(asked): Query<Asked>) -> Reply {
    let viewer = Viewer::from(token);
    if !viewer.may_house(Permission::ReadAudit) {
        return Err(Problem::not_found());
    }
    audit::note(&app, viewer.person, ReadKind::Audit, None).await?;
    let mut tx = app.store.read().await?;
    let (entries, next) = page(&mut tx, &app.store, asked.cursor).await?;
    let items: Vec<Value> = entries.iter().map(item).collect();
    Ok(Json(json!({ "items": items, "next": next.map(|id| id.to_string()) })).into_response())
}
