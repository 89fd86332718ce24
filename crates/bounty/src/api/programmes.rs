//! Programmes as JSON.

use crate::programme::{self, Programme};
use axum::extract::State;
use axum::response::IntoResponse;
use serde::Serialize;
use serde_json::json;
use web::openapi::Schema;
use web::{ApiDoc, App, Json, Path, Problem, Reply};

/// A programme as everybody may read it.
#[derive(Debug, Serialize)]
struct Shown {
    slug: String,
    name: String,
    brief: String,
    in_scope: Vec<String>,
    out_of_scope: Vec<String>,
    first_answer_days: u32,
}

impl From<Programme> for Shown {
    fn from(programme: Programme) -> Self {
        let brief = programme.brief;
        Self {
            slug: brief.slug,
            name: brief.name,
            brief: brief.brief,
            in_scope: brief.in_scope,
            out_of_scope: brief.out_of_scope,
            first_answer_days: brief.first_answer_days,
        }
    }
}

fn schema() -> Schema {
    Schema::object("Programme")
        .required("slug", Schema::pattern("^[a-z0-9-]{1,60}$"))
        .required("name", Schema::text(1, 120))
        .required("brief", Schema::text(0, 2_000))
        .required("in_scope", Schema::list(Schema::text(0, 500)))
        .required("out_of_scope", Schema::list(Schema::text(0, 500)))
        .required("first_answer_days", Schema::integer(1, 90).about("Days until a person answers."))
}

/// `GET /api/v1/programs`
pub(crate) async fn list(State(app): State<App>) -> Reply {
    let mut tx = app.store.glance().await?;
    let items: Vec<Shown> = programme::list(&mut tx, &app.store).await?.into_iter().map(Shown::from).collect();
    Ok(Json(json!({ "items": items })).into_response())
}

pub(crate) fn list_doc() -> ApiDoc {
    let list = Schema::inline_object().required("items", Schema::list(schema()));
    ApiDoc::new("programmes", "List the programmes").gives(200, "All programmes, by slug.", list)
}

/// `GET /api/v1/programs/{slug}`
pub(crate) async fn show(State(app): State<App>, Path(slug): Path<String>) -> Reply {
    let mut tx = app.store.glance().await?;
    let found = programme::by_slug(&mut tx, &app.store, &slug).await?.ok_or_else(Problem::not_found)?;
    Ok(Json(Shown::from(found)).into_response())
}

pub(crate) fn show_doc() -> ApiDoc {
    ApiDoc::new("programmes", "Read a programme").gives(200, "The programme.", schema())
}
