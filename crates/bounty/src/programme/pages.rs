//! Pages of the desk on which programmes are made and changed.

use super::changes::changes;
use super::store::{self, Edit, Version};
use super::{Brief, Drawn};
use accounts::person;
use askama::Template;
use axum::extract::State;
use db::Tx;
use desk::Viewer;
use desk::engine::EngineError;
use desk::once::Once;
use domain::case::Refused;
use domain::{Intake, Permission, PersonId, ProgrammeId};
use std::collections::BTreeMap;
use web::layout::Moment;
use web::{App, Fields, Form, FormData, Page, Path, Problem, Reply, Staff, View, see_other};

const LIST: &str = "/desk/settings/programmes";
const STALE: &str = "Somebody changed this programme since you opened it. Copy what you typed, open it again and make your change anew.";
const INTAKES: &[(&str, &str)] = &[
    ("open", "Every report"),
    ("critical", "Only critical ones that come with proof"),
    ("closed", "Nothing new; reports that are here go on"),
];

struct Line {
    slug: String,
    name: String,
    takes: &'static str,
    scope: String,
    version: i64,
}

#[derive(Template)]
#[template(path = "programme/templates/list.html")]
struct ListPage {
    page: Page,
    lines: Vec<Line>,
}

#[derive(Template)]
#[template(path = "programme/templates/one.html")]
struct OnePage {
    page: Page,
    form: Form,
    /// Where the form goes.
    href: String,
    slug: String,
    is_new: bool,
    intakes: &'static [(&'static str, &'static str)],
    preview: Option<Drawn>,
    trouble: &'static str,
}

struct VersionLine {
    number: i64,
    at: Moment,
    by: String,
}

#[derive(Template)]
#[template(path = "programme/templates/versions.html")]
struct VersionsPage {
    page: Page,
    slug: String,
    name: String,
    lines: Vec<VersionLine>,
}

#[derive(Template)]
#[template(path = "programme/templates/version.html")]
struct VersionPage {
    page: Page,
    /// Where it was come from.
    up: String,
    up_words: String,
    drawn: Drawn,
    number: i64,
    since: Moment,
    until: Option<Moment>,
    by: String,
    changes: Vec<String>,
}

/// Programmes are the house's: a grant in a smaller scope does not reach their texts.
fn in_charge(staff: Staff) -> Result<Viewer, Problem> {
    let viewer = Viewer::from(staff);
    if viewer.may_house(Permission::ManageSettings) { Ok(viewer) } else { Err(Problem::not_found()) }
}

pub(super) async fn list(State(app): State<App>, staff: Staff, view: View) -> Reply {
    in_charge(staff)?;
    let mut tx = app.store.read().await?;
    let lines = store::list(&mut tx, &app.store).await?.into_iter().map(|programme| Line {
        takes: INTAKES.iter().find(|(word, _)| *word == programme.brief.intake.as_str()).map_or("", |(_, words)| words),
        scope: format!("{} in, {} out", programme.brief.in_scope.len(), programme.brief.out_of_scope.len()),
        slug: programme.brief.slug,
        name: programme.brief.name,
        version: programme.version,
    });
    let lines = lines.collect();
    Ok(view.show(&ListPage { page: view.page("Programmes"), lines }))
}

pub(super) async fn ask(staff: Staff, view: View) -> Reply {
    in_charge(staff)?;
    Ok(draw(&view, (None, filled(&Brief::named("", ""), 0)), (None, "")))
}

pub(super) async fn show(State(app): State<App>, staff: Staff, view: View, Path(slug): Path<String>) -> Reply {
    in_charge(staff)?;
    let mut tx = app.store.read().await?;
    let found = store::by_slug(&mut tx, &app.store, &slug).await?.ok_or_else(Problem::not_found)?;
    Ok(draw(&view, (Some(slug), filled(&found.brief, found.version)), (None, "")))
}

