//! One page of the form.

use super::form::{AI, FILES, SEVERITIES, Sheet, WISHES};
use super::step::{Step, find};
use crate::intake::{self, DraftToken, Known};
use askama::Template;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use desk::attachment::{Attachment, size_words};
use domain::Intake;
use web::layout::Banner;
use web::{App, ClientAddress, Fields, Form, Page, Path, Reply, View, see_other};

/// A file that is already with us.
pub(crate) struct FileLine {
    pub id: String,
    pub name: String,
    pub size: String,
}

impl From<Attachment> for FileLine {
    fn from(file: Attachment) -> Self {
        Self { id: file.id.to_string(), name: file.name, size: size_words(file.size) }
    }
}

#[derive(Template)]
#[template(path = "report/templates/form.html")]
struct FormPage<'a> {
    page: Page,
    name: &'a str,
    slug: &'a str,
    action: String,
    sheet: &'static Sheet,
    form: &'a Form,
    files: Vec<FileLine>,
    banner: Option<&'a Banner>,
    critical_only: bool,
    token: &'a DraftToken,
    seen: String,
    checking: bool,
    /// Chosen on the check page: goes along until it is sent.
    nameless: bool,
    days: u32,
    severities: &'static [(&'static str, &'static str)],
    ai: &'static [(&'static str, &'static str)],
    wishes: &'static [(&'static str, &'static str)],
}

impl FormPage<'_> {
    /// The upload field names its draft, so that the server knows it before the bytes come.
    fn upload_name(&self) -> String {
        format!("{FILES}.{}", self.token)
    }
}

/// `GET /programs/{slug}/report`
pub(crate) async fn show(
    State(app): State<App>,
    Path(slug): Path<String>,
    ClientAddress(ip): ClientAddress,
    view: View,
) -> Reply {
    let programme = find(&app, &slug).await?;
    if programme.brief.intake == Intake::Closed {
        // Its page says why.
        return Ok(see_other(&format!("/programs/{}", programme.brief.slug)));
    }
    // Before anything is typed, where it is known already.
    let known = Known::from(view.caller());
    if known != Known::default() {
        let mut tx = app.store.read().await?;
        intake::admit(&mut tx, &app.store, (known, None)).await?;
    }
    let step = Step::new(app, view, programme, ip, Fields::default());
    ask(step, StatusCode::OK).await
}

/// `GET /programs/{slug}/report/send`: somebody opened the address of the last press.
pub(crate) async fn again(State(app): State<App>, Path(slug): Path<String>) -> Reply {
    let programme = find(&app, &slug).await?;
    Ok(see_other(&format!("/programs/{}/report", programme.brief.slug)))
}

/// The page that the step stands on, with everything that was typed and the errors of this page.
pub(super) async fn ask(mut step: Step, status: StatusCode) -> Reply {
    let sheet = Sheet::number(step.page);
    let mut form = Form::of(step.form.fields().clone());
    for error in step.form.errors().iter().filter(|error| sheet.has(&error.field)) {
        form.refuse(&error.field, error.message.clone());
    }
    step.form = form;
    let status = if status == StatusCode::OK && !step.form.ok() { StatusCode::UNPROCESSABLE_ENTITY } else { status };
    let brief = &step.programme.brief;
    let title = format!("{} · Page {} of 4", sheet.title, sheet.number);
    let template = FormPage {
        page: step.view.page(&title).with_errors(!step.form.ok()),
        name: &brief.name,
        slug: &brief.slug,
        action: step.address(),
        sheet,
        form: &step.form,
        files: if sheet.has(FILES) { step.files().await } else { Vec::new() },
        banner: step.banner.as_ref(),
        critical_only: brief.intake == Intake::Critical,
        token: &step.token,
        seen: step.seen.map(|version| version.to_string()).unwrap_or_default(),
        checking: step.checking,
        nameless: step.nameless,
        days: brief.draft_days,
        severities: SEVERITIES,
        ai: AI,
        wishes: WISHES,
    };
    Ok(private(step.view.show_as(status, &template)))
}

/// What somebody typed stays in no cache.
pub(crate) fn private(mut response: Response) -> Response {
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// When to try again, in seconds.
pub(super) fn retry_after(mut response: Response, seconds: &'static str) -> Response {
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static(seconds));
    response
}
