//! The same done to many cases by a program: a result for each, and the same way back.

use super::deed::Kind as What;
use super::pages::carry_out;
use super::plan::Ticked;
use super::record::{self, Stored, UNDO};
use crate::Viewer;
use crate::engine::EngineError;
use crate::inbox::PAGE;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use domain::{Severity, Uuid};
use serde::Deserialize;
use serde_json::{Value, json};
use web::openapi::{Param, Schema};
use web::{ApiDoc, App, Fields, Form, IdempotencyKey, Json, Kind, Path, Problem, Reply, Token};

/// Longest name or id of a case.
const NAME: usize = 40;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wanted {
    what: String,
    cases: Vec<One>,
    #[serde(default)]
    owner: String,
    #[serde(default)]
    severity: String,
    #[serde(default)]
    outcome: String,
    #[serde(default)]
    reason: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct One {
    case: String,
    version: i64,
}

impl Wanted {
    fn ticked(&self) -> Result<Vec<Ticked>, Problem> {
        if self.cases.is_empty() || self.cases.len() > PAGE {
            return Err(Problem::invalid_field("/cases", format!("Name 1 to {PAGE} cases")));
        }
        let mut ticked: Vec<Ticked> = Vec::new();
        for (at, one) in self.cases.iter().enumerate() {
            let name = one.case.trim();
            let again = ticked.iter().any(|there| there.name.eq_ignore_ascii_case(name));
            if name.len() > NAME || again {
                return Err(Problem::invalid_field(format!("/cases/{at}/case"), "Name each case once, by name or id"));
            }
            ticked.push(Ticked { name: name.to_owned(), seen: one.version });
        }
        Ok(ticked)
    }
}

pub(super) async fn perform(
    State(app): State<App>,
    token: Token,
    key: IdempotencyKey,
    Json(wanted): Json<Wanted>,
) -> Reply {
    let viewer = Viewer::from(token);
    let words = || What::ALL.iter().map(|(_, word, _)| *word).collect::<Vec<_>>().join(", ");
    let kind =
        What::of(&wanted.what).ok_or_else(|| Problem::invalid_field("/what", format!("Say one of {}", words())))?;
    let ticked = wanted.ticked()?;
    let pairs = [("severity", &wanted.severity), ("outcome", &wanted.outcome), ("reason", &wanted.reason)];
    let fields: Fields = pairs
        .into_iter()
        .map(|(name, value)| (name, value.as_str()))
        .chain([("owner", wanted.owner.as_str())])
        .collect();
    let mut form = Form::of(fields);
    let deed = kind.deed(&mut form, viewer.person).filter(|_| form.ok());
    let Some(deed) = deed else {
        let first = form.errors().iter().next().map(|error| (format!("/{}", error.field), error.message.clone()));
        let (field, message) = first.unwrap_or_default();
        return Err(Problem::invalid_field(field, message));
    };
    let id = carry_out(&app, &viewer, (kind, deed, &ticked), key.as_str()).await?;
    let body = told(&app, &viewer, id).await?;
    Ok((StatusCode::CREATED, Json(body)).into_response())
}

pub(super) async fn show(State(app): State<App>, token: Token, Path(id): Path<Uuid>) -> Reply {
    Ok(Json(told(&app, &Viewer::from(token), id).await?).into_response())
}

pub(super) async fn undo(State(app): State<App>, token: Token, Path(id): Path<Uuid>) -> Reply {
    let viewer = Viewer::from(token);
    let (store, by) = (app.store.clone(), viewer.clone());
    let done: Result<(), EngineError> =
        app.store.write(move |tx| Box::pin(async move { record::undo(tx, &store, &by, id).await })).await;
    match done {
        Ok(()) => {}
        Err(EngineError::Stale { .. }) => {
            let (stored, _) =
                record::read(&mut app.store.read().await?, &app.store, (viewer.person, id), false).await?;
            if !stored.undone {
                return Err(Problem::conflict("This can no longer be undone. Each case has its own actions."));
            }
        }
        Err(error) => return Err(error.into()),
    }
    Ok(Json(told(&app, &viewer, id).await?).into_response())
}

async fn told(app: &App, viewer: &Viewer, id: Uuid) -> Result<Value, EngineError> {
    let mut tx = app.store.read().await?;
    let (stored, _) = record::read(&mut tx, &app.store, (viewer.person, id), false).await?;
    Ok(json_of(id, &stored))
}

fn json_of(id: Uuid, stored: &Stored) -> Value {
    let record = &stored.record;
    let left = |left: &record::Left| json!({ "case": left.name, "why": left.why });
    let until = (!stored.undone && !record.done.is_empty()).then(|| stored.at.plus(UNDO).to_string());
    json!({
        "id": id.to_string(),
        "done": record.done.iter().map(|done| &done.name).collect::<Vec<_>>(),
        "left": record.left.iter().map(left).collect::<Vec<_>>(),
        "undo_until": until,
        "undone": stored.undone,
        "put_back": record.back,
        "not_put_back": record.kept.iter().map(left).collect::<Vec<_>>(),
    })
}

fn schema() -> Schema {
    let left = || {
        let one = Schema::object("CaseLeft").required("case", Schema::string()).required("why", Schema::string());
        Schema::list(one)
    };
    Schema::object("BulkDeed")
        .required("id", Schema::id())
        .required("done", Schema::list(Schema::string()).about("Names of the cases it was done to."))
        .required("left", left().about("Those left as they were, and why. A case you cannot see is in neither list."))
        .required("undo_until", Schema::instant().or_null())
        .required("undone", Schema::flag())
        .required("put_back", Schema::list(Schema::string()))
        .required("not_put_back", left())
}

pub(super) fn perform_doc() -> ApiDoc {
    let one = Schema::object("CaseAtVersion")
        .required("case", Schema::text(1, 40).about("Name or id."))
        .required("version", Schema::integer(i64::MIN, i64::MAX).about("As it was seen: a case that changed is left."));
    let wanted = Schema::object("BulkWanted")
        .required("what", Schema::word(What::ALL.iter().map(|(_, word, _)| *word)))
        .required("cases", Schema::list(one).about("1 to 50."))
        .optional("owner", Schema::string().about("For assign: id of a person, or nobody."))
        .optional("severity", Schema::word(Severity::ALL.iter().map(|s| s.as_str())).about("For severity."))
        .optional("outcome", Schema::string().about("For close: any but duplicate."))
        .optional("reason", Schema::string().about("For close, and for a lower severity: each reporter reads it."));
    ApiDoc::new("cases", "Do the same to many cases")
        .describe("One write for all that fit; the others are named with the reason. It can be undone for ten minutes.")
        .takes(wanted)
        .idempotent()
        .gives(201, "Done.", schema())
}

fn deed() -> Param {
    Param::path("deed", "Id of what was done.", Schema::id())
}

pub(super) fn show_doc() -> ApiDoc {
    ApiDoc::new("cases", "Read what was done to many cases")
        .describe("By whoever did it, for a day.")
        .param(deed())
        .gives(200, "What was done.", schema())
}

pub(super) fn undo_doc() -> ApiDoc {
    ApiDoc::new("cases", "Undo what was done to many cases")
        .describe("As actions of their own, on cases that nobody touched since. Asked again, it answers the same.")
        .param(deed())
        .gives(200, "What was put back.", schema())
        .may_refuse(Kind::Conflict)
}
