//! The rule for programs.

use super::store::{self, Rule, WAIT_MAX};
use crate::calendar::api::in_charge;
use crate::engine::EngineError;
use crate::people::colleagues;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use domain::PersonId;
use serde_json::json;
use web::openapi::Schema;
use web::{ApiDoc, App, IfMatch, Json, Problem, Reply, Token};

pub(super) async fn show(State(app): State<App>, token: Token) -> Reply {
    in_charge(token)?;
    answer(&app).await
}

async fn answer(app: &App) -> Reply {
    let mut tx = app.store.read().await?;
    let (version, rule) = store::read(&mut tx, &app.store).await?;
    let people = colleagues(&mut tx, &app.store).await?;
    let able = |person: PersonId| people.iter().any(|c| c.id == person);
    let now = rule.duty.on_call(app.store.ambient().now(), able);
    let now: Vec<String> = now.into_iter().map(|person| person.to_string()).collect();
    let mut body = json!(rule);
    body["version"] = json!(version);
    body["on_call_now"] = json!(now);
    Ok(([(header::ETAG, IfMatch::etag(version))], Json(body)).into_response())
}

pub(super) async fn change(
    State(app): State<App>,
    token: Token,
    IfMatch(seen): IfMatch,
    Json(mut rule): Json<Rule>,
) -> Reply {
    rule.duty.forget_past(app.store.ambient().now());
    let by = in_charge(token)?.person;
    rule.check().map_err(|error| Problem::invalid_field("/duty", error.to_string()))?;
    let mut tx = app.store.read().await?;
    let turns = rule.duty.rotation.iter().flat_map(|rotation| rotation.people.iter().copied());
    let shifts = rule.duty.shifts.iter().map(|shift| shift.person);
    let away = rule.duty.absences.iter().flat_map(|a| a.cover.into_iter().chain([a.person]));
    let people: Vec<PersonId> = turns.chain(shifts).chain(away).collect();
    for person in people {
        if accounts::person::load(&mut tx, app.store.keys(), person).await?.is_none() {
            return Err(Problem::invalid_field("/duty", format!("Nobody has the id {person}")));
        }
    }
    drop(tx);
    let store = app.store.clone();
    let done: Result<i64, EngineError> =
        app.store.write(move |tx| Box::pin(async move { store::put(tx, &store, (Some(by), seen, &rule)).await })).await;
    done?;
    answer(&app).await
}

fn schema(name: &'static str) -> Schema {
    let duty = "`zone`; `shifts`, each with `person`, `days`, `from`, `until`; `rotation` with `start`, `at`, `people`, or \
                null; `absences`, each with `person`, `from`, `until` and perhaps \
                `cover`, who stands in.";
    let minutes = |what: &str| Schema::integer(1, i64::from(WAIT_MAX)).about(what);
    Schema::object(name)
        .required("duty", Schema::anything().about(duty))
        .optional("wait_minutes", minutes("After which a warning that nobody looked at goes to the next."))
        .optional("urgent_minutes", minutes("The same for what is critical or exploited."))
}

fn given() -> Schema {
    schema("OnCall")
        .required("version", Schema::integer(0, i64::MAX))
        .required("on_call_now", Schema::list(Schema::id()))
}

pub(super) fn show_doc() -> ApiDoc {
    ApiDoc::new("settings", "Read who is on call").gives_version(200, "The rule, and who it is now.", given())
}

pub(super) fn change_doc() -> ApiDoc {
    ApiDoc::new("settings", "Set who is on call").takes(schema("NewOnCall")).if_match().gives_version(
        200,
        "The rule as it is now.",
        given(),
    )
}
