//! The page of the reporter's own case.

use super::appeal::Appeals;
use super::parts::Family;
use super::view::{Conversation, conversation};
use crate::attachment::{self, Attachment, size_words};
use crate::case::blobs;
use crate::daybook::{Part, Wanted, Ways};
use crate::engine::{Loaded, load};
use crate::words;
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use domain::case::{Audience, Party, Summary};
use domain::{AttachmentId, CaseId};
use web::layout::{FileRow, Moment, StateChip};
use web::{App, Form, Page, Path, Problem, Query, Reply, Reporter, View};

#[derive(Template)]
#[template(path = "door/templates/mine.html")]
struct MinePage {
    page: Page,
    name: String,
    title: String,
    received: Moment,
    chip: StateChip,
    said: Conversation,
    ways: Ways,
    files: Vec<FileRow>,
    answers: bool,
    may_withdraw: bool,
    appeals: Appeals,
    /// Where the forms of this page go.
    base: String,
    family: Family,
    trouble: String,
    form: Form,
}

pub(super) async fn mine(
    State(app): State<App>,
    reporter: Reporter,
    view: View,
    Query(wanted): Query<Wanted>,
) -> Reply {
    let plain = (StatusCode::OK, Form::empty(), String::new());
    show_part(&app, &view, reporter.case, plain, wanted).await
}

/// The page after a refusal.
pub(super) async fn show(app: &App, view: &View, id: CaseId, said: (StatusCode, Form, String)) -> Reply {
    show_part(app, view, id, said, Wanted::default()).await
}

async fn show_part(
    app: &App,
    view: &View,
    id: CaseId,
    (status, form, trouble): (StatusCode, Form, String),
    wanted: Wanted,
) -> Reply {
    let db = &app.store;
    let mut tx = db.read().await?;
    let case = load(&mut tx, db, id).await?;
    let part = Part::read(&mut tx, (&case, false), wanted).await?;
    let files = attachment::of_owner(&mut tx, &case.key, case.id).await?;
    let now = db.ambient().now();
    let (appeals, theirs) = Appeals::of(&mut tx, db, (&case, now)).await?;
    let family = Family::of(&mut tx, db, &case).await?;
    drop(tx);
    let part = part.beside(theirs);
    let organisation = &app.settings.organisation;
    let template = template(view, &case, (&part, &files, appeals, family), (form, trouble), now, organisation);
    Ok(view.show_as(status, &template))
}

fn template(
    view: &View,
    case: &Loaded,
    (part, files, appeals, family): (&Part, &[Attachment], Appeals, Family),
    (form, trouble): (Form, String),
    now: domain::Ts,
    house: &str,
) -> MinePage {
    let summary = case.summary();
    let legal = case.machine.legal(&case.state, &Party::Reporter);
    let may = |action: &str| legal.iter().any(|doc| doc.name == action);
    MinePage {
        page: view.page("Your report").with_errors(!form.ok()),
        name: case.name(),
        title: case.title.clone(),
        received: case.received_at.into(),
        chip: chip(&summary),
        said: conversation(&summary, &part.records, (house, false), now),
        ways: Ways::of(part, ("/case/mine", "conversation")),
        files: files.iter().filter(|f| f.audience != Audience::Team).map(file_row).collect(),
        answers: may("answer"),
        may_withdraw: may("withdraw"),
        appeals,
        base: "/case/mine".to_owned(),
        family,
        trouble,
        form,
    }
}

/// The state as the reporter reads it.
pub(super) fn chip(summary: &Summary) -> StateChip {
    match words::chip(summary.state, summary.waiting_since.is_some(), summary.close) {
        // "Them" is the reporter.
        StateChip::WAITING => StateChip::WAITING.said("Waiting for you"),
        other => other,
    }
}

fn file_row(file: &Attachment) -> FileRow {
    FileRow {
        name: file.name.clone(),
        size: size_words(file.size),
        checksum: file.sha256.chars().take(8).collect(),
        scan: String::new(),
        href: format!("/case/mine/attachments/{}", file.id),
        has_page: false,
    }
}

pub(super) async fn attachment(State(app): State<App>, reporter: Reporter, Path(id): Path<AttachmentId>) -> Reply {
    let db = &app.store;
    let mut tx = db.read().await?;
    let case = load(&mut tx, db, reporter.case).await?;
    let file = attachment::one(&mut tx, &case.key, (case.id, id)).await?;
    drop(tx);
    let file = file.filter(|file| file.audience != Audience::Team).ok_or_else(Problem::not_found)?;
    attachment::download(blobs(&app)?, &case.key, &file).await
}
