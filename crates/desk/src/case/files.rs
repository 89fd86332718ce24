//! Files of a case: fetched by staff and programs, added by programs.

use crate::attachment::{self, Files};
use crate::engine::{self, EngineError};
use crate::once::Once;
use crate::{Viewer, audit};
use accounts::ReadKind;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use db::blob::Blobs;
use domain::case::{Audience, Party};
use domain::{AttachmentId, Permission};
use serde_json::{Value, json};
use web::{App, FormData, IdempotencyKey, Json, Path, Problem, Reply, Staff, Token};

/// The blob store the binary put into the app.
pub(crate) fn blobs(app: &App) -> Result<&Blobs, Problem> {
    app.carried().ok_or_else(|| Problem::internal("the app carries no blob store"))
}

pub(super) async fn for_staff(
    State(app): State<App>,
    staff: Staff,
    Path((reference, id)): Path<(String, AttachmentId)>,
) -> Reply {
    fetch(&app, &Viewer::from(staff), &reference, id).await
}

pub(super) async fn for_token(
    State(app): State<App>,
    token: Token,
    Path((reference, id)): Path<(String, AttachmentId)>,
) -> Reply {
    fetch(&app, &Viewer::from(token), &reference, id).await
}

async fn fetch(app: &App, viewer: &Viewer, reference: &str, id: AttachmentId) -> Reply {
    let db = &app.store;
    let mut tx = db.read().await?;
    let case = viewer.case(&mut tx, db, (reference, Permission::DownloadAttachments)).await?;
    let file = attachment::one(&mut tx, &case.key, (case.id, id)).await?;
    drop(tx);
    let team = viewer.may(Permission::ReadTeamText, &case.facts);
    let file = file.filter(|file| team || file.audience != Audience::Team).ok_or_else(Problem::not_found)?;
    audit::note(app, viewer.person, ReadKind::Attachment, Some(case.id)).await?;
    attachment::download(blobs(app)?, &case.key, &file).await
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
    let reply: Result<Value, EngineError> = db
        .write(move |tx| {
            Box::pin(async move {
                if let Some(reply) = once.earlier::<Value>(tx, &store).await? {
                    return Ok(reply);
                }
                let items: Vec<Value> = files
                    .iter()
                    .map(|f| json!({ "id": f.id.to_string(), "name": f.name, "size": f.size, "sha256": f.sha256 }))
                    .collect();
                let version = engine::attach(tx, &store, id, (by, audience, files)).await?;
                let reply = json!({ "items": items, "version": version });
                once.keep(tx, &store, (id, &reply)).await?;
                Ok(reply)
            })
        })
        .await;
    Ok((StatusCode::CREATED, Json(reply?)).into_response())
}
