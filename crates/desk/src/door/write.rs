//! Answering, adding files, taking the report back.

use super::{Decider, Holder};
use crate::attachment::{self, Files};
use crate::case::blobs;
use crate::engine::{self, Act, EngineError, load};
use crate::once::Once;
use crate::problem::sentence;
use crate::secrets;
use axum::extract::State;
use axum::http::StatusCode;
use domain::case::{Audience, Party, Refused};
use domain::{CaseId, ReporterText};
use serde_json::json;
use web::{App, Fields, Form, FormData, Problem, Reply, View, see_other};

pub(super) fn once(app: &App, (case, route): (CaseId, &str), fields: &Fields, said: &[u8]) -> Once {
    Once::new(&app.store, fields.get("idempotency"), (&case.to_string(), route), said)
}

pub(super) async fn message(State(app): State<App>, holder: Holder, view: View, form: FormData) -> Reply {
    let mut form = Form::of(form.fields().await?);
    let id = holder.case;
    let typed = form.value("message").to_owned();
    let text = match (secrets::found(&typed), ReporterText::new(typed)) {
        (None, Ok(text)) => Some(text),
        (Some(why), _) => {
            form.refuse("message", why);
            None
        }
        (None, Err(error)) => {
            form.refuse("message", sentence(error));
            None
        }
    };
    let Some(text) = text.filter(|_| form.ok()) else {
        return holder.show(&app, &view, (StatusCode::UNPROCESSABLE_ENTITY, form, String::new())).await;
    };
    let once = once(&app, (id, "door message"), form.fields(), text.as_str().as_bytes());
    let (store, from) = (app.store.clone(), holder.person);
    let done: Result<i64, EngineError> = once
        .write_on(&app.store, id, move |tx| {
            Box::pin(async move { engine::from_reporters(tx, &store, id, (from, text)).await })
        })
        .await;
    done.map_err(|error| Problem::from(error).keeping(form.fields().clone()))?;
    Ok(see_other(&holder.done()))
}

pub(super) async fn withdraw(State(app): State<App>, Decider(holder): Decider, view: View, form: FormData) -> Reply {
    let mut form = Form::of(form.fields().await?);
    let id = holder.case;
    if !form.ok() {
        return holder.show(&app, &view, (StatusCode::UNPROCESSABLE_ENTITY, form, String::new())).await;
    }
    let input = json!({ "reason": form.value("reason") });
    let once = once(&app, (id, "door withdrawal"), form.fields(), input.to_string().as_bytes());
    let store = app.store.clone();
    let act = Act { case: id, seen: None, action: "withdraw".to_owned(), input, by: Party::Reporter };
    let done: Result<i64, EngineError> =
        once.write_on(&app.store, id, move |tx| Box::pin(async move { engine::act(tx, &store, act).await })).await;
    match done {
        Ok(_) => Ok(see_other(&holder.done())),
        Err(EngineError::Refused(Refused::Invalid { message, .. })) => {
            form.refuse("reason", message);
            holder.show(&app, &view, (StatusCode::UNPROCESSABLE_ENTITY, form, String::new())).await
        }
        Err(EngineError::Refused(Refused::Illegal { .. })) => {
            let trouble = "It can no longer be taken back: we have begun to work on it, or it is closed.".to_owned();
            holder.show(&app, &view, (StatusCode::CONFLICT, form, trouble)).await
        }
        Err(other) => Err(Problem::from(other).keeping(form.fields().clone())),
    }
}

pub(super) async fn attach(State(app): State<App>, holder: Holder, view: View, form: FormData) -> Reply {
    let id = holder.case;
    let mut tx = app.store.read().await?;
    let case = load(&mut tx, &app.store, id).await?;
    let full = attachment::check_room(&mut tx, (id, Audience::Reporter), &[]).await;
    drop(tx);
    if let Err(error) = full {
        return no_room(&app, &view, &holder, error).await;
    }
    let mut files = Files::new(app.store.clone(), blobs(&app)?.clone(), case.key.clone());
    let (fields, refused) = match form.receive(&mut files).await {
        Ok(fields) => (fields, None),
        Err(problem) if !problem.errors().is_empty() => (Fields::default(), Some(problem)),
        Err(problem) => return Err(problem),
    };
    let files = files.into_stored();
    let mut form = Form::of(fields);
    if let Some(problem) = refused {
        form.refuse_as(&problem);
    } else if files.is_empty() {
        form.refuse("file", "Choose a file first");
    }
    if !form.ok() {
        return holder.show(&app, &view, (StatusCode::UNPROCESSABLE_ENTITY, form, String::new())).await;
    }
    let said: Vec<String> = files.iter().map(|f| format!("{} {}", f.name, f.sha256)).collect();
    let once = once(&app, (id, "door attach"), form.fields(), said.join("\n").as_bytes());
    let (store, from) = (app.store.clone(), holder.person);
    let stored: Vec<String> = files.iter().map(|f| f.blob.clone()).collect();
    let done: Result<i64, EngineError> = once
        .write_on(&app.store, id, move |tx| {
            Box::pin(async move {
                attachment::check_room(tx, (id, Audience::Reporter), &files).await?;
                engine::attach(tx, &store, id, ((Party::Reporter, from), Audience::Reporter, files)).await
            })
        })
        .await;
    match done {
        Ok(_) => Ok(see_other(&holder.done())),
        Err(error @ EngineError::Refused(Refused::Invalid { .. })) => {
            attachment::drop_blobs(blobs(&app)?, &stored).await;
            no_room(&app, &view, &holder, error).await
        }
        Err(other) => Err(other.into()),
    }
}

/// The page again, with the reason beside the field.
async fn no_room(app: &App, view: &View, holder: &Holder, error: EngineError) -> Reply {
    let EngineError::Refused(Refused::Invalid { message, .. }) = error else { return Err(error.into()) };
    let mut form = Form::empty();
    form.refuse("file", message);
    holder.show(app, view, (StatusCode::UNPROCESSABLE_ENTITY, form, String::new())).await
}
