//! Webhooks for programs.

use super::changes::{self, Again, client, find};
use super::one::named;
use crate::Viewer;
use crate::calendar::api::in_charge;
use crate::engine::EngineError;
use crate::once::Once;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::{Permission, ProgrammeId, Span, Uuid};
use outbound::{Delivery, Endpoint, Filter, Kind, Standing, Wish};
use serde::Deserialize;
use serde_json::{Value, json};
use web::{App, IdempotencyKey, IfMatch, Json, Path, Problem, Query, Reply, Token};

/// An endpoint as it is sent.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Sent {
    label: String,
    url: String,
    #[serde(default)]
    programme: Option<ProgrammeId>,
    events: Vec<String>,
    #[serde(default)]
    titles: bool,
    #[serde(default)]
    paused: bool,
}

impl Sent {
    /// The wish, and whether messages are to go there.
    async fn wish(self, app: &App) -> Result<(Wish, bool), Problem> {
        let mut kinds = 0;
        for word in &self.events {
            let bit = word.parse().map_or(0, Kind::bit);
            if bit == 0 {
                return Err(Problem::invalid_field("/events", format!("{word:?} is no event that is sent")));
            }
            kinds |= bit;
        }
        if let Some(id) = self.programme {
            let mut tx = app.store.read().await?;
            if !crate::programmes::all(&mut tx).await?.iter().any(|(known, _)| *known == id) {
                return Err(Problem::invalid_field("/programme", "There is no such programme"));
            }
        }
        let wish = Wish { label: self.label, url: self.url, programme: self.programme, kinds, titles: self.titles };
        let field = |name: &str| format!("/{}", if name == "kinds" { "events" } else { name });
        wish.check(client(app)?.rules()).map_err(|error| Problem::invalid_field(field(error.0), error.1))?;
        Ok((wish, !self.paused))
    }
}

fn document(endpoint: &Endpoint) -> Value {
    let wish = &endpoint.wish;
    let events: Vec<&str> =
        Kind::CHOICES.iter().filter(|(_, bit, _)| wish.kinds & bit != 0).map(|(kind, ..)| kind.as_str()).collect();
    json!({
        "id": endpoint.id.to_string(),
        "version": endpoint.version,
        "label": wish.label,
        "url": wish.url,
        "programme": wish.programme.map(|id| id.to_string()),
        "events": events,
        "titles": wish.titles,
        "state": endpoint.standing.as_str(),
        "paused": endpoint.standing != Standing::Active,
        "failing_since": endpoint.failing_since.map(|at| at.to_string()),
        "created_at": endpoint.created_at.to_string(),
    })
}

fn answer(endpoint: &Endpoint, (status, secret): (StatusCode, Option<String>)) -> Response {
    let mut body = document(endpoint);
    if let Some(secret) = secret {
        body["secret"] = json!(secret);
    }
    (status, [(header::ETAG, IfMatch::etag(endpoint.version))], Json(body)).into_response()
}

/// Whoever says where messages go reads what is sent there, also after the token is gone.
fn may_send(token: Token) -> Result<Viewer, Problem> {
    let viewer = in_charge(token)?;
    if viewer.may_house(Permission::ReadCases) { Ok(viewer) } else { Err(Problem::not_found()) }
}

pub(super) async fn list(State(app): State<App>, token: Token) -> Reply {
    in_charge(token)?;
    let mut tx = app.store.read().await?;
    let items: Vec<Value> = outbound::endpoints(&mut tx, &app.store).await?.iter().map(document).collect();
    Ok(Json(json!({ "items": items, "next": null })).into_response())
}

pub(super) async fn show(State(app): State<App>, token: Token, Path(id): Path<Uuid>) -> Reply {
    in_charge(token)?;
    Ok(answer(&find(&app, id).await?, (StatusCode::OK, None)))
}

pub(super) async fn add(State(app): State<App>, token: Token, key: IdempotencyKey, Json(sent): Json<Sent>) -> Reply {
    let by = may_send(token)?.person;
    let (wish, active) = sent.wish(&app).await?;
    if !active {
        return Err(Problem::invalid_field("/paused", "A new webhook is not paused; pause it afterwards"));
    }
    let said = format!("{wish:?}");
    let once = Once::new(&app.store, key.as_str(), (&by.to_string(), "api webhook"), said.as_bytes());
    let (id, secret) = changes::add(&app, (by, wish), once).await?;
    Ok(answer(&find(&app, id).await?, (StatusCode::CREATED, Some(secret))))
}

pub(super) async fn change(
    State(app): State<App>,
    token: Token,
    IfMatch(seen): IfMatch,
    Path(id): Path<Uuid>,
    Json(sent): Json<Sent>,
) -> Reply {
    let by = may_send(token)?.person;
    find(&app, id).await?;
    let (wish, active) = sent.wish(&app).await?;
    changes::change(&app, (by, id, seen), (wish, Some(active))).await?;
    Ok(answer(&find(&app, id).await?, (StatusCode::OK, None)))
}

