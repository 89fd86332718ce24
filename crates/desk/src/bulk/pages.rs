//! The page before and the page after.

use super::deed::{Deed, Kind};
use super::plan::{About, Planned, Ticked, Unfit, plan};
use super::record::{self, Left, UNDO};
use crate::Viewer;
use crate::engine::EngineError;
use crate::inbox::PAGE;
use crate::once::Once;
use crate::people::{Colleague, colleagues};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use domain::case::Choice;
use domain::{Severity, Uuid};
use web::layout::Moment;
use web::{App, Form, FormData, Page, Path, Problem, Reply, Staff, View, see_other};

struct Line {
    name: String,
    title: String,
    words: String,
}

#[derive(Template)]
#[template(path = "bulk/templates/ask.html")]
struct AskPage {
    page: Page,
    form: Form,
    kind: Kind,
    /// Whether the plan is exact: nothing is left to fill in.
    ready: bool,
    fits: Vec<Line>,
    left: Vec<Line>,
    ticked: Vec<String>,
    people: Vec<(String, String)>,
    severities: Vec<(&'static str, &'static str)>,
    outcomes: Vec<(&'static str, &'static str)>,
}

impl AskPage {
    fn people(&self) -> Vec<(&str, &str)> {
        self.people.iter().map(|(id, name)| (id.as_str(), name.as_str())).collect()
    }

    /// `Close 3 cases`.
    fn button(&self) -> String {
        let cases = if self.fits.len() == 1 { "1 case".to_owned() } else { format!("{} cases", self.fits.len()) };
        match self.kind {
            Kind::Take => format!("Give {cases} to me"),
            Kind::Assign => format!("Give {cases} to this person"),
            Kind::Severity => format!("Set the severity of {cases}"),
            Kind::Close => format!("Close {cases}"),
            Kind::StopWaiting => format!("Stop waiting in {cases}"),
            Kind::Watch => format!("Watch {cases}"),
            Kind::Unwatch => format!("Stop watching {cases}"),
        }
    }
}

/// Everything that a press on the list or on the page brings.
struct Press {
    viewer: Viewer,
    kind: Kind,
    form: Form,
    ticked: Vec<Ticked>,
}

impl Press {
    /// Nothing when nothing is asked for that there is: then the list is shown again.
    async fn read(staff: Staff, form: FormData) -> Result<Option<Self>, Problem> {
        let form = Form::of(form.fields().await?);
        // A button beside the list has its own deed.
        let word = form.optional("at-once").unwrap_or_else(|| form.value("what").to_owned());
        let Some(kind) = Kind::of(&word) else { return Ok(None) };
        let ticked = Ticked::of(form.fields(), PAGE);
        Ok(Some(Self { viewer: Viewer::from(staff), kind, form, ticked }))
    }
}

/// Shows what would happen. Nothing changes.
pub(super) async fn ask(State(app): State<App>, staff: Staff, view: View, form: FormData) -> Reply {
    let Some(mut press) = Press::read(staff, form).await? else { return Ok(see_other("/desk")) };
    let filled = !press.kind.asks() || press.form.value("step") == "check";
    let deed = if filled { press.kind.deed(&mut press.form, press.viewer.person) } else { None };
    let deed = deed.filter(|_| press.form.ok());
    draw(&app, &view, press, deed.as_ref()).await
}

async fn draw(app: &App, view: &View, mut press: Press, mut deed: Option<&Deed>) -> Result<Response, Problem> {
    let mut tx = app.store.read().await?;
    let people = colleagues(&mut tx, &app.store).await?;
    let about = About { kind: press.kind, deed, colleagues: &people };
    let (mut planned, mut outcomes) = plan(&mut tx, &app.store, &press.viewer, (&press.ticked, &about)).await?;
    // What was filled in fits no case: it is asked for again, with the words that were typed.
    if deed.is_some()
        && planned.iter().all(|one| one.fate.is_err())
        && let Some(Err(unfit)) =
            planned.iter().map(|one| &one.fate).find(|fate| fate.as_ref().is_err_and(Unfit::is_of_field))
    {
        press.form.refuse(&unfit.field, unfit.why.clone());
        deed = None;
        let about = About { kind: press.kind, deed, colleagues: &people };
        (planned, outcomes) = plan(&mut tx, &app.store, &press.viewer, (&press.ticked, &about)).await?;
    }
    drop(tx);
    let (mut fits, mut left) = (Vec::new(), Vec::new());
    for Planned { name, title, fate, .. } in planned {
        match fate {
            Ok(words) => fits.push(Line { name, title, words: words.to_owned() }),
            Err(unfit) => left.push(Line { name, title, words: unfit.why }),
        }
    }
    let ok = press.form.ok();
    let page = AskPage {
        page: view.page(press.kind.label()).with_errors(!ok),
        ready: deed.is_some() && !fits.is_empty(),
        kind: press.kind,
        fits,
        left,
        ticked: press.ticked.iter().map(Ticked::value).collect(),
        people: choices(&people),
        severities: Severity::ALL
            .iter()
            .rev()
            .map(|s| (s.as_str(), web::layout::SeverityBars::from(Some(*s)).word))
            .collect(),
        outcomes: outcomes.iter().map(|Choice { value, label }| (*value, *label)).collect(),
        form: press.form,
    };
    Ok(if ok { view.show(&page) } else { view.show_again(&page) })
}

