//! Calendars for programs.

use super::store::{self, Change, Kept, Named};
use crate::Viewer;
use crate::engine::EngineError;
use crate::once::Once;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use domain::calendar::{Calendar, Date, NAME_MAX, Plan, Week, Zone};
use domain::{Permission, Uuid};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use web::openapi::{Param, Schema};
use web::{ApiDoc, App, IdempotencyKey, IfMatch, Json, Path, Problem, Reply, Token};

/// A calendar as it is sent.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Sent {
    name: String,
    zone: Zone,
    week: Week,
    #[serde(default)]
    holidays: BTreeMap<Date, String>,
}

impl Sent {
    fn named(self) -> Result<Named, Problem> {
        let plan = Plan { zone: self.zone, week: self.week, holidays: self.holidays };
        plan.check_holidays().map_err(|e| Problem::invalid_field("/holidays", e.to_string()))?;
        let calendar = Calendar::try_from(plan).map_err(|e| Problem::invalid_field("/week", e.to_string()))?;
        Ok(Named::new(&self.name, calendar).map_err(EngineError::from)?)
    }
}

/// Settings are the house's: a grant in a smaller scope does not reach them.
pub(crate) fn in_charge(token: Token) -> Result<Viewer, Problem> {
    let viewer = Viewer::from(token);
    if viewer.may_house(Permission::ManageSettings) { Ok(viewer) } else { Err(Problem::not_found()) }
}

fn document(kept: &Kept, users: &[String]) -> Value {
    let plan = kept.named.calendar.plan();
    json!({
        "id": kept.id.to_string(),
        "version": kept.version,
        "name": kept.named.name,
        "zone": plan.zone,
        "week": plan.week,
        "holidays": plan.holidays,
        "used_by": users,
    })
}

async fn read(app: &App, id: Uuid) -> Result<(i64, Value), Problem> {
    let mut tx = app.store.read().await?;
    let kept = store::find(&mut tx, &app.store, id).await?;
    let users: Vec<String> = store::users(&mut tx, id).await?.into_iter().map(|(_, slug)| slug).collect();
    Ok((kept.version, document(&kept, &users)))
}

async fn answer(app: &App, id: Uuid, status: StatusCode) -> Reply {
    let (version, body) = read(app, id).await?;
    Ok((status, [(header::ETAG, IfMatch::etag(version))], Json(body)).into_response())
}

pub(super) async fn list(State(app): State<App>, token: Token) -> Reply {
    in_charge(token)?;
    let mut tx = app.store.read().await?;
    let mut items = Vec::new();
    for kept in store::list(&mut tx, &app.store).await? {
        let users: Vec<String> = store::users(&mut tx, kept.id).await?.into_iter().map(|(_, slug)| slug).collect();
        items.push(document(&kept, &users));
    }
    Ok(Json(json!({ "items": items, "next": null })).into_response())
}

pub(super) async fn show(State(app): State<App>, token: Token, Path(id): Path<Uuid>) -> Reply {
    in_charge(token)?;
    answer(&app, id, StatusCode::OK).await
}

pub(super) async fn create(State(app): State<App>, token: Token, key: IdempotencyKey, Json(sent): Json<Sent>) -> Reply {
    let by = in_charge(token)?.person;
    let named = sent.named()?;
    let said = serde_json::to_vec(&named).map_err(Problem::internal)?;
    let once = Once::new(&app.store, key.as_str(), (&by.to_string(), "api calendar"), &said);
    let store = app.store.clone();
    let made = once.write(&app.store, move |tx| {
        Box::pin(async move { store::create(tx, &store, (by, &named.name, named.calendar)).await })
    });
    let id: Uuid = made.await?;
    answer(&app, id, StatusCode::CREATED).await
}

pub(super) async fn change(
    State(app): State<App>,
    token: Token,
    IfMatch(seen): IfMatch,
    Path(id): Path<Uuid>,
    Json(sent): Json<Sent>,
) -> Reply {
    let by = in_charge(token)?.person;
    read(&app, id).await?;
    let (store, named) = (app.store.clone(), sent.named()?);
    let wanted = Change { id, seen, by };
    let done: Result<i64, EngineError> =
        app.store.write(move |tx| Box::pin(async move { store::change(tx, &store, wanted, named).await })).await;
    done?;
    answer(&app, id, StatusCode::OK).await
}

pub(super) async fn remove(
    State(app): State<App>,
    token: Token,
    IfMatch(seen): IfMatch,
    Path(id): Path<Uuid>,
) -> Reply {
    let wanted = Change { id, seen, by: in_charge(token)?.person };
    let store = app.store.clone();
    let done: Result<(), EngineError> =
        app.store.write(move |tx| Box::pin(async move { store::remove(tx, &store, wanted).await })).await;
    done?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

fn of_calendar() -> Param {
    Param::path("calendar", "Id of the calendar.", Schema::id())
}

fn sent_schema() -> Schema {
    let days = "Hours of each weekday, such as {\"monday\": \"09:00-12:30, 13:30-17:00\"}; days left out have none.";
    Schema::object("NewCalendar")
        .required("name", Schema::text(1, NAME_MAX))
        .required("zone", Schema::string().about("Name in the IANA database, such as Europe/Berlin."))
        .required("week", Schema::anything().about(days))
        .optional("holidays", Schema::anything().about("Days on which nobody works: {\"2026-12-25\": \"Christmas\"}."))
}

fn schema() -> Schema {
    Schema::object("Calendar")
        .required("id", Schema::id())
        .required("version", Schema::integer(1, i64::MAX))
        .required("name", Schema::string())
        .required("zone", Schema::string())
        .required("week", Schema::anything())
        .required("holidays", Schema::anything())
        .required("used_by", Schema::list(Schema::string()).about("Programmes whose targets count by it."))
}

pub(super) fn list_doc() -> ApiDoc {
    ApiDoc::new("settings", "List the business calendars").gives(200, "All of them, by name.", Schema::page(schema()))
}

pub(super) fn create_doc() -> ApiDoc {
    ApiDoc::new("settings", "Add a business calendar").takes(sent_schema()).idempotent().gives_version(
        201,
        "Kept.",
        schema(),
    )
}

pub(super) fn show_doc() -> ApiDoc {
    ApiDoc::new("settings", "Read a business calendar").param(of_calendar()).gives_version(
        200,
        "The calendar.",
        schema(),
    )
}

pub(super) fn change_doc() -> ApiDoc {
    ApiDoc::new("settings", "Change a business calendar")
        .describe("Open cases of the programmes that use it get new due times within a minute.")
        .param(of_calendar())
        .takes(sent_schema())
        .if_match()
        .gives_version(200, "The calendar as it is now.", schema())
}

pub(super) fn remove_doc() -> ApiDoc {
    ApiDoc::new("settings", "Remove a business calendar")
        .describe("Only one that no programme uses.")
        .param(of_calendar())
        .if_match()
        .gives_nothing(204, "Removed.")
}
