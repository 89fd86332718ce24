//! The record as a file, for whoever keeps it elsewhere. Asks for a fresh proof, and is itself recorded.

use super::filter::{Before, Filter};
use super::pages::{Asked, filter};
use super::queries::{events, reads};
use super::rows::{COLUMNS, Row, object, of_event, of_read};
use crate::Viewer;
use crate::attachment::document;
use crate::engine::EngineError;
use crate::figures::csv_line;
use crate::people::Names;
use accounts::ReadKind;
use askama::Template;
use axum::extract::State;
use db::{Db, event};
use domain::{Permission, PersonId};
use serde_json::{Value, json};
use tokio::sync::Semaphore;
use web::{App, Form, FormData, Page, Problem, Query, Reply, Staff, View};

/// Most rows of a file: who wants more exports one stretch of days after the other.
const MOST: usize = 20_000;
/// Most pages that are walked for it: something rare ends here.
const WALKS: usize = 400;
/// Files that are made at once: a rare kind of event in a large house is looked for through all of them.
static TURN: Semaphore = Semaphore::const_new(1);
#[derive(Template)]
#[template(path = "audit/templates/export.html")]
struct ExportPage {
    page: Page,
    form: Form,
    pairs: Vec<(String, String)>,
    house: bool,
}

/// Asks in which form.
pub(super) async fn ask(staff: Staff, view: View, Query(asked): Query<Asked>) -> Reply {
    allowed(staff)?;
    Ok(view.show(&page(&view, &asked, Form::default())))
}

fn page(view: &View, asked: &Asked, form: Form) -> ExportPage {
    let owned = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
    ExportPage {
        page: view.page("Export the record").with_errors(!form.ok()),
        form,
        pairs: asked.pairs().into_iter().map(owned).collect(),
        house: asked.of_house(),
    }
}

/// Gives the file.
pub(super) async fn export(State(app): State<App>, staff: Staff, view: View, form: FormData) -> Reply {
    let viewer = allowed(staff)?;
    let mut form = Form::of(form.fields().await?);
    let asked = Asked::of(|name| form.value(name).to_owned());
    let lines = form.value("format") == "jsonl";
    let typed = form.value("before").trim().to_owned();
    let before = typed.parse::<Before>().ok();
    if before.is_none() && !typed.is_empty() {
        form.refuse("before", "Give the place as it stands in the last line of the file, or leave it empty");
        return Ok(view.show_again(&page(&view, &asked, form)));
    }
    super::note(&app, viewer.person, ReadKind::Export, None).await?;
    let db = &app.store;
    let mut tx = db.read().await?;
    let (wanted, unknown) = filter(&mut tx, viewer.person, &asked).await?;
    drop(tx);
    if let Some(odd) = asked.odd(&wanted) {
        return Err(Problem::invalid_field(odd, "This cannot be read. Go back and choose again"));
    }
    let of = (viewer.person, &wanted, before);
    // Before a reader is asked for; it is never closed.
    let turn = TURN.acquire().await;
    let mut taken = match (unknown, asked.of_house()) {
        (true, _) => Taken::default(),
        (_, true) => of_house(db, of).await?,
        (_, false) => of_reads(db, of).await?,
    };
    drop(turn);
    record(db, viewer.person, (&asked, &taken)).await?;
    let what = if asked.of_house() { "house" } else { "reads" };
    let part = if taken.rest.is_some() { "-part" } else { "" };
    taken.say_where_it_ends();
    let (media, ending) = if lines { ("application/jsonl", "jsonl") } else { ("text/csv; charset=utf-8", "csv") };
    let text = if lines { as_lines(&taken.rows) } else { as_csv(&taken.rows) };
    document(&format!("audit-{what}{part}.{ending}"), media, text)
}

fn allowed(staff: Staff) -> Result<Viewer, Problem> {
    let viewer = Viewer::from(staff);
    if viewer.may_house(Permission::ReadAudit) { Ok(viewer) } else { Err(Problem::not_found()) }
}

/// The log keeps who took how much of what; of a filter by case only that there was one: whoever reads the record later
/// may not know of that case.
async fn record(db: &Db, by: PersonId, (asked, taken): (&Asked, &Taken)) -> Result<(), EngineError> {
    let kept = |(name, value): (&str, &str)| (name.to_owned(), if name == "case" { json!(true) } else { json!(value) });
    let filter: serde_json::Map<String, Value> = asked.pairs().into_iter().map(kept).collect();
    let data = json!({ "rows": taken.rows.len(), "filter": filter, "cut": taken.rest.is_some() });
    let store = db.clone();
    db.write(move |tx| {
        Box::pin(async move {
            event::append_house(tx, store.keys(), store.ambient(), "audit_exported", Some(by.uuid()), data).await?;
            Ok::<_, EngineError>(())
        })
    })
    .await
}

/// What goes into a file.
#[derive(Default)]
struct Taken {
    rows: Vec<Row>,
    /// Where the next file begins, when this one does not hold all.
    rest: Option<Before>,
}

impl Taken {
    /// A last row where the file is cut, so that nobody takes a part for the whole.
    fn say_where_it_ends(&mut self) {
        let Some(rest) = self.rest else { return };
        let words = "This is not all. Export again with the same filter, and give this place to go on from there";
        let (kind, none) = ("export_cut".to_owned(), String::new);
        let cells = [none(), none(), none(), none(), none(), kind, words.to_owned(), none(), none(), none()];
        self.rows.push((cells, json!({ "before": rest.to_string() })));
    }
}

/// Each page is read by itself: who waits for a reader waits for one page, and what is new meanwhile is before them all.
async fn of_reads(
    db: &Db,
    (viewer, filter, mut before): (PersonId, &Filter, Option<Before>),
) -> Result<Taken, EngineError> {
    let (mut rows, mut names) = (Vec::new(), Names::default());
    for _ in 0..WALKS {
        let mut tx = db.read().await?;
        let listed = reads(&mut tx, (viewer, filter), before).await?;
        for row in listed.rows {
            rows.push(of_read(&mut tx, db, &mut names, row).await?);
        }
        before = listed.older;
        if before.is_none() || rows.len() >= MOST {
            break;
        }
    }
    Ok(Taken { rows, rest: before })
}

async fn of_house(
    db: &Db,
    (viewer, filter, mut before): (PersonId, &Filter, Option<Before>),
) -> Result<Taken, EngineError> {
    let (mut rows, mut names) = (Vec::new(), Names::default());
    for _ in 0..WALKS {
        let mut tx = db.read().await?;
        let listed = events(&mut tx, db.keys(), filter, before).await?;
        for row in listed.rows {
            rows.push(of_event(&mut tx, db, (viewer, &mut names), row).await?);
        }
        before = listed.older;
        if before.is_none() || rows.len() >= MOST {
            break;
        }
    }
    Ok(Taken { rows, rest: before })
}

fn as_csv(rows: &[Row]) -> String {
    let mut text = String::new();
    csv_line(&mut text, COLUMNS);
    for (cells, data) in rows {
        let data = if data.is_null() { String::new() } else { data.to_string() };
        csv_line(&mut text, cells.iter().map(String::as_str).chain([data.as_str()]));
    }
    text
}

fn as_lines(rows: &[Row]) -> String {
    let mut text = String::new();
    for (cells, data) in rows {
        let object = object(cells.iter().map(|cell| json!(cell)).chain([data.clone()]));
        text.push_str(&object.to_string());
        text.push('\n');
    }
    text
}
