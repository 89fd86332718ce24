//! The list for programs.

use super::search::place;
use super::{Cursor, Filter, Item, PAGE, StateFilter, list, search};
use crate::Viewer;
use accounts::ReadKind;
use axum::extract::State;
use axum::response::IntoResponse;
use domain::{Permission, PersonId, Severity, Ts};
use serde::Deserialize;
use serde_json::{Value, json};
use web::openapi::Schema;
use web::{App, Json, Problem, Query, Reply, Token};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    r#type: Option<String>,
    state: Option<String>,
    severity: Option<String>,
    q: Option<String>,
    cursor: Option<String>,
}

async fn list_cases(app: &App, viewer: &Viewer, asked: Asked) -> Result<Value, Problem> {
    let severity = asked.severity.as_deref().map(str::parse::<Severity>).transpose();
    let severity =
        severity.map_err(|_| Problem::invalid_field("severity", "Pick none, low, medium, high or critical"))?;
    let odd = || Problem::invalid_field("cursor", "Send `next` of the page before, unchanged");
    let cursor = asked.cursor.unwrap_or_default();
    let state = StateFilter::of(asked.state.as_deref().unwrap_or(""));
    let kind = asked.r#type.filter(|kind| !kind.is_empty());
    let filter = Filter { kind, state, severity, ..Filter::default() };
    let caller = viewer.caller();
    let mut tx = app.store.read().await?;
    let (items, next) = match asked.q.as_deref().map(str::trim).filter(|q| !q.is_empty()) {
        None => {
            let cursor = (!cursor.is_empty()).then(|| cursor.parse::<Cursor>()).transpose().map_err(|_| odd())?;
            let listing = list(&mut tx, &app.store, &caller, &filter, cursor).await?;
            (listing.items, listing.after.map(|c| c.to_string()))
        }
        Some(words) => {
            if !caller.holds(Permission::SearchCases) {
                return Err(Problem::not_found());
            }
            crate::audit::note(app, viewer.person, ReadKind::Search, None).await?;
            let index = app.carried().ok_or_else(|| Problem::internal("the app carries no search"))?;
            let from = if cursor.is_empty() { 0 } else { place(&cursor).ok_or_else(odd)? };
            let found = search(&mut tx, (&app.store, index), &caller, (&filter, words), from).await?;
            (found.items, found.more.then(|| format!("s{}", from + PAGE)))
        }
    };
    let items: Vec<Value> = items.iter().map(item).collect();
    Ok(json!({ "items": items, "next": next }))
}

pub(super) async fn list_route(State(app): State<App>, token: Token, Query(asked): Query<Asked>) -> Reply {
    let body = list_cases(&app, &Viewer::from(token), asked).await?;
    Ok(Json(body).into_response())
}

fn item(item: &Item) -> Value {
    json!({
        "id": item.id.to_string(),
        "name": item.name,
        "number": item.number,
        "type": item.kind,
        "programme": item.slug,
        "title": item.title,
        "state": item.state,
        "open": item.open,
        "waiting_since": item.waiting_since.map(|t: Ts| t.to_string()),
        "outcome": item.outcome,
        "severity_claimed": item.claimed.map(Severity::as_str),
        "severity_decided": item.decided.map(Severity::as_str),
        "exploited_since": item.exploited_at.map(|t: Ts| t.to_string()),
        "restricted": item.restricted,
        "assignee": item.assignee.map(|p: PersonId| p.to_string()),
        "received_at": item.received_at.to_string(),
        "updated_at": item.updated_at.to_string(),
        "due_at": item.due_at.map(|t: Ts| t.to_string()),
        "version": item.version,
    })
}

pub(super) fn schema() -> Schema {
    let severity = || Schema::word(Severity::ALL.iter().map(|s| s.as_str())).or_null();
    Schema::object("CaseItem")
        .required("id", Schema::id())
        .required("name", Schema::string())
        .required("number", Schema::integer(1, i64::MAX))
        .required("type", Schema::string())
        .required("programme", Schema::string())
        .required("title", Schema::string())
        .required("state", Schema::string())
        .required("open", Schema::flag())
        .required("waiting_since", Schema::instant().or_null())
        .required("outcome", Schema::string().or_null())
        .required("severity_claimed", severity())
        .required("severity_decided", severity())
        .required("exploited_since", Schema::instant().or_null())
        .required("restricted", Schema::flag())
        .required("assignee", Schema::id().or_null())
        .required("received_at", Schema::instant())
        .required("updated_at", Schema::instant())
        .required("due_at", Schema::instant().or_null())
        .required("version", Schema::integer(1, i64::MAX))
}
