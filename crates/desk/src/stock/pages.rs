//! Pages of the stock answers.

use super::store::{self, Answer, Change, Words};
use crate::calendar::pages::in_charge;
use crate::engine::EngineError;
use crate::once::Once;
use crate::programmes;
use askama::Template;
use axum::extract::State;
use domain::case::Refused;
use domain::template::{self, Variable};
use domain::{ProgrammeId, ReporterText, Uuid};
use web::{App, Fields, Form, FormData, Page, Path, Problem, Reply, Staff, View, see_other};

const LIST: &str = "/desk/settings/answers";
const STALE: &str = "Somebody changed this answer since you opened it. Open it again and make your change anew.";

struct Line {
    href: String,
    name: String,
    place: String,
    begins: String,
}

#[derive(Template)]
#[template(path = "stock/templates/list.html")]
struct ListPage {
    page: Page,
    lines: Vec<Line>,
}

#[derive(Template)]
#[template(path = "stock/templates/one.html")]
struct AnswerPage {
    page: Page,
    form: Form,
    /// Where the form goes.
    href: String,
    is_new: bool,
    /// Programmes it can be for: id and address.
    programmes: Vec<(String, String)>,
    variables: Vec<(&'static str, &'static str)>,
    /// As a reporter would read it.
    preview: Option<ReporterText>,
    trouble: &'static str,
}

impl AnswerPage {
    fn choices(&self) -> Vec<(&str, &str)> {
        let programmes = self.programmes.iter().map(|(id, slug)| (id.as_str(), slug.as_str()));
        std::iter::once(("", "All programmes")).chain(programmes).collect()
    }
}

/// What each variable becomes, and what stands for it in a preview.
const VARIABLES: &[(Variable, &str, &str)] = &[
    (Variable::Case, "name of the case", "REP-12"),
    (Variable::Reporter, "what the reporter goes by", "quietharbour"),
    (Variable::Programme, "name of the programme", "Acme reports"),
    (Variable::State, "state of the case", "accepted"),
    (Variable::Due, "day on which the next clock is due", "25 Nov 2026"),
    (Variable::Me, "your name", "Ines Okafor"),
];

pub(super) async fn list(State(app): State<App>, staff: Staff, view: View) -> Reply {
    in_charge(staff)?;
    let mut tx = app.store.read().await?;
    let programmes = programmes::all(&mut tx).await?;
    let line = |answer: Answer| Line {
        href: format!("{LIST}/{}", answer.id),
        place: place(&programmes, answer.programme),
        begins: answer.words.text.chars().take(80).collect(),
        name: answer.words.name,
    };
    let lines = store::list(&mut tx, &app.store).await?.into_iter().map(line).collect();
    Ok(view.show(&ListPage { page: view.page("Stock answers"), lines }))
}

fn place(programmes: &[(ProgrammeId, String)], only: Option<ProgrammeId>) -> String {
    let slug = |id| programmes.iter().find(|(known, _)| *known == id).map(|(_, slug)| slug.clone());
    only.map_or("all programmes".to_owned(), |id| slug(id).unwrap_or_default())
}

pub(super) async fn ask(State(app): State<App>, staff: Staff, view: View) -> Reply {
    in_charge(staff)?;
    draw(&app, &view, (None, Form::empty()), (None, "")).await
}

pub(super) async fn show(State(app): State<App>, staff: Staff, view: View, Path(id): Path<Uuid>) -> Reply {
    in_charge(staff)?;
    let mut tx = app.store.read().await?;
    let answer = store::find(&mut tx, &app.store, id).await?;
    drop(tx);
    draw(&app, &view, (Some(id), stored(&answer)), (None, "")).await
}

fn stored(answer: &Answer) -> Form {
    let mut fields = Fields::default();
    fields.set("version", answer.version.to_string());
    fields.set("name", answer.words.name.clone());
    fields.set("text", answer.words.text.clone());
    fields.set("programme", answer.programme.map(|id| id.to_string()).unwrap_or_default());
    Form::of(fields)
}

/// What was typed, or its errors beside it.
async fn read(app: &App, form: &mut Form) -> Result<Option<(Option<ProgrammeId>, Words)>, Problem> {
    let programme = match form.value("programme") {
        "" => None,
        id => {
            let mut tx = app.store.read().await?;
            let known = programmes::all(&mut tx).await?;
            let found = known.iter().find(|(known, _)| known.to_string() == id).map(|(id, _)| *id);
            if found.is_none() {
                form.refuse("programme", "Pick a programme, or all of them");
            }
            found
        }
    };
    let words = match Words::new(form.value("name"), form.value("text")) {
        Ok(words) => Some(words),
        Err(Refused::Invalid { field, message }) => {
            form.refuse(&field, message);
            None
        }
        Err(other) => return Err(EngineError::from(other).into()),
    };
    Ok(words.filter(|_| form.ok()).map(|words| (programme, words)))
}

