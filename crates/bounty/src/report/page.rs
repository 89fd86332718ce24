//! The form page, and which step a POST takes.

use super::form::{self, AI, DRAFT, FILES, ONCE, SEVERITIES, WISHES};
use super::{check, sent};
use crate::intake::{self, DraftToken, IntakeError, Uploads};
use crate::programme::{self, Programme};
use askama::Template;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use desk::attachment::size_words;
use domain::AttachmentId;
use web::layout::{Banner, BannerKind};
use web::{App, Fields, Form, FormData, Page, Path, Problem, Reply, View};

/// A file that is already with us.
pub(crate) struct FileLine {
    pub id: String,
    pub name: String,
    pub size: String,
}

#[derive(Template)]
#[template(path = "report/templates/form.html")]
struct FormPage<'a> {
    page: Page,
    programme: &'a Programme,
    form: &'a Form,
    files: Vec<FileLine>,
    banner: Option<Banner>,
    severities: &'static [(&'static str, &'static str)],
    ai: &'static [(&'static str, &'static str)],
    wishes: &'static [(&'static str, &'static str)],
}

impl FormPage<'_> {
    /// The upload field names its draft, so that the server knows it before the bytes come.
    fn upload_name(&self) -> String {
        match self.form.value(DRAFT) {
            "" => FILES.to_owned(),
            token => format!("{FILES}.{token}"),
        }
    }
}

/// A form under way: what every step needs.
pub(crate) struct Step {
    pub app: App,
    pub view: View,
    pub programme: Programme,
    pub form: Form,
}

/// `GET /programs/{slug}/report`
pub(crate) async fn show(State(app): State<App>, Path(slug): Path<String>, view: View) -> Reply {
    let programme = find(&app, &slug).await?;
    let key = view.page("").form_key().to_owned();
    let form = Form::of(Fields::from_iter([(ONCE, key)]));
    Step { app, view, programme, form }.ask(StatusCode::OK, None).await
}

/// `POST /programs/{slug}/report`
pub(crate) async fn step(State(app): State<App>, Path(slug): Path<String>, view: View, data: FormData) -> Reply {
    let programme = find(&app, &slug).await?;
    let mut uploads = Uploads::new(app.store.clone(), intake::blobs(&app)?, None);
    uploads.refuse_all(intake::check_disk(&app).is_err());
    let mut fields = data.receive(&mut uploads).await?;
    let done = uploads.done();
    if let Some(token) = &done.token {
        fields.set(DRAFT, token.to_string());
    }
    if fields.get(ONCE).is_empty() {
        fields.set(ONCE, view.page("").form_key());
    }
    let mut step = Step { app, view, programme, form: Form::of(fields) };
    if let Some(error) = &done.failure {
        return step.failed(error).await;
    }
    for error in done.errors {
        step.form.refuse(&error.field, error.message);
    }
    step.take().await
}

async fn find(app: &App, slug: &str) -> Result<Programme, Problem> {
    let mut tx = app.store.read().await?;
    programme::by_slug(&mut tx, &app.store, slug).await?.ok_or_else(Problem::not_found)
}

impl Step {
    async fn take(mut self) -> Reply {
        if let Some(file) = self.form.optional("remove") {
            return self.remove(&file).await;
        }
        if self.form.value("step") == "change" {
            return self.ask(StatusCode::OK, None).await;
        }
        form::check(&mut self.form, self.app.ambient.now());
        if !self.form.ok() {
            return self.ask(StatusCode::UNPROCESSABLE_ENTITY, None).await;
        }
        match self.form.value("step") {
            "send" => sent::send(self).await,
            _ => check::show(self).await,
        }
    }

    async fn remove(self, file: &str) -> Reply {
        if let (Some(token), Ok(file)) = (self.draft(), file.parse::<AttachmentId>()) {
            intake::remove(&self.app.store, &intake::blobs(&self.app)?, &token, file).await?;
        }
        self.ask(StatusCode::OK, None).await
    }

    /// The token of the draft, when files are with us.
    pub(crate) fn draft(&self) -> Option<DraftToken> {
        self.form.value(DRAFT).parse().ok()
    }

    /// The files that are with us. A draft whose day is over is forgotten and told.
    pub(crate) async fn files(&mut self) -> Result<Vec<FileLine>, Problem> {
        let Some(token) = self.draft() else { return Ok(Vec::new()) };
        let line = |file: desk::attachment::Attachment| FileLine {
            id: file.id.to_string(),
            name: file.name,
            size: size_words(file.size),
        };
        match intake::files(&self.app.store, &token).await {
            Ok(files) => Ok(files.into_iter().map(line).collect()),
            Err(IntakeError::NoDraft) => {
                self.without_draft();
                Ok(Vec::new())
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Forgets a draft that is gone and says so beside the files.
    pub(crate) fn without_draft(&mut self) {
        self.change(DRAFT, "");
        self.form.refuse(FILES, "Your files were kept for 24 hours and are gone. Add them again");
    }

    /// Sets a field; the errors that were found stay.
    pub(crate) fn change(&mut self, name: &str, value: &str) {
        let errors = self.form.errors().to_vec();
        let mut fields = self.form.fields().clone();
        fields.set(name, value);
        self.form = Form::of(fields);
        for error in errors {
            self.form.refuse(&error.field, error.message);
        }
    }

    /// The form with everything that was typed.
    pub(crate) async fn ask(mut self, status: StatusCode, banner: Option<Banner>) -> Reply {
        // When the store cannot even be read, the words are what matters.
        let files = self.files().await.unwrap_or_default();
        let status =
            if status == StatusCode::OK && !self.form.ok() { StatusCode::UNPROCESSABLE_ENTITY } else { status };
        let page = self.view.page("Tell us what you found").with_errors(!self.form.ok());
        let template = FormPage {
            page,
            programme: &self.programme,
            form: &self.form,
            files,
            banner,
            severities: SEVERITIES,
            ai: AI,
            wishes: WISHES,
        };
        Ok(private(self.view.show_as(status, &template)))
    }

    /// Nothing could be saved: the words are shown again, with another way to us.
    pub(crate) async fn failed(self, error: &IntakeError) -> Reply {
        tracing::warn!(%error, "a form could not be taken");
        let contact = self.programme.brief.contact.clone();
        let way = if contact.is_empty() { String::new() } else { format!(" Or write to {contact}.") };
        let text = format!("{} Your text is still below.{way}", error.told());
        let banner = Banner { kind: BannerKind::Trouble, lead: "Not saved.".into(), text };
        let mut response = self.ask(StatusCode::SERVICE_UNAVAILABLE, Some(banner)).await?;
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("10"));
        Ok(response)
    }
}

/// What somebody typed stays in no cache.
pub(crate) fn private(mut response: Response) -> Response {
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
