//! Files of a case for programs, which take the bytes as they are: fetched, listed, added.

use super::api::file;
use crate::attachment::{self, Attachment, Files};
use crate::engine::{self, EngineError, Loaded};
use crate::once::Once;
use crate::{Viewer, audit};
use accounts::ReadKind;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use db::Tx;
use db::blob::Blobs;
use domain::case::{Audience, Party};
use domain::{AttachmentId, Permission};
use serde::Deserialize;
use serde_json::{Value, json};
use web::{App, FormData, IdempotencyKey, Json, Path, Problem, Query, Reply, Token};

/// The blob store the binary put into the app.
pub(crate) fn blobs(app: &App) -> Result<&Blobs, Problem> {
    app.carried().ok_or_else(|| Problem::internal("the app carries no blob store"))
}

pub(super) async fn for_token(
    State(app): State<App>,
    token: Token,
    Path((reference, id)): Path<(String, AttachmentId)>,
) -> Reply {
    let (case, file) = fetched(&app, &Viewer::from(token), (&reference, id)).await?;
    attachment::cleared(app.carried(), blobs(&app)?, &case.key, &file).await?;
    attachment::download(blobs(&app)?, &case.key, &file).await
}

/// A file that the viewer may have, with its case. That it was asked for is recorded.
pub(super) async fn fetched(
    app: &App,
    viewer: &Viewer,
    (reference, id): (&str, AttachmentId),
) -> Result<(Loaded, Attachment), Problem> {
    let db = &app.store;
    let mut tx = db.read().await?;
    let case = viewer.case(&mut tx, db, (reference, Permission::DownloadAttachments)).await?;
    let file = attachment::one(&mut tx, &case.key, (case.id, id)).await?;
    drop(tx);
    let team = viewer.may(Permission::ReadTeamText, &case.facts);
    let file = file.filter(|file| team || file.audience != Audience::Team).ok_or_else(Problem::not_found)?;
    audit::note(app, viewer.person, ReadKind::Attachment, Some(case.id)).await?;
    Ok((case, file))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Below {
    cursor: Option<AttachmentId>,
}

pub(super) async fn list(
    State(app): State<App>,
    token: Token,
    Path(reference): Path<String>,
    Query(below): Query<Below>,
) -> Reply {
    let viewer = Viewer::from(token);
    let mut tx = app.store.read().await?;
    let case = viewer.case(&mut tx, &app.store, (&reference, Permission::ReadCases)).await?;
    let team = viewer.may(Permission::ReadTeamText, &case.facts);
    let part = FilePart::read(&mut tx, (&case, team), below.cursor).await?;
    drop(tx);
    audit::note(&app, viewer.person, ReadKind::Case, Some(case.id)).await?;
    let items: Vec<Value> = part.files.iter().map(file).collect();
    let next = part.next.map(|id| id.to_string());
    Ok(Json(json!({ "items": items, "next": next })).into_response())
}

/// Some files of a case, newest first.
pub(super) struct FilePart {
    pub(super) files: Vec<Attachment>,
    pub(super) all: i64,
    /// The last of them, when there are more.
    pub(super) next: Option<AttachmentId>,
}

/// Files of one part.
const PART: usize = 50;

impl FilePart {
    pub(super) async fn read(
        tx: &mut Tx,
        (case, team): (&Loaded, bool),
        after: Option<AttachmentId>,
    ) -> Result<Self, EngineError> {
        let limit = i64::try_from(PART + 1).unwrap_or(i64::MAX);
        let (mut files, all) = attachment::newest(tx, &case.key, (case.id, team), (after, limit)).await?;
        let more = files.len() > PART;
        files.truncate(PART);
        let next = files.last().filter(|_| more).map(|file| file.id);
        Ok(Self { files, all, next })
    }
}

pub(super) async fn upload(
    State(app): State<App>,
    token: Token,
    key: IdempotencyKey,
    Path(reference): Path<String>,
    form: FormData,
) -> Reply {
    let viewer = Viewer::from(token);
    let db = &app.store;
    let mut tx = db.read().await?;
    let case = viewer.case(&mut tx, db, (&reference, Permission::ReadCases)).await?;
    drop(tx);
    let may = |permission| viewer.may(permission, &case.facts);
    if !may(Permission::WriteTeamText) && !may(Permission::MessageReporter) {
        return Err(Problem::not_found());
    }
    let mut files = Files::new(db.clone(), blobs(&app)?.clone(), case.key.clone());
    let fields = form.receive(&mut files).await?;
    let (audience, needed) = match fields.get("audience") {
        "" | "team" => (Audience::Team, Permission::WriteTeamText),
        "reporter" => (Audience::Reporter, Permission::MessageReporter),
        _ => return Err(Problem::invalid_field("audience", "Say reporter or team")),
    };
    if !may(needed) {
        return Err(Problem::not_found());
    }
    let files = files.into_stored();
    if files.is_empty() {
        return Err(Problem::invalid_field("file", "Send at least one file in the field file"));
    }
    let said: Vec<String> = files.iter().map(|f| format!("{} {}", f.name, f.sha256)).collect();
    let said = format!("{audience} {}", said.join("\n"));
    let route = format!("attach {}", case.id);
    let once = Once::new(db, key.as_str(), (&viewer.person.to_string(), &route), said.as_bytes());
    let (store, id, by) = (db.clone(), case.id, Party::Team(viewer.person));
    let stored: Vec<String> = files.iter().map(|f| f.blob.clone()).collect();
    let reply: Result<Value, EngineError> = once
        .write_on(db, id, move |tx| {
            Box::pin(async move {
                let items: Vec<Value> = files
                    .iter()
                    .map(|f| json!({ "id": f.id.to_string(), "name": f.name, "size": f.size, "sha256": f.sha256 }))
                    .collect();
                attachment::check_room(tx, (id, audience), &files).await?;
                let version = engine::attach(tx, &store, id, ((by, None), audience, files)).await?;
                Ok(json!({ "items": items, "version": version }))
            })
        })
        .await;
    if matches!(reply, Err(EngineError::Refused(_))) {
        attachment::drop_blobs(blobs(&app)?, &stored).await;
    }
    Ok((StatusCode::CREATED, Json(reply?)).into_response())
}
