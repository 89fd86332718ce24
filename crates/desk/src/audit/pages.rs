//! The page. It shows names of people and cases by number only: no title, no words of a case.

use super::latest_reads;
use crate::people::Names;
use crate::{Viewer, words};
use accounts::ReadKind;
use askama::Template;
use axum::extract::State;
use db::event;
use domain::{Permission, PersonId};
use serde::Deserialize;
use uuid::Uuid;
use web::layout::Moment;
use web::{App, Page, Problem, Query, Reply, Staff, View};

const READS: i64 = 100;
const EVENTS: i64 = 100;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    before: String,
}

struct Read {
    at: Moment,
    who: String,
    what: &'static str,
    case: String,
}

struct Happened {
    at: Moment,
    who: String,
    what: String,
    about: String,
    leaf: String,
}

#[derive(Template)]
#[template(path = "audit/templates/audit.html")]
struct AuditPage {
    page: Page,
    reads: Vec<Read>,
    events: Vec<Happened>,
    older: String,
    first: bool,
}

pub(super) async fn audit(State(app): State<App>, staff: Staff, view: View, Query(asked): Query<Asked>) -> Reply {
    let viewer = Viewer::from(staff);
    // A right over one desk or case is not a right to read what everybody did.
    if !viewer.may_house(Permission::ReadAudit) {
        return Err(Problem::not_found());
    }
    super::note(&app, viewer.person, ReadKind::Audit, None).await?;
    let before = Uuid::try_parse(&asked.before).ok();
    let db = &app.store;
    let mut tx = db.read().await?;
    let mut names = Names::default();
    let rows = latest_reads(&mut tx, before, READS).await?;
    let more = i64::try_from(rows.len()).unwrap_or(0) == READS;
    let older = rows.last().filter(|_| more).map(|row| format!("/desk/audit?before={}", row.id)).unwrap_or_default();
    let mut reads = Vec::with_capacity(rows.len());
    for row in rows {
        let who = match row.person {
            Some(person) => names.get(&mut tx, db, person).await?,
            None => "the house".to_owned(),
        };
        let case = row.case.map(|(_, kind, number)| {
            let prefix = domain::case::find(&kind).map_or("CASE", |machine| machine.prefix());
            format!("{prefix}-{number}")
        });
        reads.push(Read { at: row.at.into(), who, what: read_words(&row.what), case: case.unwrap_or_default() });
    }
    let mut events = Vec::new();
    if before.is_none() {
        for record in event::of_house(&mut tx, db.keys(), EVENTS).await? {
            let who = match record.actor {
                Some(id) => names.get(&mut tx, db, PersonId::from_uuid(id)).await?,
                None => "the house".to_owned(),
            };
            let about = record.data["person"].as_str().and_then(|id| id.parse::<PersonId>().ok());
            let about = match about.filter(|id| Some(id.uuid()) != record.actor) {
                Some(id) => names.get(&mut tx, db, id).await?,
                None => String::new(),
            };
            let what = words::fact(&record.kind, &record.data).unwrap_or_default();
            let leaf = record.index.map(|n| n.to_string()).unwrap_or_default();
            events.push(Happened { at: record.at.into(), who, what, about, leaf });
        }
    }
    let page = view.page("Audit");
    Ok(view.show(&AuditPage { page, reads, events, older, first: before.is_none() }))
}

fn read_words(what: &str) -> &'static str {
    match what {
        "case" => "opened",
        "attachment" => "fetched a file of",
        "export" => "exported",
        "search" => "searched",
        "audit" => "read this page",
        "people" => "read the list of people",
        _ => "read",
    }
}