pub(super) async fn create(State(app): State<App>, staff: Staff, view: View, form: FormData) -> Reply {
    let by = in_charge(staff)?.person;
    let mut form = Form::of(form.fields().await?);
    let Some((programme, words)) = read(&app, &mut form).await? else {
        return draw(&app, &view, (None, form), (None, "")).await;
    };
    if form.value("do") == "preview" {
        return draw(&app, &view, (None, form), (Some(words), "")).await;
    }
    let said = format!("{programme:?} {} {}", words.name, words.text);
    let once = Once::new(&app.store, form.value("idempotency"), (&by.to_string(), "stock answer"), said.as_bytes());
    let store = app.store.clone();
    let made = once
        .write(&app.store, move |tx| Box::pin(async move { store::create(tx, &store, (by, programme, words)).await }));
    settle(&app, &view, (None, form), made.await.map(|_| ())).await
}

pub(super) async fn change(
    State(app): State<App>,
    staff: Staff,
    view: View,
    Path(id): Path<Uuid>,
    form: FormData,
) -> Reply {
    let by = in_charge(staff)?.person;
    let mut form = Form::of(form.fields().await?);
    let mut tx = app.store.read().await?;
    store::find(&mut tx, &app.store, id).await?;
    drop(tx);
    let Some(wanted) = read(&app, &mut form).await? else {
        return draw(&app, &view, (Some(id), form), (None, "")).await;
    };
    if form.value("do") == "preview" {
        return draw(&app, &view, (Some(id), form), (Some(wanted.1), "")).await;
    }
    let change = Change { id, seen: form.value("version").parse().unwrap_or_default(), by };
    let store = app.store.clone();
    let done: Result<(), EngineError> = app
        .store
        .write(move |tx| Box::pin(async move { store::change(tx, &store, change, wanted).await.map(|_| ()) }))
        .await;
    settle(&app, &view, (Some(id), form), done).await
}

pub(super) async fn remove(
    State(app): State<App>,
    staff: Staff,
    view: View,
    Path(id): Path<Uuid>,
    form: FormData,
) -> Reply {
    let by = in_charge(staff)?.person;
    let form = Form::of(form.fields().await?);
    let mut tx = app.store.read().await?;
    let answer = store::find(&mut tx, &app.store, id).await?;
    drop(tx);
    let change = Change { id, seen: form.value("version").parse().unwrap_or_default(), by };
    let store = app.store.clone();
    let done: Result<(), EngineError> =
        app.store.write(move |tx| Box::pin(async move { store::remove(tx, &store, change).await })).await;
    settle(&app, &view, (Some(id), stored(&answer)), done).await
}

/// To the list, or the form again with what was wrong.
async fn settle(app: &App, view: &View, (id, mut form): (Option<Uuid>, Form), done: Result<(), EngineError>) -> Reply {
    match done {
        Ok(()) => Ok(see_other(LIST)),
        Err(EngineError::Stale { .. }) => draw(app, view, (id, form), (None, STALE)).await,
        Err(EngineError::Refused(Refused::Invalid { field, message })) => {
            form.refuse(&field, message);
            draw(app, view, (id, form), (None, "")).await
        }
        Err(other) => Err(other.into()),
    }
}

async fn draw(
    app: &App,
    view: &View,
    (id, form): (Option<Uuid>, Form),
    (words, trouble): (Option<Words>, &'static str),
) -> Reply {
    let mut tx = app.store.read().await?;
    let programmes = programmes::all(&mut tx).await?;
    drop(tx);
    let ok = form.ok() && trouble.is_empty();
    let title = if id.is_none() { "New stock answer" } else { "Stock answer" };
    let page = AnswerPage {
        page: view.page(title).with_errors(!ok),
        form,
        href: id.map_or(format!("{LIST}/new"), |id| format!("{LIST}/{id}")),
        is_new: id.is_none(),
        programmes: programmes.into_iter().map(|(id, slug)| (id.to_string(), slug)).collect(),
        variables: VARIABLES.iter().map(|(variable, what, _)| (variable.as_str(), *what)).collect(),
        preview: words.as_ref().and_then(preview),
        trouble,
    };
    Ok(if ok { view.show(&page) } else { view.show_again(&page) })
}

fn preview(words: &Words) -> Option<ReporterText> {
    let value = |wanted| VARIABLES.iter().find(|(known, ..)| *known == wanted).map_or("", |(.., sample)| sample);
    let filled = template::Template::parse(&words.text).ok()?.fill(|variable| value(variable).to_owned());
    ReporterText::new(filled).ok()
}
