//! The page on which a mail becomes a case.

use super::take::{Arrival, ByMailError, Taken, take};
use crate::intake;
use crate::programme::{self, Programme};
use askama::Template;
use axum::extract::State;
use desk::Viewer;
use desk::engine::load;
use domain::{CaseFacts, CaseId, Desk, Permission};
use mail::read::MAIL_LIMIT;
use std::collections::BTreeSet;
use web::layout::{Banner, BannerKind};
use web::{App, FileChunks, FileHead, FileSink, Form, FormData, Page, Problem, Reply, Staff, View, see_other};

#[derive(Template)]
#[template(path = "by_mail/templates/new.html")]
struct NewPage<'a> {
    page: Page,
    form: &'a Form,
    programmes: Vec<(String, String)>,
    ask: bool,
}

#[derive(Template)]
#[template(path = "by_mail/templates/done.html")]
struct DonePage {
    page: Page,
    banner: Banner,
    /// REP-12; empty where there is none, or none that the viewer may know of.
    name: String,
    notes: Vec<String>,
}

/// Holds one mail in memory: it has to be read as a whole.
#[derive(Default)]
pub(super) struct Whole {
    pub(super) bytes: Vec<u8>,
}

impl FileSink for Whole {
    async fn file(&mut self, head: FileHead, chunks: &mut FileChunks<'_>) -> Result<(), Problem> {
        if !self.bytes.is_empty() {
            return Err(Problem::invalid_field(head.field, "Send one mail at a time"));
        }
        while let Some(chunk) = chunks.next().await? {
            if self.bytes.len() + chunk.len() > MAIL_LIMIT {
                return Err(Problem::invalid_field(head.field, "A mail may have 50 MB"));
            }
            self.bytes.extend_from_slice(&chunk);
        }
        Ok(())
    }
}

/// Programmes under which this person may open cases.
pub(super) async fn programmes(app: &App, viewer: &Viewer) -> Result<Vec<Programme>, Problem> {
    let mut tx = app.store.read().await?;
    let all = programme::list(&mut tx, &app.store).await?;
    Ok(all.into_iter().filter(|programme| may_open(app, viewer, programme)).collect())
}

/// The right is asked of the case that would come to be.
pub(super) fn may_open(app: &App, viewer: &Viewer, programme: &Programme) -> bool {
    let facts = CaseFacts {
        id: app.ambient.id::<CaseId>(),
        desk: Desk::Bounty,
        programme: programme.id,
        restricted: false,
        members: BTreeSet::new(),
    };
    viewer.may(Permission::ActOnCases, &facts)
}

pub(super) async fn show(State(app): State<App>, staff: Staff, view: View) -> Reply {
    let programmes = programmes(&app, &Viewer::from(staff)).await?;
    if programmes.is_empty() {
        return Err(Problem::not_found());
    }
    Ok(view.show(&page(&view, &Form::empty(), (&programmes, true))))
}

fn page<'a>(view: &View, form: &'a Form, (programmes, ask): (&[Programme], bool)) -> NewPage<'a> {
    NewPage {
        page: view.page("New case from mail").with_errors(!form.ok()),
        form,
        programmes: programmes.iter().map(|p| (p.brief.slug.clone(), p.brief.name.clone())).collect(),
        ask,
    }
}

pub(super) async fn send(State(app): State<App>, staff: Staff, view: View, form: FormData) -> Reply {
    let viewer = Viewer::from(staff);
    let programmes = programmes(&app, &viewer).await?;
    let mut whole = Whole::default();
    let mut form = Form::of(form.receive(&mut whole).await?);
    let ask = !form.value("ask").is_empty();
    let chosen = programmes.iter().find(|p| p.brief.slug == form.value("program")).cloned();
    if chosen.is_none() {
        form.refuse("program", "Pick a programme");
    }
    let pasted = form.value("source").as_bytes();
    let bytes = if whole.bytes.is_empty() { pasted.to_vec() } else { whole.bytes };
    if bytes.trim_ascii().is_empty() {
        form.refuse("file", "Choose a file with a mail in it, or paste the source of one");
    }
    let (Some(programme), true) = (chosen, form.ok()) else {
        return Ok(view.show_again(&page(&view, &form, (&programmes, ask))));
    };
    intake::check_disk(&app)?;
    let blobs = intake::blobs(&app)?;
    let arrival = Arrival { programme, bytes, by: Some(viewer.clone()), ask_sender: ask };
    match take(&app.store, &blobs, arrival).await {
        Ok(Taken::Opened { name, notes, .. }) if notes.is_empty() => Ok(see_other(&format!("/desk/cases/{name}"))),
        Ok(taken) => done(&app, &view, &viewer, taken).await,
        Err(ByMailError::Unreadable(error)) => {
            form.refuse("file", error.to_string());
            Ok(view.show_again(&page(&view, &form, (&programmes, ask))))
        }
        Err(ByMailError::Intake(error)) => Err(Problem::from(error).keeping(form.fields().clone())),
    }
}

async fn done(app: &App, view: &View, viewer: &Viewer, taken: Taken) -> Reply {
    let (kind, lead, text, case, notes) = match taken {
        Taken::Opened { case, name, notes } => (
            BannerKind::Done,
            "Taken.",
            format!("The mail is {name} now. Something of it was left out of the page:"),
            Some(case),
            notes,
        ),
        Taken::Answered { case, notes } => {
            let text = "This mail answers a letter of ours. It stands on the case of that letter, as a message of its \
                        reporter; no case was opened."
                .to_owned();
            (BannerKind::Done, "Taken.", text, Some(case), notes)
        }
        Taken::Before { case } => {
            let text = "This very mail became a case before. Nothing was changed.".to_owned();
            (BannerKind::Notice, "Known.", text, Some(case), Vec::new())
        }
        Taken::Returned { case } => {
            let text = "This mail says that a letter of ours did not arrive. The letter is marked; no case was opened."
                .to_owned();
            (BannerKind::Notice, "A letter came back.", text, case, Vec::new())
        }
        Taken::Noted { case } => {
            let text =
                "This mail tells of a letter of ours that is on its way, or has arrived. Nothing was changed; no case \
                        was opened."
                    .to_owned();
            (BannerKind::Notice, "A letter is on its way.", text, case, Vec::new())
        }
    };
    let name = match case {
        Some(case) => visible_name(app, viewer, case).await?,
        None => String::new(),
    };
    let banner = Banner { kind, lead: lead.to_owned(), text };
    Ok(view.show(&DonePage { page: view.page("Mail taken in"), banner, name, notes }))
}

/// The name of a case, where this person may know of it.
pub(super) async fn visible_name(app: &App, viewer: &Viewer, case: CaseId) -> Result<String, Problem> {
    let mut tx = app.store.read().await?;
    match load(&mut tx, &app.store, case).await {
        Ok(case) if viewer.may(Permission::ReadCases, &case.facts) => Ok(case.name()),
        Ok(_) | Err(desk::engine::EngineError::NotFound) => Ok(String::new()),
        Err(error) => Err(error.into()),
    }
}
