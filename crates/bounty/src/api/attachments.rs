//! `POST /api/v1/attachments`: files for a report that is not sent yet.

use crate::intake::{self, DRAFT_LASTS, DraftToken, IntakeError, Uploads};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use serde_json::{Value, json};
use web::openapi::Schema;
use web::{ApiDoc, App, FormData, Json, Problem, Reply};

/// Header with the token of the draft to add to: a token belongs in no address.
const DRAFT: &str = "draft-token";

pub(crate) async fn add(State(app): State<App>, headers: HeaderMap, form: FormData) -> Reply {
    intake::check_disk(&app)?;
    let mut uploads = Uploads::new(app.store.clone(), intake::blobs(&app)?, wanted(&headers)?);
    form.receive(&mut uploads).await?;
    let done = uploads.done();
    if let Some(error) = done.failure {
        return Err(match error {
            IntakeError::NoDraft => {
                Problem::gone("We have no files under this Draft-Token: it was used, or is more than a day old.")
            }
            error => error.into(),
        });
    }
    if !done.errors.is_empty() {
        return Err(Problem::invalid(done.errors));
    }
    let Some(token) = done.token else {
        return Err(Problem::invalid_field("file", "Send at least one file in the field \"file\""));
    };
    let files: Vec<Value> = intake::files(&app.store, &token)
        .await?
        .into_iter()
        .map(|file| json!({ "name": file.name, "size": file.size, "sha256": file.sha256 }))
        .collect();
    let expires_at = app.ambient.now().plus(DRAFT_LASTS).to_string();
    let body = json!({ "token": token.to_string(), "files": files, "expires_at": expires_at });
    Ok((StatusCode::CREATED, Json(body)).into_response())
}

fn wanted(headers: &HeaderMap) -> Result<Option<DraftToken>, Problem> {
    let Some(value) = headers.get(DRAFT) else { return Ok(None) };
    let token = value.to_str().ok().and_then(|text| text.parse().ok());
    token.map(Some).ok_or_else(|| {
        Problem::bad_request("Draft-Token must be the token of an earlier answer: 32 hexadecimal digits.")
    })
}

pub(crate) fn add_doc() -> ApiDoc {
    let file = Schema::object("DraftFile")
        .required("name", Schema::text(1, 201))
        .required("size", Schema::integer(0, 50 << 20).about("Bytes."))
        .required("sha256", Schema::pattern("^[0-9a-f]{64}$"));
    let draft = Schema::object("Draft")
        .required("token", Schema::pattern("^[0-9a-f]{32}$").about("Give it as `attachments` of a report. Secret."))
        .required("files", Schema::list(file).about("Every file of the draft."))
        .required("expires_at", Schema::instant());
    ApiDoc::new("reports", "Send files for a report")
        .describe(
            "Up to 20 files of 50 MB each and 200 MB in all. They wait 24 hours for their report. To add to an \
             earlier draft, send its token in the header Draft-Token. The same file sent again is kept once.",
        )
        .takes_files()
        .gives(201, "The files are kept.", draft)
        .may_refuse(web::Kind::Gone)
}