pub(super) async fn remove(
    State(app): State<App>,
    token: Token,
    IfMatch(seen): IfMatch,
    Path(id): Path<Uuid>,
) -> Reply {
    let by = in_charge(token)?.person;
    find(&app, id).await?;
    changes::remove(&app, (by, id, seen)).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// How a secret is replaced.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Replace {
    #[serde(default)]
    known_to_others: bool,
}

fn once(app: &App, key: &IdempotencyKey, (viewer, what): (&Viewer, &str)) -> Once {
    Once::new(&app.store, key.as_str(), (&viewer.person.to_string(), &format!("api {what}")), what.as_bytes())
}

pub(super) async fn secret(
    State(app): State<App>,
    token: Token,
    key: IdempotencyKey,
    Path(id): Path<Uuid>,
    Json(how): Json<Replace>,
) -> Reply {
    let viewer = in_charge(token)?;
    find(&app, id).await?;
    let at_once = how.known_to_others;
    let once = once(&app, &key, (&viewer, &format!("webhook secret {id} {at_once}")));
    let secret = changes::secret(&app, (viewer.person, id, at_once), once).await?;
    Ok(answer(&find(&app, id).await?, (StatusCode::OK, Some(secret))))
}

pub(super) async fn test(State(app): State<App>, token: Token, key: IdempotencyKey, Path(id): Path<Uuid>) -> Reply {
    let viewer = in_charge(token)?;
    let once = once(&app, &key, (&viewer, &format!("webhook test {id}")));
    let delivery = changes::test(&app, (viewer.person, id), once).await?;
    Ok((StatusCode::ACCEPTED, Json(json!({ "delivery": delivery.to_string() }))).into_response())
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    state: Option<String>,
    cursor: Option<String>,
}

pub(super) async fn deliveries(
    State(app): State<App>,
    token: Token,
    Path(id): Path<Uuid>,
    Query(asked): Query<Asked>,
) -> Reply {
    let viewer = in_charge(token)?;
    find(&app, id).await?;
    let filter = match asked.state.filter(|word| !word.is_empty()) {
        None => Filter::All,
        Some(word) => {
            let odd = |_| Problem::invalid_field("state", "Write waiting, sent, failed or dropped");
            Filter::Only(word.parse().map_err(odd)?)
        }
    };
    let odd = |_| Problem::invalid_field("cursor", "Send `next` of the page before, unchanged");
    let before =
        asked.cursor.filter(|c| !c.is_empty()).map(|cursor| cursor.parse::<Uuid>().map_err(odd)).transpose()?;
    let mut tx = app.store.read().await?;
    let (listed, more) = outbound::deliveries(&mut tx, &app.store, id, (filter, before)).await?;
    let next = listed.last().filter(|_| more).map(|last| last.id.to_string());
    let mut items = Vec::with_capacity(listed.len());
    for mut delivery in listed {
        let case = named(&mut tx, &app.store, &viewer, &mut delivery).await?;
        items.push(item(&delivery, case));
    }
    Ok(Json(json!({ "items": items, "next": next })).into_response())
}

fn item(delivery: &Delivery, case: String) -> Value {
    json!({
        "id": delivery.id.to_string(),
        "webhook_id": format!("msg_{}", delivery.message.simple()),
        "type": delivery.kind.as_str(),
        "case": Some(case).filter(|name| !name.is_empty()),
        "state": delivery.state.as_str(),
        "attempts": delivery.attempts,
        "created_at": delivery.created_at.to_string(),
        "due_at": delivery.due_at.to_string(),
        "ended_at": delivery.ended_at.map(|at| at.to_string()),
        "code": delivery.code,
        "answer": Some(delivery.words.as_str()).filter(|words| !words.is_empty()),
    })
}

/// What is to be sent again: one message, or all that failed in so many days.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SendAgain {
    #[serde(default)]
    delivery: Option<Uuid>,
    #[serde(default)]
    failed_days: Option<i64>,
}

pub(super) async fn redeliver(
    State(app): State<App>,
    token: Token,
    key: IdempotencyKey,
    Path(id): Path<Uuid>,
    Json(sent): Json<SendAgain>,
) -> Reply {
    let viewer = in_charge(token)?;
    find(&app, id).await?;
    let again = match (sent.delivery, sent.failed_days) {
        (Some(delivery), None) => Again::One(delivery),
        (None, Some(days)) if (1..=90).contains(&days) => Again::Failed(Span::from_days(days)),
        (None, Some(_)) => return Err(Problem::invalid_field("/failed_days", "Write a number of days, 1 to 90")),
        _ => return Err(Problem::invalid_field("/delivery", "Send either delivery or failed_days")),
    };
    let once = once(&app, &key, (&viewer, &format!("webhook redeliver {id} {again:?}")));
    let count: Result<u64, EngineError> = changes::redeliver(&app, (viewer.person, id), again, once).await;
    Ok((StatusCode::ACCEPTED, Json(json!({ "messages": count? }))).into_response())
}