fn choices(people: &[Colleague]) -> Vec<(String, String)> {
    let mut all = vec![(String::new(), "Choose one".to_owned()), ("nobody".to_owned(), "Nobody".to_owned())];
    all.extend(people.iter().map(|c| (c.id.to_string(), c.name.clone())));
    all
}

/// Does it to those that fit now.
pub(super) async fn perform(State(app): State<App>, staff: Staff, view: View, form: FormData) -> Reply {
    let Some(mut press) = Press::read(staff, form).await? else { return Ok(see_other("/desk")) };
    let deed = press.kind.deed(&mut press.form, press.viewer.person).filter(|_| press.form.ok());
    let Some(deed) = deed else { return draw(&app, &view, press, None).await };
    let Press { viewer, kind, form, ticked } = press;
    let done = carry_out(&app, &viewer, (kind, deed, &ticked), form.value("idempotency")).await;
    let id = done.map_err(|problem| problem.keeping(form.fields().clone()))?;
    Ok(see_other(&format!("/desk/bulk/{id}")))
}

/// Does it to those that fit now, once for the same key; gives the id of the record. What cannot be seen is left
/// out as if it were not there.
pub(super) async fn carry_out(
    app: &App,
    viewer: &Viewer,
    (kind, deed, ticked): (Kind, Deed, &[Ticked]),
    key: &str,
) -> Result<Uuid, Problem> {
    let mut tx = app.store.read().await?;
    let people = colleagues(&mut tx, &app.store).await?;
    let about = About { kind, deed: Some(&deed), colleagues: &people };
    let (planned, _) = plan(&mut tx, &app.store, viewer, (ticked, &about)).await?;
    drop(tx);
    let (mut fits, mut left) = (Vec::new(), Vec::new());
    for Planned { id, seen, name, fate, .. } in planned {
        match fate {
            Ok(_) => fits.push((id, seen)),
            Err(unfit) => left.push(Left { name, why: unfit.why }),
        }
    }
    let by = viewer.person;
    let values: Vec<String> = ticked.iter().map(Ticked::value).collect();
    let said = serde_json::to_vec(&(&deed, &values)).map_err(Problem::internal)?;
    let once = Once::new(&app.store, key, (&by.to_string(), "bulk"), &said);
    let store = app.store.clone();
    let done = once.write(&app.store, move |tx| {
        Box::pin(async move { record::perform(tx, &store, by, (deed, fits, left)).await })
    });
    Ok(done.await?)
}

#[derive(Template)]
#[template(path = "bulk/templates/done.html")]
struct DonePage {
    page: Page,
    href: String,
    /// `3 cases closed`.
    what: String,
    done: Vec<String>,
    left: Vec<Left>,
    undone: bool,
    back: Vec<String>,
    kept: Vec<Left>,
    /// Until when it can be undone; nothing when that is over.
    until: Option<Moment>,
    late: bool,
}

pub(super) async fn show(State(app): State<App>, staff: Staff, view: View, Path(id): Path<Uuid>) -> Reply {
    after(&app, &view, (&Viewer::from(staff), id, false)).await
}

async fn after(app: &App, view: &View, (viewer, id, late): (&Viewer, Uuid, bool)) -> Reply {
    let mut tx = app.store.read().await?;
    let (stored, _) = record::read(&mut tx, &app.store, (viewer.person, id), false).await?;
    drop(tx);
    let until = stored.at.plus(UNDO);
    let open = !stored.undone && !stored.record.done.is_empty() && app.store.ambient().now() <= until;
    let done: Vec<String> = stored.record.done.into_iter().map(|done| done.name).collect();
    let cases = if done.len() == 1 { "1 case".to_owned() } else { format!("{} cases", done.len()) };
    Ok(view.show(&DonePage {
        page: view.page("Done"),
        href: format!("/desk/bulk/{id}"),
        what: format!("{cases} {}", stored.record.deed.past()),
        done,
        left: stored.record.left,
        undone: stored.undone,
        back: stored.record.back,
        kept: stored.record.kept,
        until: open.then(|| until.into()),
        late,
    }))
}

pub(super) async fn undo(
    State(app): State<App>,
    staff: Staff,
    view: View,
    Path(id): Path<Uuid>,
    form: FormData,
) -> Reply {
    form.fields().await?;
    let viewer = Viewer::from(staff);
    let (store, by) = (app.store.clone(), viewer.clone());
    let done: Result<(), EngineError> =
        app.store.write(move |tx| Box::pin(async move { record::undo(tx, &store, &by, id).await })).await;
    match done {
        Ok(()) => Ok(see_other(&format!("/desk/bulk/{id}"))),
        // Undone before, or too late: the page says which.
        Err(EngineError::Stale { .. }) => after(&app, &view, (&viewer, id, true)).await,
        Err(error) => Err(error.into()),
    }
}
