//! The outbox for programs: what failed and waits, and trying again. An alarm can be made of it.

use super::page::{case_name, outbox, trouble_words};
use crate::Viewer;
use crate::engine::EngineError;
use crate::once::Once;
use axum::extract::State;
use axum::response::IntoResponse;
use db::{Db, Tx};
use domain::Permission;
use mail::{LetterId, Listed, Post};
use serde_json::{Value, json};
use web::openapi::{Param, Schema};
use web::{ApiDoc, App, IdempotencyKey, Json, Path, Problem, Reply, Token};

pub(super) async fn list(State(app): State<App>, token: Token) -> Reply {
    let viewer = Viewer::from(token);
    let db = &app.store;
    let mut tx = db.read().await?;
    let outbox = outbox(&mut tx, db, &viewer).await?;
    let mut items = Vec::new();
    for letter in outbox.failed.iter().chain(&outbox.waiting) {
        items.push(item(&mut tx, db, &viewer, letter).await?);
    }
    let post = app.carried::<Post>().filter(|post| post.is_on());
    let trouble = post.map(|post| trouble_words(post, db.ambient().now())).filter(|words| !words.is_empty());
    Ok(Json(json!({ "sends": post.is_some(), "trouble": trouble, "items": items })).into_response())
}

async fn item(tx: &mut Tx, db: &Db, viewer: &Viewer, letter: &Listed) -> Result<Value, Problem> {
    let case = case_name(tx, db, viewer, letter.case).await?;
    Ok(json!({
        "id": letter.id.to_string(),
        "kind": letter.kind.as_str(),
        "state": letter.state.as_str(),
        "case": Some(case).filter(|name| !name.is_empty()),
        "attempts": letter.attempts,
        "created_at": letter.created_at.to_string(),
        "due_at": letter.due_at.to_string(),
        "code": letter.answer.as_ref().and_then(|answer| answer.code),
        "answer": letter.answer.as_ref().map(|answer| answer.words.clone()),
    }))
}

pub(super) async fn retry(
    State(app): State<App>,
    token: Token,
    key: IdempotencyKey,
    Path(id): Path<LetterId>,
) -> Reply {
    let viewer = Viewer::from(token);
    if !viewer.may_house(Permission::ManageSettings) {
        return Err(Problem::not_found());
    }
    let db = &app.store;
    let route = format!("api mail retry {id}");
    let once = Once::new(db, key.as_str(), (&viewer.person.to_string(), &route), b"retry");
    let store = db.clone();
    let done = once.write(db, move |tx| {
        Box::pin(async move { if mail::retry(tx, &store, id).await? { Ok(()) } else { Err(EngineError::NotFound) } })
    });
    done.await?;
    let mut tx = db.read().await?;
    let letter = mail::one(&mut tx, db, id).await?.ok_or_else(Problem::not_found)?;
    Ok(Json(item(&mut tx, db, &viewer, &letter).await?).into_response())
}

fn letter() -> Schema {
    Schema::object("OutgoingLetter")
        .required("id", Schema::id())
        .required("kind", Schema::word(mail::Kind::ALL.iter().map(|kind| kind.as_str())))
        .required("state", Schema::word(["waiting", "sent", "failed", "dropped"]))
        .required("case", Schema::string().or_null().about("Number, where you may know of the case."))
        .required("attempts", Schema::integer(0, i64::MAX))
        .required("created_at", Schema::instant())
        .required("due_at", Schema::instant().about("Next try, while it waits."))
        .required("code", Schema::integer(200, 599).or_null().about("Reply code of SMTP."))
        .required("answer", Schema::string().or_null().about("What the server said last."))
}

pub(super) fn list_doc() -> ApiDoc {
    ApiDoc::new("mail", "List letters that have not arrived")
        .describe(
            "Those that failed, newest first, then those that wait; at most 200 of each. Never addresses or words.",
        )
        .gives(
            200,
            "The outbox.",
            Schema::object("Outbox")
                .required("sends", Schema::flag().about("Whether a mail server is set."))
                .required("trouble", Schema::string().or_null().about("Why nothing goes out, if nothing does."))
                .required("items", Schema::list(letter())),
        )
}

pub(super) fn retry_doc() -> ApiDoc {
    ApiDoc::new("mail", "Send a letter again that failed")
        .param(Param::path("id", "Id of the letter.", Schema::id()))
        .idempotent()
        .gives(200, "It waits for the next try.", letter())
}
