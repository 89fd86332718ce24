//! The targets of a programme for programs.

use super::pages::set;
use super::terms::{self, Stored};
use crate::calendar::api::in_charge;
use crate::calendar::store;
use crate::engine::EngineError;
use crate::programmes::by_slug;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use domain::case::{AMOUNT_MAX, Allowance, ClockName, Terms, Unit};
use domain::{ProgrammeId, Severity, Uuid};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use web::openapi::{Param, Schema};
use web::{ApiDoc, App, IfMatch, Json, Path, Problem, Reply, Token};

/// Terms as they are sent.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Sent {
    #[serde(default)]
    calendar: Option<Uuid>,
    #[serde(default)]
    any: BTreeMap<ClockName, Allowance>,
    #[serde(default)]
    by_severity: BTreeMap<ClockName, BTreeMap<Severity, Allowance>>,
    #[serde(default = "yes")]
    trust_claims: bool,
}

const fn yes() -> bool {
    true
}

async fn programme(app: &App, slug: &str) -> Result<ProgrammeId, Problem> {
    let mut tx = app.store.read().await?;
    by_slug(&mut tx, slug).await?.ok_or_else(Problem::not_found)
}

async fn answer(app: &App, id: ProgrammeId) -> Reply {
    let mut tx = app.store.read().await?;
    let stored = terms::of(&mut tx, &app.store, id).await?;
    let body = document(&stored);
    Ok(([(header::ETAG, IfMatch::etag(stored.version))], Json(body)).into_response())
}

fn document(stored: &Stored) -> Value {
    json!({
        "version": stored.version,
        "calendar": stored.calendar.map(|id| id.to_string()),
        "any": stored.terms.any,
        "by_severity": stored.terms.by_severity,
        "trust_claims": stored.terms.trust_claims,
    })
}

pub(super) async fn show(State(app): State<App>, token: Token, Path(slug): Path<String>) -> Reply {
    in_charge(token)?;
    let id = programme(&app, &slug).await?;
    answer(&app, id).await
}

pub(super) async fn change(
    State(app): State<App>,
    token: Token,
    IfMatch(seen): IfMatch,
    Path(slug): Path<String>,
    Json(sent): Json<Sent>,
) -> Reply {
    let by = in_charge(token)?.person;
    let id = programme(&app, &slug).await?;
    let (calendar, wanted) = read(&app, sent).await?;
    let store = app.store.clone();
    let done: Result<i64, EngineError> = app
        .store
        .write(move |tx| Box::pin(async move { set(tx, &store, (by, id), (seen, calendar, wanted)).await }))
        .await;
    done?;
    answer(&app, id).await
}

async fn read(app: &App, sent: Sent) -> Result<(Option<Uuid>, Terms), Problem> {
    let Sent { calendar: id, any, by_severity, trust_claims } = sent;
    let mut tx = app.store.read().await?;
    let calendar = match id {
        Some(id) => match store::find(&mut tx, &app.store, id).await {
            Ok(kept) => Some(kept.named.calendar),
            Err(EngineError::NotFound) => return Err(Problem::invalid_field("/calendar", "There is no such calendar")),
            Err(error) => return Err(error.into()),
        },
        None => None,
    };
    let wanted = Terms { calendar, any, by_severity, trust_claims };
    for (clock, _, allowance) in wanted.allowances() {
        if !(1..=AMOUNT_MAX).contains(&allowance.amount) {
            let field = format!("/any/{clock}");
            return Err(Problem::invalid_field(field, format!("Use 1 to {AMOUNT_MAX} of a unit")));
        }
        if allowance.unit.is_working() && wanted.calendar.is_none() {
            return Err(Problem::invalid_field("/calendar", "Name the calendar whose working time counts"));
        }
    }
    Ok((id, wanted))
}

fn schema(name: &'static str) -> Schema {
    let clocks: Vec<&str> = ClockName::ALL.iter().map(|clock| clock.as_str()).collect();
    let units: Vec<&str> = Unit::ALL.iter().map(|unit| unit.as_str()).collect();
    let one = format!("{{\"amount\": 8, \"unit\": \"working-hours\"}}; units are {}", units.join(", "));
    let any =
        format!("For each of {} what it may take where the severity has nothing of its own: {one}.", clocks.join(", "));
    let by =
        "The same for each clock and severity: {\"triage\": {\"critical\": {\"amount\": 4, \"unit\": \"hours\"}}}.";
    let claims = "Whether what a reporter calls critical alarms as if we had decided it, until we decide.";
    Schema::object(name)
        .optional("calendar", Schema::id().or_null().about("Whose working time counts."))
        .optional("any", Schema::anything().about(&any))
        .optional("by_severity", Schema::anything().about(by))
        .optional("trust_claims", Schema::flag().about(claims))
}

fn of_programme() -> Param {
    Param::path("slug", "Address part of the programme.", Schema::string())
}

pub(super) fn show_doc() -> ApiDoc {
    let version = Schema::integer(0, i64::MAX).about("0 while nothing was ever set.");
    ApiDoc::new("settings", "Read the targets of a programme").param(of_programme()).gives_version(
        200,
        "What the programme sets.",
        schema("Targets").required("version", version),
    )
}

pub(super) fn change_doc() -> ApiDoc {
    let version = Schema::integer(0, i64::MAX);
    ApiDoc::new("settings", "Set the targets of a programme")
        .describe("Open cases get new due times within a minute. When something ended stays; whether that was in time is judged by the new targets.")
        .param(of_programme())
        .takes(schema("NewTargets"))
        .if_match()
        .gives_version(200, "What the programme sets now.", schema("Targets").required("version", version))
}