pub(super) async fn create(State(app): State<App>, staff: Staff, view: View, form: FormData) -> Reply {
    let by = in_charge(staff)?.person;
    let mut form = Form::of(form.fields().await?);
    let slug = form.value("slug").trim().to_owned();
    let Some(brief) = read(&mut form, &slug) else { return Ok(draw(&view, (None, form), (None, ""))) };
    if form.value("do") == "preview" {
        return Ok(draw(&view, (None, form), (Some(brief), "")));
    }
    let said = serde_json::to_vec(&brief).map_err(Problem::internal)?;
    let once = Once::new(&app.store, form.value("idempotency"), (&by.to_string(), "programme"), &said);
    let store = app.store.clone();
    let made: Result<ProgrammeId, EngineError> =
        once.write(&app.store, move |tx| Box::pin(async move { store::create(tx, &store, (by, &brief)).await })).await;
    settle(&view, (None, form), made.map(|_| slug))
}

pub(super) async fn change(
    State(app): State<App>,
    staff: Staff,
    view: View,
    Path(slug): Path<String>,
    form: FormData,
) -> Reply {
    let by = in_charge(staff)?.person;
    let mut form = Form::of(form.fields().await?);
    let mut tx = app.store.read().await?;
    store::by_slug(&mut tx, &app.store, &slug).await?.ok_or_else(Problem::not_found)?;
    drop(tx);
    let Some(brief) = read(&mut form, &slug) else { return Ok(draw(&view, (Some(slug), form), (None, ""))) };
    if form.value("do") == "preview" {
        return Ok(draw(&view, (Some(slug), form), (Some(brief), "")));
    }
    let edit = Edit { by, seen: form.value("version").parse().unwrap_or_default(), brief };
    let store = app.store.clone();
    let done: Result<(), EngineError> =
        app.store.write(move |tx| Box::pin(async move { store::change(tx, &store, &edit).await.map(|_| ()) })).await;
    settle(&view, (Some(slug.clone()), form), done.map(|()| slug))
}

pub(super) async fn versions(State(app): State<App>, staff: Staff, view: View, Path(slug): Path<String>) -> Reply {
    in_charge(staff)?;
    let mut tx = app.store.read().await?;
    let found = store::by_slug(&mut tx, &app.store, &slug).await?.ok_or_else(Problem::not_found)?;
    let all = store::versions(&mut tx, found.id).await?;
    let mut names = BTreeMap::new();
    let mut lines = Vec::with_capacity(all.len());
    for version in all {
        let by = writer(&app, &mut tx, (&version, &mut names)).await?;
        lines.push(VersionLine { number: version.number, at: version.at.into(), by });
    }
    let page = view.page(&format!("Versions of {}", found.brief.name));
    Ok(view.show(&VersionsPage { page, slug, name: found.brief.name, lines }))
}

pub(super) async fn version(
    State(app): State<App>,
    staff: Staff,
    view: View,
    Path((slug, number)): Path<(String, i64)>,
) -> Reply {
    in_charge(staff)?;
    let mut tx = app.store.read().await?;
    let found = store::by_slug(&mut tx, &app.store, &slug).await?.ok_or_else(Problem::not_found)?;
    let up = (format!("{LIST}/{slug}/versions"), "Versions".to_owned());
    draw_version(&app, &mut tx, &view, (found.id, number), up).await
}

/// The text under which a report came, for whoever may read the case.
pub(super) async fn of_case(State(app): State<App>, staff: Staff, view: View, Path(reference): Path<String>) -> Reply {
    let viewer = Viewer::from(staff);
    let mut tx = app.store.read().await?;
    let case = viewer.case(&mut tx, &app.store, (&reference, Permission::ReadCases)).await?;
    let number = case.brief.ok_or_else(Problem::not_found)?;
    let up = (format!("/desk/cases/{}", case.name()), case.name());
    draw_version(&app, &mut tx, &view, (case.facts.programme, number), up).await
}

async fn draw_version(
    app: &App,
    tx: &mut Tx,
    view: &View,
    (id, number): (ProgrammeId, i64),
    (up, up_words): (String, String),
) -> Reply {
    let this = store::version(tx, (id, number)).await?.ok_or_else(Problem::not_found)?;
    let next = store::version(tx, (id, number.saturating_add(1))).await?;
    let brief = store::at_version(tx, &app.store, (id, number)).await?.ok_or_else(Problem::not_found)?;
    let before = store::at_version(tx, &app.store, (id, number.saturating_sub(1))).await?;
    let page = VersionPage {
        page: view.page(&format!("{}, version {number}", brief.name)),
        up,
        up_words,
        number,
        since: this.at.into(),
        until: next.map(|next| next.at.into()),
        by: writer(app, tx, (&this, &mut BTreeMap::new())).await?,
        changes: before.map(|before| changes(&before, &brief)).unwrap_or_default(),
        drawn: brief.into(),
    };
    Ok(view.show(&page))
}

