//! The cases of one reporter: the report that came, the parts it was split into, each with a page of its own, and the
//! report that it was merged into.

use super::appeal::{self, Appeals};
use super::pages::{self, chip};
use super::view::{Conversation, conversation};
use super::write;
use crate::daybook::{Part, Wanted, Ways};
use crate::engine::{self, EngineError, Loaded, load};
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use db::{Db, Tx};
use domain::CaseId;
use domain::case::{LinkKind, Party};
use web::layout::StateChip;
use web::{App, Form, FormData, Page, Path, Problem, Query, Reply, Reporter, View};

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
        let mut family = Self { parts: Vec::new(), root: None };
        for part in engine::of_kind(tx, case.id, LinkKind::Part).await? {
            family.parts.extend(kin(tx, db, part).await?);
        }
        let links = engine::links(tx, case.id).await?;
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
        for case in engine::of_kind(&mut tx, reporter.case, LinkKind::Part).await? {
            let found = kin(&mut tx, &app.store, case).await?.filter(|part| part.name == name);
            if let Some(part) = found {
                return Ok(Self { case, base: format!("/case/mine/parts/{}", part.name), part: true });
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
        if self.part {
            draw(app, view, self, (shown, Wanted::default())).await
        } else {
            pages::show(app, view, self.case, shown).await
        }
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
    ways: Ways,
    answers: bool,
    appeals: Appeals,
    trouble: String,
    form: Form,
}

async fn draw(
    app: &App,
    view: &View,
    place: &Place,
    ((status, form, trouble), wanted): ((StatusCode, Form, String), Wanted),
) -> Reply {
    let db = &app.store;
    let mut tx = db.read().await?;
    let case = load(&mut tx, db, place.case).await?;
    let part = Part::read(&mut tx, (&case, false), wanted).await?;
    let now = db.ambient().now();
    let (appeals, theirs) = Appeals::of(&mut tx, db, (&case, now)).await?;
    drop(tx);
    let part = part.beside(theirs);
    let summary = case.summary();
    let page = PartPage {
        page: view.page("Part of your report").with_errors(!form.ok()),
        base: place.base.clone(),
        name: case.name(),
        chip: chip(&summary),
        said: conversation(&summary, &part.records, (&app.settings.organisation, true), now),
        ways: Ways::of(&part, (&place.base, "conversation")),
        answers: case.machine.legal(&case.state, &Party::Reporter).iter().any(|doc| doc.name == "answer"),
        title: case.title,
        appeals,
        trouble,
        form,
    };
    Ok(view.show_as(status, &page))
}

pub(super) async fn show(
    State(app): State<App>,
    reporter: Reporter,
    view: View,
    Path(part): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Reply {
    let place = Place::part(&app, reporter, &part).await?;
    draw(&app, &view, &place, ((StatusCode::OK, Form::empty(), String::new()), wanted)).await
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
