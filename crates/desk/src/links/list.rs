//! All cases that are one kind of thing to a case, part by part: of many a case's own page shows the first.

use super::gather::{Linked, kind_of, of_kind, schema};
use crate::Viewer;
use crate::case::of_case;
use crate::engine::Loaded;
use askama::Template;
use axum::extract::State;
use axum::response::IntoResponse;
use domain::case::LinkKind;
use domain::{CaseId, Permission};
use serde::Deserialize;
use serde_json::{Value, json};
use web::openapi::{Param, Schema};
use web::{ApiDoc, App, Json, Kind, Page, Path, Problem, Query, Reply, Staff, Token, View};

/// Cases of one page.
const PAGE: usize = 50;

/// What stands in the address after `?`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    kind: String,
    after: String,
}

#[derive(Template)]
#[template(path = "links/templates/list.html")]
struct ListPage {
    page: Page,
    href: String,
    name: String,
    title: String,
    label: &'static str,
    kind: &'static str,
    lines: Vec<Linked>,
    first: bool,
    next: String,
}

/// The case and a part of its list.
struct Found {
    case: Loaded,
    lines: Vec<Linked>,
    next: Option<CaseId>,
}

async fn find(
    app: &App,
    viewer: &Viewer,
    reference: &str,
    (kind, after): (LinkKind, Option<CaseId>),
) -> Result<Found, Problem> {
    let db = &app.store;
    let mut tx = db.read().await?;
    let case = viewer.case(&mut tx, db, (reference, Permission::ReadCases)).await?;
    let (lines, next) = of_kind(&mut tx, db, (viewer, case.id), (kind, after, PAGE)).await?;
    Ok(Found { case, lines, next })
}

pub(super) async fn page(
    State(app): State<App>,
    staff: Staff,
    view: View,
    Path(reference): Path<String>,
    Query(asked): Query<Asked>,
) -> Reply {
    // An odd word is the kind of which there can be many.
    let (kind, label, word) = kind_of(&asked.kind).unwrap_or((LinkKind::Duplicate, "Repeated by", "duplicate"));
    let after = asked.after.parse::<CaseId>().ok();
    let found = find(&app, &Viewer::from(staff), &reference, (kind, after)).await?;
    let name = found.case.name();
    Ok(view.show(&ListPage {
        page: view.page(&format!("{label}: {name}")),
        href: format!("/desk/cases/{name}"),
        name,
        title: found.case.title,
        label,
        kind: word,
        lines: found.lines,
        first: after.is_none(),
        next: found.next.map(|next| next.to_string()).unwrap_or_default(),
    }))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Wanted {
    kind: Option<String>,
    cursor: Option<String>,
}

pub(super) async fn api(
    State(app): State<App>,
    token: Token,
    Path(reference): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Reply {
    let kind = kind_of(wanted.kind.as_deref().unwrap_or("duplicate"));
    let (kind, ..) = kind.ok_or_else(|| Problem::invalid_field("kind", "Say appeal, part, duplicate or merged"))?;
    let cursor = wanted.cursor.filter(|cursor| !cursor.is_empty());
    let odd = |_| Problem::invalid_field("cursor", "Send `next` of the page before, unchanged");
    let after = cursor.map(|cursor| cursor.parse::<CaseId>().map_err(odd)).transpose()?;
    let found = find(&app, &Viewer::from(token), &reference, (kind, after)).await?;
    let items: Vec<Value> = found.lines.iter().map(Linked::json).collect();
    Ok(Json(json!({ "items": items, "next": found.next.map(|next| next.to_string()) })).into_response())
}

pub(super) fn doc() -> ApiDoc {
    let kinds = Schema::word(["appeal", "part", "duplicate", "merged"]);
    ApiDoc::new("cases", "List the cases that belong to a case")
        .describe("Those of one kind that the caller may see, the oldest first.")
        .param(of_case())
        .param(Param::query("kind", "What they are to it: `duplicate` unless said.", kinds))
        .param(Param::query("cursor", "`next` of the page before.", Schema::string()))
        .may_refuse(Kind::Invalid)
        .may_refuse(Kind::Gone)
        .gives(200, "A page of them.", Schema::page(schema()))
}
