//! `POST /api/v1/programs/{slug}/mails`: the same for programs, such as a mailbox's filter.

use super::page::{Whole, may_open, visible_name};
use super::take::{Arrival, ByMailError, Taken, take};
use crate::{intake, programme};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use desk::Viewer;
use serde_json::json;
use web::openapi::{Param, Schema};
use web::{ApiDoc, App, FormData, IdempotencyKey, Json, Path, Problem, Reply, Token};

pub(super) async fn send(
    State(app): State<App>,
    token: Token,
    // The digest of the mail is the key that counts.
    _: IdempotencyKey,
    Path(slug): Path<String>,
    form: FormData,
) -> Reply {
    let viewer = Viewer::from(token);
    let mut tx = app.store.read().await?;
    let programme = programme::by_slug(&mut tx, &app.store, &slug).await?;
    drop(tx);
    let programme = programme.filter(|p| may_open(&app, &viewer, p)).ok_or_else(Problem::not_found)?;
    let mut whole = Whole::default();
    let fields = form.receive(&mut whole).await?;
    let ask_sender = match fields.get("ask_sender") {
        "" | "false" => false,
        "true" => true,
        _ => return Err(Problem::invalid_field("ask_sender", "Say true or false")),
    };
    if whole.bytes.is_empty() {
        return Err(Problem::invalid_field("file", "Send one mail in the field file"));
    }
    intake::check_disk(&app)?;
    let blobs = intake::blobs(&app)?;
    let arrival = Arrival { programme, bytes: whole.bytes, by: Some(viewer.clone()), ask_sender };
    let taken = take(&app.store, &blobs, arrival).await.map_err(|error| match error {
        ByMailError::Unreadable(error) => Problem::invalid_field("file", error.to_string()),
        ByMailError::Intake(error) => error.into(),
    })?;
    let (status, outcome, case, notes) = match taken {
        Taken::Opened { case, notes, .. } => (StatusCode::CREATED, "opened", Some(case), notes),
        Taken::Answered { case, notes } => (StatusCode::OK, "answered", Some(case), notes),
        Taken::Before { case } => (StatusCode::OK, "before", Some(case), Vec::new()),
        Taken::Returned { case } => (StatusCode::OK, "returned", case, Vec::new()),
        Taken::Noted { case } => (StatusCode::OK, "noted", case, Vec::new()),
    };
    let name = match case {
        Some(case) => visible_name(&app, &viewer, case).await?,
        None => String::new(),
    };
    let name = Some(name).filter(|name| !name.is_empty());
    let id = case.filter(|_| name.is_some()).map(|case| case.to_string());
    Ok((status, Json(json!({ "outcome": outcome, "id": id, "name": name, "notes": notes }))).into_response())
}

pub(super) fn doc() -> ApiDoc {
    let taken = || {
        Schema::object("MailTaken")
            .required("outcome", Schema::word(["opened", "answered", "before", "returned", "noted"]))
            .required("id", Schema::id().or_null().about("The case, where you may know of it."))
            .required("name", Schema::string().or_null())
            .required("notes", Schema::list(Schema::string()).about("What was left out of the page."))
    };
    ApiDoc::new("mail", "Take a mail in as a report")
        .describe(
            "One mail (RFC 5322) in the field `file`, at most 50 MB; `ask_sender` true asks its sender whether we may \
             write. The same bytes give the same case. An answer to a letter of ours, from the address that it went to, becomes a \
             message on the case of that letter. A delivery report about a letter of ours marks that letter; one that says \
             that it takes longer is noted, and so is an answer of a program, such as that somebody is away. An answer or a report about a case that you may not work on is not found. \
             A mail that says a program sent it has no sender to ask.",
        )
        .param(Param::path("slug", "The programme.", Schema::string()))
        .takes_files()
        .idempotent()
        .gives(201, "A case was opened.", taken())
        .gives(200, "It was taken before, answers a letter of ours, or says that one came back.", taken())
}
