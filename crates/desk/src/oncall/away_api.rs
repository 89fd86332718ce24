//! Own absences for programs: those of the person whose token it is.

use super::away::{change_own, own};
use super::store;
use crate::people::team;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use domain::PersonId;
use domain::calendar::{Absence, Date};
use serde::{Deserialize, Serialize};
use serde_json::json;
use web::openapi::Schema;
use web::{ApiDoc, App, IfMatch, Json, Problem, Reply, Token};

/// Days on which the caller is away.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Away {
    from: Date,
    until: Date,
    #[serde(default)]
    cover: Option<PersonId>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wanted {
    absences: Vec<Away>,
}

pub(super) async fn show(State(app): State<App>, token: Token) -> Reply {
    answer(&app, token.person).await
}

async fn answer(app: &App, person: PersonId) -> Reply {
    let mut tx = app.store.read().await?;
    let (version, rule) = store::read(&mut tx, &app.store).await?;
    let away = |a: Absence| Away { from: a.from, until: a.until, cover: a.cover };
    let absences: Vec<Away> = own(&rule, person).into_iter().map(away).collect();
    Ok(([(header::ETAG, IfMatch::etag(version))], Json(json!({ "absences": absences }))).into_response())
}

pub(super) async fn change(
    State(app): State<App>,
    token: Token,
    IfMatch(seen): IfMatch,
    Json(wanted): Json<Wanted>,
) -> Reply {
    let person = token.person;
    let mut tx = app.store.read().await?;
    let (version, _) = store::read(&mut tx, &app.store).await?;
    if version != seen {
        return Err(crate::engine::EngineError::Stale { version }.into());
    }
    let people = team(&mut tx, &app.store).await?;
    drop(tx);
    let mut covers = wanted.absences.iter().filter_map(|away| away.cover);
    if covers.any(|cover| cover == person || !people.iter().any(|c| c.id == cover)) {
        return Err(Problem::invalid_field("/absences", "Only a colleague who can sign in stands in"));
    }
    let new: Vec<Absence> =
        wanted.absences.iter().map(|a| Absence { person, from: a.from, until: a.until, cover: a.cover }).collect();
    change_own(&app.store, person, move |own| own.clone_from(&new))
        .await?
        .map_err(|error| Problem::invalid_field("/absences", error.to_string()))?;
    answer(&app, person).await
}

fn schema(name: &'static str) -> Schema {
    let day = || Schema::pattern("^[0-9]{4}-[0-9]{2}-[0-9]{2}$");
    let away = Schema::inline_object()
        .required("from", day())
        .required("until", day().about("The last day."))
        .optional("cover", Schema::id().or_null().about("Who is told in your place."));
    Schema::object(name).required("absences", Schema::list(away))
}

pub(super) fn show_doc() -> ApiDoc {
    ApiDoc::new("alerts", "Read when you are away").gives_version(200, "Your absences.", schema("MyAbsences"))
}

pub(super) fn change_doc() -> ApiDoc {
    ApiDoc::new("alerts", "Say when you are away")
        .describe("Replaces all of yours. Whoever stands in is told what you would be told of your cases.")
        .takes(schema("NewAbsences"))
        .if_match()
        .gives_version(200, "As they are now.", schema("MyAbsences"))
}
