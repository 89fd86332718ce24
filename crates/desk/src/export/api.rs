//! Taking a case out by program.

use super::order::{Contents, Form, answer, seen};
use crate::Viewer;
use crate::case::of_case;
use axum::extract::State;
use serde::Deserialize;
use web::openapi::Schema;
use web::{ApiDoc, App, Json, Kind, Path, Problem, Reply, Token};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wanted {
    contents: String,
    r#as: String,
}

pub(super) async fn export(
    State(app): State<App>,
    token: Token,
    Path(reference): Path<String>,
    Json(wanted): Json<Wanted>,
) -> Reply {
    let viewer = Viewer::from(token);
    let case = seen(&app, &viewer, &reference).await?;
    let contents = Contents::parse(&wanted.contents).filter(|one| Contents::of(&viewer, &case).contains(one));
    let contents = contents.ok_or_else(|| Problem::invalid_field("/contents", "Not one of what you may take"))?;
    let form = Form::parse(&wanted.r#as).filter(|one| Form::of(&viewer, &case).contains(one));
    let form = form.ok_or_else(|| Problem::invalid_field("/as", "Not one of what you may take"))?;
    answer(&app, &viewer, (case, contents, form), (Some("application/octet-stream"), false)).await
}

pub(super) fn export_doc() -> ApiDoc {
    let wanted = Schema::object("CaseExport")
        .required("contents", Schema::word(["everything", "reporter"]).about("What the reporter may read, or all."))
        .required(
            "as",
            Schema::word(["json", "pdf", "zip"]).about("The document, a print of it, or both and the files."),
        );
    ApiDoc::new("cases", "Take a case out of the house")
        .describe(
            "A document whose every event carries its proof; leeward case verify checks it. Each call is recorded.",
        )
        .param(of_case())
        .takes(wanted)
        .gives_media(200, "The document or the archive, to be saved.", "application/octet-stream")
        .may_refuse(Kind::Gone)
        .may_refuse(Kind::Conflict)
}
