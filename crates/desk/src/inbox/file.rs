//! The list as a file: all that the filter lets through, in its order, for whoever counts elsewhere. It names cases, so it is
//! for those who may take cases out of the house, and asks for a fresh proof.

use super::around::around;
use super::asked::Asked;
use super::pages::wanted;
use super::{Item, list, search};
use crate::Viewer;
use crate::attachment::document;
use crate::engine::EngineError;
use crate::figures::csv_line;
use crate::people::Names;
use accounts::ReadKind;
use axum::extract::State;
use db::{Db, Tx, event};
use domain::inbox::CaseFilter;
use domain::{Permission, PersonId, Severity, Ts};
use serde_json::{Map, Value, json};
use tokio::sync::Semaphore;
use web::{App, Problem, Query, Reply, Staff, View};

/// Most cases of a file.
const MOST: usize = 20_000;
/// Most pages that are walked for it.
const WALKS: usize = 1_000;
/// Files that are made at once.
static TURN: Semaphore = Semaphore::const_new(1);
/// What a line has, as the list for programs names it.
const COLUMNS: [&str; 17] = [
    "name",
    "type",
    "programme",
    "title",
    "state",
    "open",
    "outcome",
    "severity_decided",
    "severity_claimed",
    "assignee",
    "received_at",
    "updated_at",
    "due_at",
    "waiting_since",
    "exploited_since",
    "restricted",
    "credit",
];

pub(super) async fn file(State(app): State<App>, staff: Staff, view: View, Query(asked): Query<Asked>) -> Reply {
    let viewer = Viewer::from(staff);
    if !viewer.may_house(Permission::ExportCases) {
        return Err(Problem::not_found());
    }
    let around = around(&app, &viewer).await?;
    // The page shows the plain list then: a file must be just what was asked for.
    if !asked.view.is_empty() && !around.views.iter().any(|view| view.id.to_string() == asked.view) {
        return Err(Problem::invalid_field("view", "There is no such view. Go back to the list and choose again"));
    }
    let (asked, filter) = wanted(&around, asked);
    crate::audit::note(&app, viewer.person, ReadKind::Export, None).await?;
    // Before a reader is asked for; it is never closed.
    let turn = TURN.acquire().await;
    let (items, whole) = if filter.text.is_empty() {
        walked(&app.store, &view, &filter).await?
    } else {
        matches(&app, &view, &filter).await?
    };
    drop(turn);
    let meant = Asked { view: asked.view, ..Asked::of(&filter, &around.programmes) };
    record(&app.store, viewer.person, (&meant, items.len(), whole)).await?;
    let mut text = String::new();
    csv_line(&mut text, COLUMNS);
    let (mut tx, mut names) = (app.store.read().await?, Names::default());
    for item in &items {
        let cells = cells(&mut tx, &app.store, &mut names, item).await?;
        csv_line(&mut text, cells.iter().map(String::as_str));
    }
    if !whole {
        let words =
            format!("This is not all: {} cases are in this file. Narrow the list and take it in parts.", items.len());
        csv_line(&mut text, [words.as_str()]);
    }
    let part = if whole { "" } else { "-part" };
    document(&format!("cases{part}.csv"), "text/csv; charset=utf-8", text)
}

/// The log keeps who took how much of what; of words that were searched for only that there were some: whoever reads the
/// record later may not know of the case that they are about.
async fn record(db: &Db, by: PersonId, (meant, rows, whole): (&Asked, usize, bool)) -> Result<(), EngineError> {
    let kept = |(name, value): (&str, &str)| (name.to_owned(), if name == "q" { json!(true) } else { json!(value) });
    let mut filter: Map<String, Value> = meant.set().into_iter().map(kept).collect();
    if !meant.view.is_empty() {
        filter.insert("view".to_owned(), json!(meant.view));
    }
    let data = json!({ "rows": rows, "filter": filter, "cut": !whole });
    let store = db.clone();
    db.write(move |tx| {
        Box::pin(async move {
            event::append_house(tx, store.keys(), store.ambient(), "list_exported", Some(by.uuid()), data).await?;
            Ok::<_, EngineError>(())
        })
    })
    .await
}

/// Each page is read by itself: who waits for a reader waits for one page.
async fn walked(db: &Db, view: &View, filter: &CaseFilter) -> Result<(Vec<Item>, bool), EngineError> {
    let (mut items, mut from) = (Vec::new(), None);
    for _ in 0..WALKS {
        let mut tx = db.read().await?;
        let listing = list(&mut tx, db, view.caller(), filter, from).await?;
        items.extend(listing.items);
        from = listing.after;
        if from.is_none() || items.len() >= MOST {
            break;
        }
    }
    Ok((items, from.is_none()))
}

/// The best matches, as many as can be paged through.
async fn matches(app: &App, view: &View, filter: &CaseFilter) -> Result<(Vec<Item>, bool), Problem> {
    if !view.caller().holds(Permission::SearchCases) {
        return Err(Problem::not_found());
    }
    let index = app.carried().ok_or_else(|| Problem::internal("the app carries no search"))?;
    let mut items = Vec::new();
    loop {
        let mut tx = app.store.read().await?;
        let found = search(&mut tx, (&app.store, index), view.caller(), (filter, &filter.text), items.len()).await?;
        items.extend(found.items);
        if !found.more {
            return Ok((items, !found.cut));
        }
    }
}

async fn cells(tx: &mut Tx, db: &Db, names: &mut Names, item: &Item) -> Result<[String; COLUMNS.len()], EngineError> {
    let at = |at: Option<Ts>| at.map(|at| at.to_string()).unwrap_or_default();
    let severity = |severity: Option<Severity>| severity.map_or("", Severity::as_str).to_owned();
    let yes = |is: bool| if is { "yes" } else { "no" }.to_owned();
    let owner = match item.assignee {
        Some(person) => names.get(tx, db, person).await?,
        None => String::new(),
    };
    Ok([
        item.name.clone(),
        item.kind.clone(),
        item.slug.clone(),
        item.title.clone(),
        item.state.clone(),
        yes(item.open),
        item.outcome.clone().unwrap_or_default(),
        severity(item.decided),
        severity(item.claimed),
        owner,
        item.received_at.to_string(),
        item.updated_at.to_string(),
        at(item.due_at),
        at(item.waiting_since),
        at(item.exploited_at),
        yes(item.restricted),
        item.credit.as_ref().map(|credit| credit.as_str().to_owned()).unwrap_or_default(),
    ])
}
