//! Rules for programs.

use super::due;
use super::store::{self, Change, Rules, Scope};
use super::{changes, looks};
use crate::engine::EngineError;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use domain::retention::{DAYS_MAX, MONTHS_MAX, Rule};
use serde::Deserialize;
use serde_json::{Value, json};
use web::openapi::{Param, Schema};
use web::{ApiDoc, App, IfMatch, Json, Kind, Path, Problem, Query, Reply, Token};

/// A rule as it is sent; null for both keeps for ever.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Sent {
    closed_months: Option<u32>,
    spam_days: Option<u32>,
    /// A programme may have none of its own.
    #[serde(default)]
    follow_house: bool,
}

fn document(scope: &Scope, rules: &Rules) -> Value {
    let own = rules.own(scope);
    let rule = own.unwrap_or(rules.house);
    json!({
        "scope": scope.slug(),
        "own": own.is_some(),
        "closed_months": rule.closed_months,
        "spam_days": rule.spam_days,
        "from": rule.from.map(|from| from.to_string()),
    })
}

pub(super) async fn list(State(app): State<App>, token: Token) -> Reply {
    looks(token)?;
    let mut tx = app.store.read().await?;
    let (version, rules) = store::read(&mut tx, &app.store).await?;
    let scopes = store::scopes(&mut tx).await?;
    let items: Vec<Value> = scopes.iter().map(|scope| document(scope, &rules)).collect();
    let body = json!({ "items": items, "next": null });
    Ok(([(header::ETAG, IfMatch::etag(version))], Json(body)).into_response())
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Asked {
    closed_months: Option<u32>,
    spam_days: Option<u32>,
}

pub(super) async fn preview(
    State(app): State<App>,
    token: Token,
    Path(slug): Path<String>,
    Query(asked): Query<Asked>,
) -> Reply {
    looks(token)?;
    let mut tx = app.store.read().await?;
    let scope = store::scope(&mut tx, &slug).await?;
    let (version, rules) = store::read(&mut tx, &app.store).await?;
    let there = rules.own(&scope).unwrap_or(rules.house);
    let asks = asked.closed_months.is_some() || asked.spam_days.is_some();
    let rule = possible(if asks {
        Rule { closed_months: asked.closed_months, spam_days: asked.spam_days, from: None }
    } else {
        there
    })?;
    let found = due::preview(&mut tx, &app.store, (&rules, &scope, &rule)).await?;
    let mut body = document(&scope, &rules);
    let cases: Vec<Value> = found
        .first
        .iter()
        .map(|due| json!({ "id": due.id.to_string(), "name": due.name, "updated_at": due.quiet.since.to_string() }))
        .collect();
    body["would_erase"] = json!({ "count": found.count, "more": found.more, "first": cases });
    Ok(([(header::ETAG, IfMatch::etag(version))], Json(body)).into_response())
}

fn possible(rule: Rule) -> Result<Rule, Problem> {
    if rule.is_possible() {
        return Ok(rule);
    }
    Err(Problem::invalid_field("/closed_months", "1 to 360 months, 1 to 3650 days, or null for never"))
}

pub(super) async fn change(
    State(app): State<App>,
    token: Token,
    IfMatch(seen): IfMatch,
    Path(slug): Path<String>,
    Json(sent): Json<Sent>,
) -> Reply {
    let viewer = looks(token)?;
    if !changes(&viewer) {
        return Err(Problem::not_found());
    }
    let mut tx = app.store.read().await?;
    let scope = store::scope(&mut tx, &slug).await?;
    drop(tx);
    let rule = possible(Rule { closed_months: sent.closed_months, spam_days: sent.spam_days, from: None })?;
    let rule = Some(rule).filter(|_| !sent.follow_house || scope == Scope::House);
    let (store, wanted) = (app.store.clone(), Change { by: viewer.person, seen, scope: scope.clone(), rule });
    let done: Result<i64, EngineError> =
        app.store.write(move |tx| Box::pin(async move { store::change(tx, &store, wanted).await })).await;
    let version = done?;
    let mut tx = app.store.read().await?;
    let (_, rules) = store::read(&mut tx, &app.store).await?;
    Ok(([(header::ETAG, IfMatch::etag(version))], Json(document(&scope, &rules))).into_response())
}

fn of_scope() -> Param {
    Param::path("scope", "`house`, or the address part or id of a programme.", Schema::string())
}

fn months() -> Schema {
    Schema::integer(1, i64::from(MONTHS_MAX)).or_null()
}

fn days() -> Schema {
    Schema::integer(1, i64::from(DAYS_MAX)).or_null()
}

fn given(name: &'static str) -> Schema {
    Schema::object(name)
        .required("scope", Schema::string())
        .required("own", Schema::flag().about("False where the house decides."))
        .required("closed_months", months())
        .required("spam_days", days())
        .required("from", Schema::instant().or_null().about("Before that nothing is erased by it."))
}

pub(super) fn list_doc() -> ApiDoc {
    ApiDoc::new("settings", "List the retention rules").gives_version(
        200,
        "That of the house first.",
        Schema::page(given("RetentionRule")),
    )
}

pub(super) fn preview_doc() -> ApiDoc {
    let case = Schema::inline_object()
        .required("id", Schema::id())
        .required("name", Schema::string())
        .required("updated_at", Schema::instant());
    let would = Schema::inline_object()
        .required("count", Schema::integer(0, i64::MAX))
        .required("more", Schema::flag().about("Whether there are more than were counted."))
        .required("first", Schema::list(case));
    ApiDoc::new("settings", "See what a retention rule would erase")
        .describe("The rule in the query, or the one that decides now. Restricted cases are counted and not listed.")
        .param(of_scope())
        .param(Param::query(
            "closed_months",
            "Months after which a closed case goes.",
            Schema::integer(1, i64::from(MONTHS_MAX)),
        ))
        .param(Param::query("spam_days", "Days after which spam goes.", Schema::integer(1, i64::from(DAYS_MAX))))
        .gives_version(
            200,
            "The rule in force, and what would go.",
            given("RetentionPreview").required("would_erase", would),
        )
        .may_refuse(Kind::Invalid)
}

pub(super) fn change_doc() -> ApiDoc {
    let sent = Schema::object("NewRetentionRule")
        .required("closed_months", months())
        .required("spam_days", days())
        .optional("follow_house", Schema::flag().about("A programme without a rule of its own."));
    ApiDoc::new("settings", "Set a retention rule")
        .describe("Takes the right to erase cases as well. What says something new erases nothing for 14 days.")
        .param(of_scope())
        .takes(sent)
        .if_match()
        .gives_version(200, "As it is now.", given("RetentionRule"))
}
