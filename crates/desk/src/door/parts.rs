//! The cases of one reporter: the report that came, the parts it was split into, each with a page of its own, and the
//! report that it was merged into.

use super::appeal::{self, Appeals};
use super::pages::{self, chip};
use super::view::{Conversation, conversation};
use super::write;
use crate::engine::{self, EngineError, Link, Loaded, load};
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use db::{Db, Tx, event};
use domain::CaseId;
use domain::case::{LinkKind, Party};
use web::layout::StateChip;
use web::{App, Form, FormData, Page, Path, Problem, Reply, Reporter, View};

/// Most parts that are listed: as many as there can be.
const LISTED: usize = 100;

/// A case beside the report.
pub(super) struct Kin {
    pub(super) name: String,
    pub(super) title: String,
    pub(super) chip: StateChip,
}

/// What belongs to a report, as its reporter may know.
pub(super) struct Family {
    pub(super) parts: Vec<Kin>,
    /// Where it goes on with the report of somebody else: name and state, never their words.
    pub(super) root: Option<Kin>,
}

impl Family {
    pub(super) async fn of(tx: &mut Tx, db: &Db, case: &Loaded) -> Result<Self, EngineError> {
        let links = engine::links(tx, case.id).await?;
        let mut family = Self { parts: Vec::new(), root: None };
        let part = |l: &&Link| l.kind == LinkKind::Part && !l.outgoing;
        for link in links.iter().filter(part).take(LISTED) {
            family.parts.extend(kin(tx, db, link.other).await?);
        }
        if let Some(link) = links.iter().find(|l| l.kind == LinkKind::Merged && l.outgoing) {
            family.root = kin(tx, db, link.other).await?;
        }
        Ok(family)
    }
}

/// None of what was erased.
async fn kin(tx: &mut Tx, db: &Db, id: CaseId) -> Result<Option<Kin>, EngineError> {
    match load(tx, db, id).await {
        Ok(case) => Ok(Some(Kin { name: case.name(), chip: chip(&case.summary()), title: case.title })),
        Err(EngineError::NotFound) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Which case of a reporter a page is about, and where that page is.
pub(super) struct Place {
    pub(super) case: CaseId,
    base: String,
    part: bool,
}

impl Place {
    /// The report that came.
    pub(super) fn whole(reporter: Reporter) -> Self {
        Self { case: reporter.case, base: "/case/mine".to_owned(), part: false }
    }

    /// A part of it, by its name.
    async fn part(app: &App, reporter: Reporter, name: &str) -> Result<Self, Problem> {
        let mut tx = app.store.read().await?;
        let links = engine::links(&mut tx, reporter.case).await?;
        for link in links.iter().filter(|l| l.kind == LinkKind::Part && !l.outgoing) {
            let found = kin(&mut tx, &app.store, link.other).await?.filter(|part| part.name == name);
            if let Some(part) = found {
                return Ok(Self { case: link.other, base: format!("/case/mine/parts/{}", part.name), part: true });
            }
        }
        Err(Problem::not_found())
    }

    /// Where one goes when something was sent.
    pub(super) fn done(&self) -> String {
        format!("{}#conversation", self.base)
    }

    /// The page, also after a refusal.
    pub(super) async fn show(&self, app: &App, view: &View, shown: (StatusCode, Form, String)) -> Reply {
        if self.part { draw(app, view, self, shown).await } else { pages::show(app, view, self.case, shown).await }
    }
}

#[derive(Template)]
#[template(path = "door/templates/part.html")]
struct PartPage {
    page: Page,
    base: String,
    name: String,
    title: String,
    chip: StateChip,
    said: Conversation,
    answers: bool,
    appeals: Appeals,
    trouble: String,
    form: Form,
}

async fn draw(app: &App, view: &View, place: &Place, (status, form, trouble): (StatusCode, Form, String)) -> Reply {
    let db = &app.store;
    let mut tx = db.read().await?;
    let case = load(&mut tx, db, place.case).await?;
    let mut records = event::of_case(&mut tx, &case.key, case.id).await?;
    let now = db.ambient().now();
    let (appeals, theirs) = Appeals::of(&mut tx, db, (&case, now)).await?;
    drop(tx);
    records.extend(theirs);
    records.sort_by_key(|record| record.at);
    let summary = case.summary();
    let page = PartPage {
        page: view.page("Part of your report").with_errors(!form.ok()),
        base: place.base.clone(),
        name: case.name(),
        chip: chip(&summary),
        said: conversation(&summary, &records, &app.settings.organisation, now),
        answers: case.machine.legal(&case.state, &Party::Reporter).iter().any(|doc| doc.name == "answer"),
        title: case.title,
        appeals,
        trouble,
        form,
    };
    Ok(view.show_as(status, &page))
}

pub(super) async fn show(State(app): State<App>, reporter: Reporter, view: View, Path(part): Path<String>) -> Reply {
    let place = Place::part(&app, reporter, &part).await?;
    draw(&app, &view, &place, (StatusCode::OK, Form::empty(), String::new())).await
}

pub(super) async fn message(
    State(app): State<App>,
    reporter: Reporter,
    view: View,
    Path(part): Path<String>,
    form: FormData,
) -> Reply {
    let place = Place::part(&app, reporter, &part).await?;
    write::message_at(&app, &view, place, form).await
}

pub(super) async fn appeal(
    State(app): State<App>,
    reporter: Reporter,
    view: View,
    Path(part): Path<String>,
    form: FormData,
) -> Reply {
    let place = Place::part(&app, reporter, &part).await?;
    appeal::send_at(&app, &view, place, form).await
}

pub(super) async fn withdraw_appeal(
    State(app): State<App>,
    reporter: Reporter,
    view: View,
    Path(part): Path<String>,
    form: FormData,
) -> Reply {
    let place = Place::part(&app, reporter, &part).await?;
    appeal::withdraw_at(&app, &view, place, form).await
}
