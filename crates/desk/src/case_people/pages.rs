//! The page of the people of a case.

use super::change;
use super::gather::{People, Somebody, people};
use crate::Viewer;
use crate::engine::{self, EngineError, Loaded};
use crate::researchers::Line;
use accounts::researcher::Researcher;
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use domain::Permission;
use domain::case::{CO_REPORTERS_MAX, Shares};
use web::{App, Fields, Form, FormData, Page, Path, Reply, Staff, View, see_other};

/// Empty lines for more co-reporters.
const MORE: usize = 2;

/// One line of the form of shares.
struct Row {
    name: String,
    name_label: String,
    percent: String,
    percent_label: String,
}

#[derive(Template)]
#[template(path = "case_people/templates/people.html")]
#[expect(clippy::struct_excessive_bools, reason = "a page asks many small questions")]
struct PeoplePage {
    page: Page,
    form: Form,
    href: String,
    name: String,
    title: String,
    version: i64,
    trouble: &'static str,
    people: People,
    me: String,
    restricted: bool,
    watching: bool,
    may_name: bool,
    may_share: bool,
    rows: Vec<Row>,
    /// Who follows it from an account.
    reporters: Vec<Line>,
    /// Whether that is said here: of a part it is said on the report.
    reporters_here: bool,
    /// From whose account we took it, where it can go back.
    taken_from: Option<Researcher>,
    /// Whether it opens by a code as well.
    has_code: bool,
}

impl PeoplePage {
    fn choices(&self) -> Vec<(String, &str)> {
        std::iter::once((String::new(), "Choose one"))
            .chain(self.people.could.iter().map(|c| (c.id.to_string(), c.name.as_str())))
            .collect()
    }

    fn is_me(&self, somebody: &Somebody) -> bool {
        somebody.id.to_string() == self.me
    }
}

pub(super) async fn show(State(app): State<App>, staff: Staff, view: View, path: Path<String>) -> Reply {
    let viewer = Viewer::from(staff);
    let case = seen(&app, &viewer, (&path.0, Permission::ReadTeamText)).await?;
    draw((&app, &view, &viewer), case, (Form::empty(), "")).await
}

pub(super) async fn watch(State(app): State<App>, staff: Staff, path: Path<String>, form: FormData) -> Reply {
    let fields = form.fields().await?;
    let viewer = Viewer::from(staff);
    let case = seen(&app, &viewer, (&path.0, Permission::ReadCases)).await?;
    change::watch(&app.store, (case.id, viewer.person), fields.get("do") != "stop").await?;
    let back = if fields.get("back") == "people" { "/people" } else { "" };
    Ok(see_other(&format!("/desk/cases/{}{back}", case.name())))
}

/// The case, if this viewer may do this to it.
pub(super) async fn seen(
    app: &App,
    viewer: &Viewer,
    (reference, permission): (&str, Permission),
) -> Result<Loaded, EngineError> {
    let mut tx = app.store.read().await?;
    viewer.case(&mut tx, &app.store, (reference, permission)).await
}

/// The page, with what was typed and why it was not taken.
pub(super) async fn draw(
    (app, view, viewer): (&App, &View, &Viewer),
    case: Loaded,
    (form, trouble): (Form, &'static str),
) -> Reply {
    let mut tx = app.store.read().await?;
    let people = people(&mut tx, &app.store, &case).await?;
    let reporters = Line::of_case(&mut tx, &app.store, (viewer, case.id)).await?;
    let reporters_here = engine::home(&mut tx, case.id).await? == case.id;
    let taken_from = engine::taken_out_of(&mut tx, &app.store, &case).await?.filter(|_| reporters_here);
    let has_code = engine::has_code(&mut tx, case.id).await?;
    drop(tx);
    let name = case.name();
    let ok = form.ok() && trouble.is_empty();
    let may = |permission| viewer.may(permission, &case.facts);
    let shares = people.offered.as_ref().unwrap_or(&people.shares);
    let stored = stored(shares);
    let rows = (shares.others().len() + MORE).max(typed_rows(&form)).min(CO_REPORTERS_MAX);
    let page = PeoplePage {
        page: view.page(&format!("People of {name}")).with_errors(!ok),
        form: form.beside(&stored),
        href: format!("/desk/cases/{name}"),
        version: case.version,
        trouble,
        me: viewer.person.to_string(),
        restricted: case.facts.restricted,
        watching: people.watchers.iter().any(|w| w.id == viewer.person),
        may_name: may(Permission::RestrictCases),
        may_share: may(Permission::ActOnCases),
        rows: (1..=rows).map(row).collect(),
        people,
        reporters,
        reporters_here,
        taken_from,
        has_code,
        title: case.title,
        name,
    };
    let status = match (ok, trouble.is_empty()) {
        (true, _) => StatusCode::OK,
        (false, false) => StatusCode::PRECONDITION_FAILED,
        (false, true) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    Ok(view.show_as(status, &page))
}

fn row(place: usize) -> Row {
    Row {
        name: format!("name-{place}"),
        name_label: format!("Name of co-reporter {place}"),
        percent: format!("percent-{place}"),
        percent_label: format!("Share of co-reporter {place}, in %"),
    }
}

fn typed_rows(form: &Form) -> usize {
    (1..=CO_REPORTERS_MAX).rev().find(|n| !form.value(&format!("name-{n}")).is_empty()).unwrap_or(0)
}

fn stored(shares: &Shares) -> Form {
    let mut fields = Fields::default();
    fields.set("reporter", shares.reporter().to_string());
    for (place, other) in (1..).zip(shares.others()) {
        fields.set(&format!("name-{place}"), other.name.as_str());
        fields.set(&format!("percent-{place}"), other.percent.to_string());
    }
    Form::of(fields)
}
