//! Files of a case for people: a list, a page for each with its picture where it is one, and the way to take it along.

use super::files::{FilePart, blobs, fetched};
use super::show::file_row;
use crate::attachment::{self, How, Scanned, Scanner, size_words};
use crate::{Viewer, audit};
use accounts::ReadKind;
use askama::Template;
use axum::extract::State;
use domain::case::Audience;
use domain::{AttachmentId, Permission};
use serde::Deserialize;
use web::layout::{FileRow, Moment};
use web::{App, FormData, Page, Path, Problem, Query, Reply, Staff, View};

#[derive(Template)]
#[template(path = "case/templates/files.html")]
struct FilesPage {
    page: Page,
    href: String,
    name: String,
    title: String,
    all: i64,
    files: Vec<FileRow>,
    next: Option<String>,
    may_download: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Below {
    after: Option<AttachmentId>,
}

pub(super) async fn list(
    State(app): State<App>,
    staff: Staff,
    view: View,
    Path(reference): Path<String>,
    Query(below): Query<Below>,
) -> Reply {
    let viewer = Viewer::from(staff);
    let mut tx = app.store.read().await?;
    let case = viewer.case(&mut tx, &app.store, (&reference, Permission::ReadCases)).await?;
    let team = viewer.may(Permission::ReadTeamText, &case.facts);
    let part = FilePart::read(&mut tx, (&case, team), below.after).await?;
    drop(tx);
    audit::note(&app, viewer.person, ReadKind::Case, Some(case.id)).await?;
    let href = format!("/desk/cases/{}", case.name());
    let opens = viewer.may(Permission::DownloadAttachments, &case.facts);
    Ok(view.show(&FilesPage {
        page: view.page(&format!("Files of {}", case.name())),
        name: case.name(),
        all: part.all,
        files: part.files.iter().map(|file| file_row(&href, file, opens)).collect(),
        next: part.next.map(|id| id.to_string()),
        may_download: opens,
        title: case.title,
        href,
    }))
}

#[derive(Template)]
#[template(path = "case/templates/file.html")]
struct FilePage {
    page: Page,
    href: String,
    case: String,
    name: String,
    file: String,
    size: String,
    sha256: String,
    claimed: String,
    came: Moment,
    team_only: bool,
    /// Nothing when the picture can be shown, else why it cannot.
    trouble: Option<String>,
    /// What the virus scanner says, where there is one.
    scanned: Option<String>,
    /// Whether somebody has to say that they want it nonetheless.
    held: bool,
    password: String,
}

pub(super) async fn one(
    State(app): State<App>,
    staff: Staff,
    view: View,
    Path((reference, id)): Path<(String, AttachmentId)>,
) -> Reply {
    let (case, file) = fetched(&app, &Viewer::from(staff), (&reference, id)).await?;
    // Decoded here to be able to say so when it cannot be, and once more when the browser asks for it: what is
    // decoded is kept nowhere.
    let how = How { painter: app.carried(), whole: false };
    let trouble = attachment::picture(blobs(&app)?, &case.key, &file, how).await.err().map(|why| why.to_string());
    let scanned = match app.carried::<Scanner>() {
        Some(scanner) => Some(scanner.scan(blobs(&app)?, &case.key, &file).await),
        None => None,
    };
    Ok(view.show(&FilePage {
        page: view.page(&file.name),
        href: format!("/desk/cases/{}/attachments/{id}", case.name()),
        case: format!("/desk/cases/{}", case.name()),
        name: case.name(),
        size: size_words(file.size),
        sha256: file.sha256,
        claimed: file.media_type.unwrap_or_default(),
        came: file.created_at.into(),
        team_only: file.audience == Audience::Team,
        trouble,
        held: scanned.as_ref().is_some_and(|scanned| *scanned != Scanned::Clean),
        scanned: scanned.map(|scanned| scanned.words()),
        password: attachment::password(app.store.ambient()),
        file: file.name,
    }))
}

/// What is wanted of a picture.
#[derive(Deserialize)]
pub(super) struct Wanted {
    /// To be saved in its own size, and not looked at here.
    save: Option<String>,
}

pub(super) async fn picture(
    State(app): State<App>,
    staff: Staff,
    Path((reference, id)): Path<(String, AttachmentId)>,
    Query(Wanted { save }): Query<Wanted>,
) -> Reply {
    let (case, file) = fetched(&app, &Viewer::from(staff), (&reference, id)).await?;
    let how = How { painter: app.carried(), whole: save.is_some() };
    match attachment::picture(blobs(&app)?, &case.key, &file, how).await {
        Ok(picture) if save.is_some() => picture.saved_as(&file.name),
        Ok(picture) => Ok(picture.into_response()),
        Err(attachment::NotShown::Busy) => Err(Problem::unavailable("Others look at pictures just now. Try again.")),
        Err(why @ attachment::NotShown::Altered) => Err(Problem::gone(why.to_string())),
        Err(why) => Err(Problem::conflict(why.to_string())),
    }
}

pub(super) async fn archive(
    State(app): State<App>,
    staff: Staff,
    Path((reference, id)): Path<(String, AttachmentId)>,
    form: FormData,
) -> Reply {
    let fields = form.fields().await?;
    let (case, file) = fetched(&app, &Viewer::from(staff), (&reference, id)).await?;
    if let Some(scanner) = app.carried::<Scanner>() {
        let nonetheless = fields.get("nonetheless") == "yes";
        scanner.scan(blobs(&app)?, &case.key, &file).await.check(nonetheless)?;
    }
    attachment::archive(blobs(&app)?, &case.key, &file, fields.get("password")).await
}
