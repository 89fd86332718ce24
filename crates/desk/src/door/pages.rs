//! The page of the reporter's own case.

use super::Holder;
use super::appeal::Appeals;
use super::parts::Family;
use super::reader::Reader;
use super::view::{Conversation, conversation};
use crate::attachment::{self, Attachment, size_words};
use crate::case::blobs;
use crate::daybook::{Part, Wanted, Ways};
use crate::engine::{Loaded, load};
use crate::words;
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use domain::AttachmentId;
use domain::case::{Audience, Party};
use serde::Deserialize;
use web::layout::{FileRow, Moment, StateChip};
use web::{App, Form, Page, Path, Problem, Query, Reply, View};

#[derive(Template)]
#[template(path = "door/templates/mine.html")]
struct MinePage {
    page: Page,
    holder: Holder,
    name: String,
    title: String,
    received: Moment,
    chip: StateChip,
    said: Conversation,
    ways: Ways,
    files: Vec<FileRow>,
    answers: bool,
    /// Whether others who found it read what is written here.
    shared: bool,
    may_withdraw: bool,
    appeals: Appeals,
    family: Family,
    trouble: String,
    form: Form,
}

pub(super) async fn mine(State(app): State<App>, holder: Holder, view: View, Query(wanted): Query<Wanted>) -> Reply {
    let plain = (StatusCode::OK, Form::empty(), String::new());
    show_part(&app, &view, &holder, plain, wanted).await
}

/// The page after a refusal.
pub(super) async fn show(app: &App, view: &View, holder: &Holder, said: (StatusCode, Form, String)) -> Reply {
    show_part(app, view, holder, said, Wanted::default()).await
}

async fn show_part(
    app: &App,
    view: &View,
    holder: &Holder,
    (status, form, trouble): (StatusCode, Form, String),
    wanted: Wanted,
) -> Reply {
    let db = &app.store;
    let mut tx = db.read().await?;
    let case = load(&mut tx, db, holder.case).await?;
    let part = Part::read(&mut tx, (&case, false), wanted).await?;
    let files = attachment::of_owner(&mut tx, &case.key, case.id).await?;
    let now = db.ambient().now();
    let (appeals, theirs) = Appeals::of(&mut tx, db, (&case, now)).await?;
    let family = Family::of(&mut tx, db, &case).await?;
    let part = part.beside(theirs);
    let reader = Reader::of(&mut tx, db, (holder, &case), &part.records).await?;
    drop(tx);
    let at = (now, app.settings.organisation.as_str(), &reader);
    let template = template(view, (holder, &case), (&part, &files, appeals, family), (form, trouble), at);
    Ok(view.show_as(status, &template))
}

fn template(
    view: &View,
    (holder, case): (&Holder, &Loaded),
    (part, files, appeals, family): (&Part, &[Attachment], Appeals, Family),
    (form, trouble): (Form, String),
    (now, house, reader): (domain::Ts, &str, &Reader),
) -> MinePage {
    let summary = case.summary();
    let legal = case.machine.legal(&case.state, &Party::Reporter);
    let may = |action: &str| legal.iter().any(|doc| doc.name == action);
    MinePage {
        page: view.page("Your report").with_errors(!form.ok()),
        name: case.name(),
        title: case.title.clone(),
        received: case.received_at.into(),
        chip: words::chip_for_reporter(&summary),
        said: conversation(&summary, &part.records, (house, false, reader), now),
        ways: Ways::of(part, (&holder.base, "conversation")),
        files: files.iter().filter(|f| f.audience != Audience::Team).map(|file| file_row(holder, file)).collect(),
        answers: may("answer"),
        shared: reader.shares(),
        may_withdraw: holder.decides && may("withdraw"),
        appeals,
        family,
        holder: holder.clone(),
        trouble,
        form,
    }
}

fn file_row(holder: &Holder, file: &Attachment) -> FileRow {
    FileRow {
        name: file.name.clone(),
        size: size_words(file.size),
        checksum: file.sha256.chars().take(8).collect(),
        scan: String::new(),
        href: format!("{}/attachments/{}", holder.base, file.id),
        has_page: false,
    }
}

/// The file in the path, beside whatever else stands there.
#[derive(Deserialize)]
pub(super) struct OfFile {
    attachment: AttachmentId,
}

pub(super) async fn attachment(State(app): State<App>, holder: Holder, Path(of): Path<OfFile>) -> Reply {
    let (db, id) = (&app.store, of.attachment);
    let mut tx = db.read().await?;
    let case = load(&mut tx, db, holder.case).await?;
    let file = attachment::one(&mut tx, &case.key, (case.id, id)).await?;
    drop(tx);
    let file = file.filter(|file| file.audience != Audience::Team).ok_or_else(Problem::not_found)?;
    attachment::cleared(app.carried(), blobs(&app)?, &case.key, &file).await?;
    attachment::download(blobs(&app)?, &case.key, &file).await
}
