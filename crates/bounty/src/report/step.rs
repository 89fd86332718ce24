//! A form under way: what a press brought, what the draft holds, and where it leads.

use super::form::{self, FILES_SHEET, Sheet};
use super::{check, page, saved};
use crate::intake::{self, CONTACT, Change, DraftToken, IntakeError, Open, Place, Uploads, WORDS, Written};
use crate::programme::{self, Programme};
use axum::extract::State;
use axum::http::StatusCode;
use domain::AttachmentId;
use std::collections::BTreeMap;
use std::net::IpAddr;
use web::layout::{Banner, BannerKind};
use web::{App, ClientAddress, Fields, Form, FormData, Path, Problem, Reply, View};

/// What the hidden field `page` says on the check page.
pub(super) const CHECK: &str = "check";

/// A form under way.
pub(crate) struct Step {
    pub app: App,
    pub view: View,
    pub programme: Programme,
    /// Fields and errors of the page that is shown next.
    pub form: Form,
    pub written: Written,
    pub token: DraftToken,
    /// Version of the draft that the page knows of; none before there is a draft.
    pub seen: Option<i64>,
    /// The page it came from, 1 to 4.
    pub page: u8,
    /// It came from the check page.
    pub from_check: bool,
    /// Going on leads back to the check page.
    pub checking: bool,
    /// Whoever is signed in wants it in no account.
    pub nameless: bool,
    /// What to say above the page.
    pub banner: Option<Banner>,
    place: Place,
}

/// What was pressed.
enum Press {
    Next,
    Back,
    Save,
    Stay,
    Change(String),
    Remove(String),
}

/// `POST /programs/{slug}/report`
pub(crate) async fn take(
    State(app): State<App>,
    Path(slug): Path<String>,
    ClientAddress(ip): ClientAddress,
    view: View,
    data: FormData,
) -> Reply {
    let programme = find(&app, &slug).await?;
    let place = Place::new(app.store.keys(), ip, app.ambient.now());
    let mut uploads = Uploads::new(app.store.clone(), intake::blobs(&app)?, None).counted_at(place);
    uploads.refuse_all(intake::check_disk(&app).is_err());
    let fields = data.receive(&mut uploads).await?;
    let done = uploads.done();
    let mut step = Step::new(app, view, programme, ip, fields);
    if let Some(error) = done.failure {
        return step.failed(&error).await;
    }
    let moved = done.token.filter(|token| *token != step.token);
    for error in done.errors {
        step.form.refuse(&error.field, error.message);
    }
    let press = step.press();
    if let Err(error) = step.keep(moved).await {
        return step.failed(&error).await;
    }
    step.follow(press).await
}

/// The programme with this slug.
pub(super) async fn find(app: &App, slug: &str) -> Result<Programme, Problem> {
    let mut tx = app.store.glance().await?;
    programme::by_slug(&mut tx, &app.store, slug).await?.ok_or_else(Problem::not_found)
}

impl Step {
    /// What was posted, before the draft is asked.
    pub(super) fn new(app: App, view: View, programme: Programme, ip: IpAddr, fields: Fields) -> Self {
        let from_check = fields.get("page") == CHECK;
        let known = |name: &&str| fields.has(name);
        let words: BTreeMap<String, String> = WORDS
            .iter()
            .chain([&CONTACT])
            .copied()
            .filter(known)
            .map(|name| (name.to_owned(), fields.get(name).to_owned()))
            .collect();
        let token = fields.get("draft").parse().unwrap_or_else(|_| DraftToken::fresh(&app.ambient));
        Self {
            place: Place::new(app.store.keys(), ip, app.ambient.now()),
            token,
            seen: fields.get("seen").parse().ok(),
            page: if from_check { 4 } else { fields.get("page").parse::<u8>().unwrap_or(1).clamp(1, 4) },
            from_check,
            checking: from_check || fields.get("then") == CHECK,
            nameless: fields.get("as") == "nameless",
            banner: None,
            written: Written { words, ..Written::default() },
            form: Form::of(fields),
            app,
            view,
            programme,
        }
    }

    fn press(&self) -> Press {
        if let Some(file) = self.form.optional("remove") {
            return Press::Remove(file);
        }
        if let Some(field) = self.form.optional("change") {
            return Press::Change(field);
        }
        match self.form.value("step") {
            "back" => Press::Back,
            "save" => Press::Save,
            "stay" => Press::Stay,
            _ => Press::Next,
        }
    }

    /// Puts what was posted into the draft and takes the rest from there. `moved` is the new draft that
    /// files went to because the old one was gone.
    pub(super) async fn keep(&mut self, moved: Option<DraftToken>) -> Result<(), IntakeError> {
        let posted = self.written.words.clone();
        // The words of a check page are only for the case that the draft is gone.
        let words = if self.from_check && self.seen.is_some() { BTreeMap::new() } else { posted.clone() };
        let kept = match moved {
            Some(_) if self.seen.is_some() => Err(IntakeError::NoDraft),
            _ => {
                self.token = moved.clone().unwrap_or_else(|| self.token.clone());
                self.put(words).await
            }
        };
        match kept {
            Err(error @ (IntakeError::NoDraft | IntakeError::Sent)) => {
                self.token = moved.unwrap_or_else(|| DraftToken::fresh(&self.app.ambient));
                self.seen = None;
                self.banner = Some(self.gone(matches!(error, IntakeError::Sent)));
                self.put(posted).await
            }
            Err(IntakeError::TooManyWords) => {
                let own = posted.iter().filter(|(name, _)| Sheet::number(self.page).has(name));
                let longest = own.max_by_key(|(_, words)| words.len());
                let field = longest.map_or("summary", |(name, _)| name.as_str()).to_owned();
                self.form.refuse(&field, "All pages together may hold 1 MB. Shorten this, or put it into a file");
                Ok(())
            }
            kept => kept,
        }
    }

