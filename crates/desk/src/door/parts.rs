//! The cases of one reporter: the report that came, the parts it was split into, each with a page of its own, and the
//! report that it was merged into.

use super::Holder;
use super::appeal::Appeals;
use super::reader::Reader;
use super::view::{Conversation, conversation};
use crate::daybook::{Part, Wanted, Ways};
use crate::engine::{self, EngineError, Loaded, load};
use crate::words;
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use db::{Db, Tx};
use domain::CaseId;
use domain::case::{LinkKind, Party};
use web::layout::StateChip;
use web::{App, Form, Page, Query, Reply, View};

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
            family.root = root(tx, db, link.other).await?;
        }
        Ok(family)
    }
}

/// The report of somebody else that it goes on with. What that one waits for is nothing that this reporter can give.
async fn root(tx: &mut Tx, db: &Db, id: CaseId) -> Result<Option<Kin>, EngineError> {
    let mut root = kin(tx, db, id).await?;
    if let Some(root) = root.as_mut().filter(|root| root.chip.glyph == StateChip::WAITING.glyph) {
        root.chip = StateChip::WAITING;
    }
    Ok(root)
}

/// None of what was erased.
pub(super) async fn kin(tx: &mut Tx, db: &Db, id: CaseId) -> Result<Option<Kin>, EngineError> {
    match load(tx, db, id).await {
        Ok(case) => {
            let chip = words::chip_for_reporter(&case.summary());
            Ok(Some(Kin { name: case.name(), chip, title: case.title }))
        }
        Err(EngineError::NotFound) => Ok(None),
        Err(error) => Err(error),
    }
}

#[derive(Template)]
#[template(path = "door/templates/part.html")]
struct PartPage {
    page: Page,
    holder: Holder,
    name: String,
    title: String,
    chip: StateChip,
    said: Conversation,
    ways: Ways,
    answers: bool,
    /// Whether others who found it read what is written here.
    shared: bool,
    appeals: Appeals,
    trouble: String,
    form: Form,
}

pub(super) async fn show(State(app): State<App>, holder: Holder, view: View, Query(wanted): Query<Wanted>) -> Reply {
    draw(&app, &view, &holder, ((StatusCode::OK, Form::empty(), String::new()), wanted)).await
}

/// The page, also after a refusal.
pub(super) async fn draw(
    app: &App,
    view: &View,
    holder: &Holder,
    ((status, form, trouble), wanted): ((StatusCode, Form, String), Wanted),
) -> Reply {
    let db = &app.store;
    let mut tx = db.read().await?;
    let case = load(&mut tx, db, holder.case).await?;
    let part = Part::read(&mut tx, (&case, false), wanted).await?;
    let now = db.ambient().now();
    let (appeals, theirs) = Appeals::of(&mut tx, db, (&case, now)).await?;
    let part = part.beside(theirs);
    let reader = Reader::of(&mut tx, db, (holder, &case), &part.records).await?;
    drop(tx);
    let summary = case.summary();
    let page = PartPage {
        page: view.page("Part of your report").with_errors(!form.ok()),
        name: case.name(),
        chip: words::chip_for_reporter(&summary),
        said: conversation(&summary, &part.records, (&app.settings.organisation, true, &reader), now),
        ways: Ways::of(&part, (&holder.base, "conversation")),
        answers: case.machine.legal(&case.state, &Party::Reporter).iter().any(|doc| doc.name == "answer"),
        shared: reader.shares(),
        title: case.title,
        appeals,
        trouble,
        holder: holder.clone(),
        form,
    };
    Ok(view.show_as(status, &page))
}
