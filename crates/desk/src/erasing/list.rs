//! The page of erasures: what was asked for, by whom, and whether it is done.

use super::entry::{by, name, page};
use crate::people::Names;
use crate::{Viewer, audit};
use accounts::ReadKind;
use askama::Template;
use axum::extract::State;
use db::erase::{Kind, Progress, Waiting};
use domain::Permission;
use serde::Deserialize;
use uuid::Uuid;
use web::layout::Moment;
use web::{App, Page, Problem, Query, Reply, Staff, View};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    before: String,
}

struct Row {
    name: String,
    is_case: bool,
    at: Moment,
    by: String,
    reason: String,
    done: Option<Moment>,
    left: String,
}

#[derive(Template)]
#[template(path = "erasing/templates/list.html")]
struct ListPage {
    page: Page,
    rows: Vec<Row>,
    older: String,
    first: bool,
}

pub(super) async fn show(State(app): State<App>, staff: Staff, view: View, Query(asked): Query<Asked>) -> Reply {
    let viewer = Viewer::from(staff);
    if !viewer.may_house(Permission::ReadAudit) {
        return Err(Problem::not_found());
    }
    audit::note(&app, viewer.person, ReadKind::Audit, None).await?;
    let before = Uuid::try_parse(&asked.before).ok();
    let db = &app.store;
    let mut tx = db.read().await?;
    let (entries, next) = page(&mut tx, db, before).await?;
    let mut names = Names::default();
    let mut rows = Vec::with_capacity(entries.len());
    for entry in entries {
        let by = by(&mut tx, db, &mut names, &entry).await?;
        rows.push(row(entry, by));
    }
    let older = next.map(|id| format!("/desk/erasures?before={id}")).unwrap_or_default();
    Ok(view.show(&ListPage { page: view.page("Erasures"), rows, older, first: before.is_none() }))
}

fn row(entry: Progress, by: String) -> Row {
    Row {
        name: name(&entry),
        is_case: entry.status.erasure.kind == Kind::Case,
        at: entry.status.erasure.at.into(),
        by,
        done: entry.status.swept_at.map(Moment::from),
        left: entry.waiting.map(left).unwrap_or_default(),
        reason: entry.reason,
    }
}

/// What is still to be done, in words.
fn left(waiting: Waiting) -> String {
    let files = match waiting.files {
        0 => String::new(),
        1 => "1 file and ".to_owned(),
        n => format!("{n} files and "),
    };
    let tries = match waiting.tries {
        0 => String::new(),
        1 => " 1 try did not succeed.".to_owned(),
        n => format!(" {n} tries did not succeed."),
    };
    let next = waiting.next.map(|at| format!(" Next try {}.", Moment::from(at).full)).unwrap_or_default();
    let tail = if waiting.tries == 0 { String::new() } else { next };
    format!("Still to be removed: {files}traces in the database's files.{tries}{tail}")
}

#[cfg(test)]
mod tests {
    use super::left;
    use db::erase::Waiting;
    use domain::testing::START;

    #[test]
    fn what_is_left_is_said_in_words() {
        assert_eq!(left(Waiting::default()), "Still to be removed: traces in the database's files.");
        let late = Waiting { files: 2, tries: 1, next: Some(START) };
        assert_eq!(
            left(late),
            "Still to be removed: 2 files and traces in the database's files. 1 try did not succeed. \
             Next try 22 Nov 2026, 00:00:00 UTC."
        );
    }
}