    async fn put(&mut self, words: BTreeMap<String, String>) -> Result<(), IntakeError> {
        let brief = &self.programme.brief;
        let change = Change {
            token: self.token.clone(),
            known: self.seen.is_some(),
            programme: self.programme.id,
            slug: brief.slug.clone(),
            page: self.page,
            words,
            place: self.place.clone(),
            days: brief.draft_days,
        };
        let open = intake::keep(&self.app.store, change).await?;
        self.load(open);
        Ok(())
    }

    /// Goes on with what the draft holds; the errors that were found stay.
    pub(super) fn load(&mut self, open: Open) {
        let errors = self.form.errors().to_vec();
        let words = open.written.words.iter().map(|(name, value)| (name.clone(), value.clone()));
        self.form = Form::of(words.collect());
        for error in errors {
            self.form.refuse(&error.field, error.message);
        }
        (self.token, self.seen, self.written) = (open.draft.token, Some(open.version), open.written);
    }

    fn gone(&self, sent: bool) -> Banner {
        let days = self.programme.brief.draft_days;
        let (lead, text) = if sent {
            let text =
                "Your code opens it. What you see here is a new report: go on only if you want to send another one.";
            ("You sent this report, and we have it.", text.to_owned())
        } else {
            let days = if days == 1 { "1 day".to_owned() } else { format!("{days} days") };
            let text = format!(
                "A report that is not sent is kept for 24 hours, or for {days} with a code. What stands on this page is \
                 still here; other pages and files are gone. Go on, and add what is missing."
            );
            ("We kept this for a while and then removed it.", text)
        };
        Banner { kind: BannerKind::Notice, lead: lead.into(), text }
    }

    async fn follow(mut self, press: Press) -> Reply {
        if self.banner.is_some() {
            // Something was lost, or sent: the person sees the same page again before anything moves on.
            return if self.from_check { check::show(self).await } else { page::ask(self, StatusCode::CONFLICT).await };
        }
        match press {
            Press::Remove(file) => {
                self.page = FILES_SHEET;
                self.remove(&file).await
            }
            Press::Change(field) => self.turn_to(Sheet::of(&field).map_or(1, |sheet| sheet.number)).await,
            // Words that the draft could not take are told first.
            Press::Save if !self.form.ok() => page::ask(self, StatusCode::UNPROCESSABLE_ENTITY).await,
            Press::Save => saved::save(self).await,
            Press::Stay if self.from_check => check::show(self).await,
            Press::Stay => page::ask(self, StatusCode::OK).await,
            Press::Back if self.checking => check::show(self).await,
            Press::Back => {
                let before = self.page.saturating_sub(1).max(1);
                self.turn_to(before).await
            }
            Press::Next => self.next().await,
        }
    }

    async fn next(mut self) -> Reply {
        form::check(&mut self.form, &self.written, self.app.ambient.now());
        let sheet = Sheet::number(self.page);
        if self.form.errors().iter().any(|error| sheet.has(&error.field)) {
            return page::ask(self, StatusCode::UNPROCESSABLE_ENTITY).await;
        }
        if self.checking || self.page == 4 {
            return check::show(self).await;
        }
        let after = self.page + 1;
        self.turn_to(after).await
    }

    /// Another page, without the faults that were found so far: each page tells its own when it is left.
    async fn turn_to(mut self, page: u8) -> Reply {
        self.page = page;
        self.form = Form::of(self.form.fields().clone());
        page::ask(self, StatusCode::OK).await
    }

    async fn remove(self, file: &str) -> Reply {
        if let Ok(file) = file.parse::<AttachmentId>() {
            intake::remove(&self.app.store, &intake::blobs(&self.app)?, &self.token, file).await?;
        }
        page::ask(self, StatusCode::OK).await
    }

    /// Nothing could be saved: the words are shown again, with another way to us.
    pub(super) async fn failed(mut self, error: &IntakeError) -> Reply {
        tracing::warn!(%error, "a form could not be taken");
        let contact = &self.programme.brief.contact;
        let way = if contact.is_empty() { String::new() } else { format!(" Or write to {contact}.") };
        let text = format!("{} Your text is still below.{way}", error.told());
        self.banner = Some(Banner { kind: BannerKind::Trouble, lead: "Not saved.".into(), text });
        let (status, wait) = match error {
            IntakeError::TooManyDrafts => (StatusCode::TOO_MANY_REQUESTS, "3600"),
            _ => (StatusCode::SERVICE_UNAVAILABLE, "10"),
        };
        let shown = if self.from_check { check::show_as(self, status).await } else { page::ask(self, status).await };
        shown.map(|response| page::retry_after(response, wait))
    }

    /// Where the pages are posted to.
    pub(super) fn address(&self) -> String {
        format!("/programs/{}/report", self.programme.brief.slug)
    }

    /// The files that are with us.
    pub(super) async fn files(&self) -> Vec<page::FileLine> {
        // When the store cannot even be read, the words are what matters.
        let files = intake::files(&self.app.store, &self.token).await.unwrap_or_default();
        files.into_iter().map(page::FileLine::from).collect()
    }
}
