//! What happened to a case for programs: its events part by part, and what each fact was before.

use super::api::{events as read, record};
use super::api_doc::{event, of_case};
use super::history::{Change, FIELDS, KINDS, Value as Fact, changes};
use crate::{Viewer, audit};
use accounts::ReadKind;
use axum::extract::State;
use axum::response::IntoResponse;
use domain::Permission;
use serde::Deserialize;
use serde_json::{Value, json};
use web::openapi::{Param, Schema};
use web::{ApiDoc, App, Json, Kind, Path, Query, Reply, Token};

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Asked {
    before: Option<i64>,
}

pub(super) async fn events(
    State(app): State<App>,
    token: Token,
    Path(reference): Path<String>,
    Query(asked): Query<Asked>,
) -> Reply {
    let viewer = Viewer::from(token);
    let mut tx = app.store.read().await?;
    let case = viewer.case(&mut tx, &app.store, (&reference, Permission::ReadCases)).await?;
    audit::note(&app, viewer.person, ReadKind::Case, Some(case.id)).await?;
    let below = asked.before.unwrap_or(i64::MAX);
    let (records, older) = read(&mut tx, &app.store, (&viewer, &case), below).await?;
    let items: Vec<Value> = records.iter().map(record).collect();
    Ok(Json(json!({ "items": items, "older_events": older })).into_response())
}

pub(super) fn events_doc() -> ApiDoc {
    let part = Schema::object("EventPart")
        .required("items", Schema::list(event()))
        .required("older_events", Schema::integer(1, i64::MAX).or_null());
    ApiDoc::new("cases", "List the events of a case")
        .describe("At most 200, in order: the newest, or those before a place. Reading is recorded.")
        .param(of_case())
        .param(Param::query("before", "Only events before this place.", Schema::integer(i64::MIN, i64::MAX)))
        .gives(200, "The events.", part)
        .may_refuse(Kind::Gone)
}

fn one(change: &Change) -> Value {
    let said = |fact: &Fact| match fact {
        Fact::Words(text) => json!(text),
        Fact::Person(id) => json!(id.to_string()),
        Fact::Nothing | Fact::Unread => Value::Null,
    };
    json!({
        "field": change.field,
        "seq": change.seq,
        "at": change.at.to_string(),
        "party": change.party,
        "actor": change.by.map(|id| id.to_string()),
        "from": said(&change.from),
        "to": said(&change.to),
    })
}

pub(super) async fn history(State(app): State<App>, token: Token, Path(reference): Path<String>) -> Reply {
    let viewer = Viewer::from(token);
    let mut tx = app.store.read().await?;
    let case = viewer.case(&mut tx, &app.store, (&reference, Permission::ReadCases)).await?;
    audit::note(&app, viewer.person, ReadKind::Case, Some(case.id)).await?;
    let team = viewer.may(Permission::ReadTeamText, &case.facts);
    let facts = db::event::of_kinds(&mut tx, &case.key, case.id, (KINDS, team)).await?;
    let items: Vec<Value> = changes(&case, &facts).iter().map(one).collect();
    Ok(Json(json!({ "items": items })).into_response())
}

pub(super) fn history_doc() -> ApiDoc {
    let change = Schema::object("FactChange")
        .required("field", Schema::word(FIELDS.iter().copied()))
        .required("seq", Schema::integer(1, i64::MAX))
        .required("at", Schema::instant())
        .required("party", Schema::word(["team", "reporter", "system"]))
        .required("actor", Schema::id().or_null())
        .required("from", Schema::string().or_null().about("A word, the id of a person, or the address of an issue. Null for nothing, and where it is older than what is read."))
        .required("to", Schema::string().or_null().about("As `from`."));
    ApiDoc::new("cases", "List what the facts of a case were before")
        .describe("Who changed which fact, when, from what to what: the newest 2,000 such events, oldest first.")
        .param(of_case())
        .gives(200, "The changes.", Schema::object("CaseHistory").required("items", Schema::list(change)))
        .may_refuse(Kind::Gone)
}
