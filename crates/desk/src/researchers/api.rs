//! Researchers for programs.

use super::bar::reason;
use super::erase::{self, Wanted, eraser, is_of};
use super::{Record, known, manager};
use crate::Viewer;
use crate::engine::EngineError;
use crate::erasing::list_of;
use crate::hold::reason_sent;
use crate::once::Once;
use accounts::ReadKind;
use accounts::researcher::{self, Bar, Researcher, Wish};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use db::erase::Order;
use domain::{Permission, PersonId};
use mail::MailAddress;
use serde::Deserialize;
use serde_json::{Value, json};
use web::{App, IdempotencyKey, Json, Path, Problem, Reply, Token};

/// An address to look for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Sought {
    address: String,
}

/// A bar as it is sent.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SentBar {
    days: i64,
    reason: String,
}

fn document(viewer: &Viewer, (who, record): (&Researcher, &Record), bar: Option<&Bar>) -> Value {
    json!({
        "id": who.id.to_string(),
        "credit": who.profile.credit,
        "address": viewer.may_house(Permission::ManagePeople).then_some(&who.email),
        "since": who.created_at.to_string(),
        "record": { "sent": record.sent, "waiting": record.waiting, "valid": record.valid, "closed": record.closed },
        "bar": bar.map(|bar| json!({
            "since": bar.since.to_string(), "until": bar.until.to_string(), "reason": bar.reason.as_str(),
        })),
    })
}

async fn reply(app: &App, viewer: &Viewer, id: PersonId) -> Reply {
    let mut tx = app.store.read().await?;
    let (who, record) = known(&mut tx, &app.store, (viewer, id)).await?;
    let bar = researcher::bar_of(&mut tx, &app.store, id).await?;
    Ok(Json(document(viewer, (&who, &record), bar.as_ref())).into_response())
}

pub(super) async fn one(State(app): State<App>, token: Token, Path(id): Path<PersonId>) -> Reply {
    reply(&app, &Viewer::from(token), id).await
}

/// Looks only, so it takes no key; by POST, so that no address stands in a log.
pub(super) async fn search(State(app): State<App>, token: Token, Json(sought): Json<Sought>) -> Reply {
    let viewer = manager(Viewer::from(token))?;
    let address: MailAddress =
        sought.address.parse().map_err(|_| Problem::invalid_field("/address", "Write one e-mail address."))?;
    crate::audit::note(&app, viewer.person, ReadKind::Search, None).await?;
    let mut tx = app.store.read().await?;
    let found = researcher::by_address(&mut tx, app.store.keys(), &address).await?;
    drop(tx);
    reply(&app, &viewer, found.ok_or_else(Problem::not_found)?).await
}

pub(super) async fn bar(
    State(app): State<App>,
    token: Token,
    Path(id): Path<PersonId>,
    Json(sent): Json<SentBar>,
) -> Reply {
    let viewer = there(&app, token, id).await?;
    let reason = reason(&sent.reason).map_err(|message| Problem::invalid_field("/reason", message))?;
    if !(1..=researcher::BAR_DAYS_MAX).contains(&sent.days) {
        return Err(Problem::invalid_field("/days", "Say for how many days: 1 to 730."));
    }
    let (db, by, wish) = (app.store.clone(), viewer.person, Wish { researcher: id, days: sent.days, reason });
    app.store.write(move |tx| Box::pin(async move { researcher::set_bar(tx, &db, wish, by).await })).await?;
    reply(&app, &viewer, id).await
}

pub(super) async fn lift(State(app): State<App>, token: Token, Path(id): Path<PersonId>) -> Reply {
    let viewer = there(&app, token, id).await?;
    let (db, by) = (app.store.clone(), viewer.person);
    app.store.write(move |tx| Box::pin(async move { researcher::lift(tx, &db, id, by).await })).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// An erasure as it is sent.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SentErasure {
    address: String,
    reason: String,
}

pub(super) async fn erase(
    State(app): State<App>,
    token: Token,
    key: IdempotencyKey,
    Path(id): Path<PersonId>,
    Json(sent): Json<SentErasure>,
) -> Reply {
    let viewer = eraser(Viewer::from(token))?;
    let (db, said) = (&app.store, format!("{}\n{}", sent.address, sent.reason));
    let route = format!("api erase researcher {id}");
    let once = Once::new(db, key.as_str(), (&viewer.person.to_string(), &route), said.as_bytes());
    let mut tx = db.read().await?;
    let found = researcher::load(&mut tx, db.keys(), id).await?;
    drop(tx);
    let Some(found) = found else {
        // Perhaps it is this very request that erased it.
        let reply: Value = once.replay(db).await?.ok_or_else(Problem::not_found)?;
        return Ok((StatusCode::ACCEPTED, Json(reply)).into_response());
    };
    if !is_of(&sent.address, &found) {
        return Err(Problem::invalid_field("/address", "This is not the address of this account."));
    }
    let reason = reason_sent(&sent.reason)?;
    let order = Order { by: Some(viewer.person), reason: reason.as_str().to_owned() };
    let wanted = Wanted { researcher: id, address: found.email, order };
    let reply = erase::once(&app, list_of(&app)?, (wanted, once)).await?;
    Ok((StatusCode::ACCEPTED, Json(reply)).into_response())
}

async fn there(app: &App, token: Token, id: PersonId) -> Result<Viewer, Problem> {
    let viewer = manager(Viewer::from(token))?;
    let mut tx = app.store.read().await?;
    let found: Result<_, EngineError> = known(&mut tx, &app.store, (&viewer, id)).await;
    found?;
    Ok(viewer)
}