/// Who wrote a version.
async fn writer(
    app: &App,
    tx: &mut Tx,
    (version, names): (&Version, &mut BTreeMap<PersonId, String>),
) -> Result<String, Problem> {
    let Some(person) = version.by else { return Ok("the configuration file".to_owned()) };
    if let Some(name) = names.get(&person) {
        return Ok(name.clone());
    }
    let name = person::name_of(tx, app.store.keys(), person).await?;
    names.insert(person, name.clone());
    Ok(name)
}

/// The form of a programme as it is.
fn filled(brief: &Brief, version: i64) -> Form {
    let mut fields = Fields::default();
    fields.set("version", version.to_string());
    fields.set("slug", brief.slug.clone());
    fields.set("intake", brief.intake.as_str());
    let texts = [
        ("name", &brief.name),
        ("brief", &brief.brief),
        ("rules", &brief.rules),
        ("good_faith", &brief.good_faith),
        ("disclosure", &brief.disclosure),
        ("contact", &brief.contact),
    ];
    for (name, text) in texts {
        fields.set(name, text.clone());
    }
    let lists =
        [("in_scope", &brief.in_scope), ("out_of_scope", &brief.out_of_scope), ("exclusions", &brief.exclusions)];
    for (name, list) in lists {
        fields.set(name, list.join("\n"));
    }
    fields.set("first_answer_days", brief.first_answer_days.to_string());
    fields.set("draft_days", brief.draft_days.to_string());
    Form::of(fields)
}

/// What was typed; none with the errors beside it.
fn read(form: &mut Form, slug: &str) -> Option<Brief> {
    let lines = |form: &Form, name: &str| -> Vec<String> {
        form.value(name).lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
    };
    let words = |form: &Form, name: &str| form.value(name).replace("\r\n", "\n").trim().to_owned();
    let intake = form.parsed::<Intake>("intake", "Say what it takes");
    let first_answer_days = form.parsed("first_answer_days", "Write a number from 1 to 90");
    let draft_days = form.parsed("draft_days", "Write a number from 1 to 90");
    let (intake, first_answer_days, draft_days) = (intake?, first_answer_days?, draft_days?);
    let brief = Brief {
        slug: slug.to_owned(),
        name: words(form, "name"),
        brief: words(form, "brief"),
        in_scope: lines(form, "in_scope"),
        out_of_scope: lines(form, "out_of_scope"),
        first_answer_days,
        contact: words(form, "contact"),
        good_faith: words(form, "good_faith"),
        draft_days,
        rules: words(form, "rules"),
        exclusions: lines(form, "exclusions"),
        disclosure: words(form, "disclosure"),
        intake,
    };
    if let Err(error) = brief.check() {
        form.refuse(error.setting, error.sentence());
    }
    form.ok().then_some(brief)
}

/// To the programme, or the form again with what was wrong.
fn settle(view: &View, (slug, mut form): (Option<String>, Form), done: Result<String, EngineError>) -> Reply {
    match done {
        Ok(slug) => Ok(see_other(&format!("{LIST}/{slug}"))),
        Err(EngineError::Stale { .. }) => Ok(draw(view, (slug, form), (None, STALE))),
        Err(EngineError::Refused(Refused::Invalid { field, message })) => {
            form.refuse(&field, message);
            Ok(draw(view, (slug, form), (None, "")))
        }
        Err(other) => Err(Problem::from(other).keeping(form.fields().clone())),
    }
}

fn draw(
    view: &View,
    (slug, form): (Option<String>, Form),
    (preview, trouble): (Option<Brief>, &'static str),
) -> axum::response::Response {
    let ok = form.ok() && trouble.is_empty();
    let is_new = slug.is_none();
    let title = if is_new { "New programme" } else { "Programme" };
    let slug = slug.unwrap_or_default();
    let page = OnePage {
        page: view.page(title).with_errors(!ok),
        form,
        href: if is_new { format!("{LIST}/new") } else { format!("{LIST}/{slug}") },
        slug,
        is_new,
        intakes: INTAKES,
        preview: preview.map(Drawn::from),
        trouble,
    };
    if ok { view.show(&page) } else { view.show_again(&page) }
}
