//! Alerts for programs: those of the person whose token it is.

use super::mention;
use super::rows::{self, Alert};
use crate::Viewer;
use crate::engine::EngineError;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use domain::case::{AlarmKind, ClockName};
use domain::{Ts, Uuid};
use serde::Deserialize;
use serde_json::{Value, json};
use web::openapi::{Param, Schema};
use web::{ApiDoc, App, Json, Kind, Path, Problem, Query, Reply, Token};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    cursor: Option<String>,
    unseen: Option<bool>,
}

pub(super) async fn list(State(app): State<App>, token: Token, Query(asked): Query<Asked>) -> Reply {
    let viewer = Viewer::from(token);
    let odd = || Problem::invalid_field("cursor", "Send `next` of the page before, unchanged");
    let cursor = asked.cursor.filter(|cursor| !cursor.is_empty());
    let after = cursor.map(|cursor| place(&cursor).ok_or_else(odd)).transpose()?;
    let mut tx = app.store.read().await?;
    let wanted = (viewer.person, after, asked.unseen.unwrap_or(false));
    let (alerts, more) = rows::newest(&mut tx, &viewer.caller(), wanted).await?;
    let items: Vec<Value> = alerts.iter().map(document).collect();
    let next = alerts.last().filter(|_| more).map(|last| format!("{}.{}", last.raised_at.micros(), last.id));
    Ok(Json(json!({ "items": items, "next": next })).into_response())
}

/// The alert that a cursor names: when it was raised, and its id.
fn place(cursor: &str) -> Option<(Ts, Uuid)> {
    let (at, id) = cursor.split_once('.')?;
    Some((Ts::from_micros(at.parse().ok()?), id.parse().ok()?))
}

fn document(alert: &Alert) -> Value {
    json!({
        "id": alert.id.to_string(),
        "case": alert.case.to_string(),
        "kind": alert.of.as_str(),
        "event": alert.of.event(),
        "clock": alert.clock.map(ClockName::as_str),
        "since": alert.since.to_string(),
        "raised_at": alert.raised_at.to_string(),
        "slept": alert.slept,
        "seen_at": alert.seen_at.map(|at: Ts| at.to_string()),
    })
}

pub(super) async fn seen(State(app): State<App>, token: Token, Path(id): Path<Uuid>) -> Reply {
    let person = Viewer::from(token).person;
    let now = app.store.ambient().now();
    let store = app.store.clone();
    let done: Result<(), EngineError> =
        app.store.write(move |tx| Box::pin(async move { rows::see(tx, &store, (person, id, now)).await })).await;
    done?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

fn schema() -> Schema {
    let kinds = AlarmKind::ALL.iter().map(|kind| kind.as_str()).chain([mention::KIND]);
    Schema::object("Alert")
        .required("id", Schema::id())
        .required("case", Schema::id())
        .required("kind", Schema::word(kinds))
        .required("event", Schema::integer(1, i64::MAX).or_null().about("Of a mention: the number of the note."))
        .required("clock", Schema::word(ClockName::ALL.iter().map(|clock| clock.as_str())).or_null())
        .required("since", Schema::instant().about("When it came about."))
        .required("raised_at", Schema::instant())
        .required("slept", Schema::flag().about("Whether it came about while the desk was not running."))
        .required("seen_at", Schema::instant().or_null())
}

pub(super) fn list_doc() -> ApiDoc {
    ApiDoc::new("alerts", "List your alerts")
        .describe("The newest first. Marking them as seen while you page passes none over.")
        .param(Param::query("unseen", "Only those not seen.", Schema::flag()))
        .param(Param::query("cursor", "`next` of the page before.", Schema::string()))
        .may_refuse(Kind::Invalid)
        .gives(200, "A page of them.", Schema::page(schema()))
}

pub(super) fn seen_doc() -> ApiDoc {
    ApiDoc::new("alerts", "Mark an alert as seen")
        .describe("It then goes to nobody else. Doing it twice is the same as once.")
        .param(Param::path("alert", "Id of the alert.", Schema::id()))
        .gives_nothing(204, "Seen.")
}
