//! The people of a case for programs.

use super::change::{self, Change};
use super::forms::sentence;
use super::gather::{Somebody, people as gather};
use super::pages::seen;
use crate::Viewer;
use crate::engine::{self, EngineError, Inviting, Naming, Sharing};
use crate::once::Once;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use domain::case::Shares;
use domain::{Permission, PersonId, Role};
use serde::Deserialize;
use serde_json::{Value, json};
use web::{App, IdempotencyKey, IfMatch, Json, Path, Problem, Reply, Token};

pub(super) async fn people(State(app): State<App>, token: Token, Path(reference): Path<String>) -> Reply {
    let viewer = Viewer::from(token);
    let mut tx = app.store.read().await?;
    let case = viewer.case(&mut tx, &app.store, (&reference, Permission::ReadTeamText)).await?;
    let found = gather(&mut tx, &app.store, &case).await?;
    let list = |people: &[Somebody]| -> Vec<Value> { people.iter().map(one).collect() };
    let body = json!({
        "owner": found.owner.as_ref().map(one),
        "acting": found.acting.map(|id| id.to_string()),
        "watchers": list(&found.watchers),
        "guests": list(&found.guests),
        "restricted": case.facts.restricted,
        "named": list(&found.named),
        "shares": found.shares,
        "version": case.version,
    });
    Ok(([(header::ETAG, IfMatch::etag(case.version))], Json(body)).into_response())
}

fn one(somebody: &Somebody) -> Value {
    json!({ "id": somebody.id.to_string(), "name": somebody.name })
}

pub(super) async fn watch(State(app): State<App>, token: Token, Path(reference): Path<String>) -> Reply {
    watching(&app, token, &reference, true).await
}

pub(super) async fn unwatch(State(app): State<App>, token: Token, Path(reference): Path<String>) -> Reply {
    watching(&app, token, &reference, false).await
}

async fn watching(app: &App, token: Token, reference: &str, on: bool) -> Reply {
    let viewer = Viewer::from(token);
    let case = seen(app, &viewer, (reference, Permission::ReadCases)).await?;
    change::watch(&app.store, (case.id, viewer.person), on).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NewGuest {
    email: String,
}

pub(super) async fn invite(
    State(app): State<App>,
    token: Token,
    IfMatch(version): IfMatch,
    key: IdempotencyKey,
    Path(reference): Path<String>,
    Json(guest): Json<NewGuest>,
) -> Reply {
    let viewer = Viewer::from(token);
    let case = seen(&app, &viewer, (&reference, Permission::RestrictCases)).await?;
    // Whoever invites may be the guest: a token gives nobody more than it has.
    let lacks = |permission: &Permission| !viewer.may(*permission, &case.facts);
    if Permission::ALL.iter().any(|permission| permission.roles().contains(&Role::Guest) && lacks(permission)) {
        return Err(Problem::not_found());
    }
    let by = viewer.person;
    let (route, said) = (format!("api invite {}", case.id), format!("{version} {}", guest.email));
    let once = Once::new(&app.store, key.as_str(), (&by.to_string(), &route), said.as_bytes());
    let wanted = Inviting { case: case.id, seen: Some(version), by };
    let reply = change::invite(&app, once, (wanted, guest.email)).await?;
    Ok((StatusCode::CREATED, Json(reply)).into_response())
}

pub(super) async fn send_away(
    State(app): State<App>,
    token: Token,
    IfMatch(version): IfMatch,
    Path((reference, guest)): Path<(String, PersonId)>,
) -> Reply {
    let viewer = Viewer::from(token);
    let mut tx = app.store.read().await?;
    let case = viewer.case(&mut tx, &app.store, (&reference, Permission::RestrictCases)).await?;
    if !engine::guests(&mut tx, case.id).await?.contains(&guest) {
        return Err(Problem::not_found());
    }
    drop(tx);
    let wanted = Inviting { case: case.id, seen: Some(version), by: viewer.person };
    answer(&app, Change::SendAway(wanted, guest)).await
}

pub(super) async fn name(app: State<App>, token: Token, seen: IfMatch, path: Path<(String, PersonId)>) -> Reply {
    naming(&app.0, token, (seen, path), true).await
}

pub(super) async fn unname(app: State<App>, token: Token, seen: IfMatch, path: Path<(String, PersonId)>) -> Reply {
    naming(&app.0, token, (seen, path), false).await
}

async fn naming(
    app: &App,
    token: Token,
    (IfMatch(version), Path((reference, person))): (IfMatch, Path<(String, PersonId)>),
    on: bool,
) -> Reply {
    let viewer = Viewer::from(token);
    let mut tx = app.store.read().await?;
    let case = viewer.case(&mut tx, &app.store, (&reference, Permission::RestrictCases)).await?;
    let known = accounts::person::load(&mut tx, app.store.keys(), person).await.map_err(EngineError::corrupt)?;
    known.ok_or_else(Problem::not_found)?;
    drop(tx);
    let naming = Naming { case: case.id, seen: Some(version), by: viewer.person, person };
    answer(app, if on { Change::Name(naming) } else { Change::Unname(naming) }).await
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NewShares {
    reporter: u8,
    others: Vec<NewShare>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct NewShare {
    name: String,
    percent: u8,
}

pub(super) async fn share(
    State(app): State<App>,
    token: Token,
    IfMatch(version): IfMatch,
    Path(reference): Path<String>,
    Json(wanted): Json<NewShares>,
) -> Reply {
    let viewer = Viewer::from(token);
    let case = seen(&app, &viewer, (&reference, Permission::ActOnCases)).await?;
    let others = wanted.others.into_iter().map(|share| (share.name, share.percent)).collect();
    let shares =
        Shares::new(wanted.reporter, others).map_err(|error| Problem::invalid_field("/others", sentence(error)))?;
    answer(&app, Change::Share(Sharing { case: case.id, seen: Some(version), by: viewer.person, shares })).await
}

/// Done as often as it is asked for: the version guards it.
async fn answer(app: &App, wanted: Change) -> Reply {
    let version = change::change(&app.store, Once::never(), wanted).await?;
    Ok(([(header::ETAG, IfMatch::etag(version))], Json(json!({ "version": version }))).into_response())
}
