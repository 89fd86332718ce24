//! Putting a stock answer into a reply: its variables are filled, what was typed stays above it, and nothing
//! is sent.

use super::report;
use super::show::{Shown, show};
use crate::engine::{EngineError, Loaded};
use crate::people::Names;
use crate::programmes::Programmes;
use crate::{Viewer, stock, words};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use db::{Db, Tx};
use domain::template::{Template, Variable};
use domain::{Permission, Uuid};
use serde_json::json;
use web::openapi::{Param, Schema};
use web::{ApiDoc, App, Form, FormData, Json, Path, Reply, Staff, Token, View};

pub(super) async fn insert(
    State(app): State<App>,
    staff: Staff,
    view: View,
    Path(reference): Path<String>,
    form: FormData,
) -> Reply {
    let mut fields = form.fields().await?;
    let viewer = Viewer::from(staff);
    let db = &app.store;
    let mut tx = db.read().await?;
    let case = viewer.case(&mut tx, db, (&reference, Permission::MessageReporter)).await?;
    let found = match fields.get("stock").parse::<Uuid>() {
        Ok(id) => filled(&mut tx, db, (&viewer, &case), id).await,
        Err(_) => Err(EngineError::NotFound),
    };
    drop(tx);
    let outside = Some(true);
    let (status, form) = match found {
        Ok((_, text)) => {
            let typed = fields.get("message").trim_end().to_owned();
            fields.set("message", if typed.is_empty() { text } else { format!("{typed}\n\n{text}") });
            (StatusCode::OK, Form::of(fields))
        }
        Err(EngineError::NotFound) => {
            let mut form = Form::of(fields);
            form.refuse("stock", "Pick an answer");
            (StatusCode::UNPROCESSABLE_ENTITY, form)
        }
        Err(error) => return Err(error.into()),
    };
    show(&app, &view, &viewer, case, Shown { status, form, outside, ..Shown::default() }).await
}

/// Name and words of an answer, with the values of this case.
async fn filled(
    tx: &mut Tx,
    db: &Db,
    (viewer, case): (&Viewer, &Loaded),
    id: Uuid,
) -> Result<(String, String), EngineError> {
    let answer = stock::find(tx, db, id).await?;
    if answer.programme.is_some_and(|only| only != case.facts.programme) {
        return Err(EngineError::NotFound);
    }
    let credit = report::read(tx, case).await?.credit;
    let programme = Programmes::default().name(tx, db, case.facts.programme).await?;
    let me = Names::default().get(tx, db, viewer.person).await?;
    let summary = case.summary();
    let chip = words::chip(summary.state, summary.waiting_since.is_some(), summary.close);
    let text = Template::parse(&answer.words.text).map_err(EngineError::corrupt)?.fill(|variable| match variable {
        Variable::Case => case.name(),
        Variable::Reporter => credit.as_ref().map_or("reporter".to_owned(), ToString::to_string),
        Variable::Programme => programme.clone(),
        Variable::State => chip.word.to_lowercase(),
        // A gap that whoever writes sees and fills.
        Variable::Due => summary.due().map_or("[date]".to_owned(), web::layout::day),
        Variable::Me => me.clone(),
    });
    Ok((answer.words.name, text))
}

pub(super) async fn filled_for(
    State(app): State<App>,
    token: Token,
    Path((reference, id)): Path<(String, Uuid)>,
) -> Reply {
    let viewer = Viewer::from(token);
    let mut tx = app.store.read().await?;
    let case = viewer.case(&mut tx, &app.store, (&reference, Permission::MessageReporter)).await?;
    let (name, text) = filled(&mut tx, &app.store, (&viewer, &case), id).await?;
    Ok(Json(json!({ "name": name, "text": text })).into_response())
}

pub(super) fn filled_doc() -> ApiDoc {
    let given = Schema::object("FilledAnswer").required("name", Schema::string()).required("text", Schema::string());
    ApiDoc::new("cases", "Fill a stock answer for a case")
        .describe("The words with the values of this case, to be read and sent as a message. Nothing is sent.")
        .param(super::of_case())
        .param(Param::path("answer", "Id of the answer.", Schema::id()))
        .gives(200, "The words.", given)
        .may_refuse(web::Kind::Gone)
}
