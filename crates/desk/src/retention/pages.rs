//! The pages: every rule, and one with what it would do.

use super::due::{self, Preview};
use super::store::{self, Change, Rules, Scope};
use super::words::{of_preview, of_rule};
use super::{changes, looks};
use crate::engine::EngineError;
use askama::Template;
use axum::extract::State;
use domain::retention::{DAYS_MAX, MONTHS_MAX, Rule};
use serde::Deserialize;
use web::layout::{Moment, day};
use web::{App, Fields, Form, FormData, Page, Path, Problem, Query, Reply, Staff, View, see_other};

const LIST: &str = "/desk/settings/retention";
const STALE: &str = "Somebody changed a rule since you opened this. Open it again and make your change anew.";

struct Line {
    href: String,
    place: String,
    words: String,
    /// From when it erases, while that is still to come.
    from: String,
}

#[derive(Template)]
#[template(path = "retention/templates/list.html")]
struct ListPage {
    page: Page,
    lines: Vec<Line>,
}

struct Row {
    name: String,
    changed: Moment,
    why: String,
}

#[derive(Template)]
#[template(path = "retention/templates/one.html")]
struct RulePage {
    page: Page,
    form: Form,
    href: String,
    place: String,
    /// What the rule that is looked at says, and what it would do.
    words: String,
    would: String,
    rows: Vec<Row>,
    more: i64,
    is_house: bool,
    has_own: bool,
    may_change: bool,
    trouble: &'static str,
}

/// A rule that is looked at before it is set.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    closed_months: Option<String>,
    spam_days: Option<String>,
}

pub(super) async fn list(State(app): State<App>, staff: Staff, view: View) -> Reply {
    looks(staff)?;
    let mut tx = app.store.read().await?;
    let (_, rules) = store::read(&mut tx, &app.store).await?;
    let now = app.store.ambient().now();
    let line = |scope: Scope| {
        let own = rules.own(&scope);
        let from = own.and_then(|rule| rule.from).filter(|from| *from > now);
        Line {
            href: format!("{LIST}/{}", scope.slug()),
            words: own.map_or("As the house.".to_owned(), |rule| of_rule(&rule)),
            from: from.map(|from| format!("Not before {}.", day(from))).unwrap_or_default(),
            place: if scope == Scope::House { "The house".to_owned() } else { scope.words() },
        }
    };
    let lines = store::scopes(&mut tx).await?.into_iter().map(line).collect();
    Ok(view.show(&ListPage { page: view.page("Retention"), lines }))
}

pub(super) async fn show(
    State(app): State<App>,
    staff: Staff,
    view: View,
    Path(slug): Path<String>,
    Query(asked): Query<Asked>,
) -> Reply {
    let viewer = looks(staff)?;
    let mut tx = app.store.read().await?;
    let scope = store::scope(&mut tx, &slug).await?;
    let (version, rules) = store::read(&mut tx, &app.store).await?;
    drop(tx);
    let mut fields = Fields::default();
    fields.set("version", version.to_string());
    let there = rules.own(&scope).unwrap_or(rules.house);
    let typed = |asked: Option<String>, there: Option<u32>| {
        asked.unwrap_or_else(|| there.map(|n| n.to_string()).unwrap_or_default())
    };
    fields.set("closed_months", typed(asked.closed_months, there.closed_months));
    fields.set("spam_days", typed(asked.spam_days, there.spam_days));
    draw(&app, &view, (scope, rules), (Form::of(fields), changes(&viewer), "")).await
}

pub(super) async fn change(
    State(app): State<App>,
    staff: Staff,
    view: View,
    Path(slug): Path<String>,
    form: FormData,
) -> Reply {
    let viewer = looks(staff)?;
    if !changes(&viewer) {
        return Err(Problem::not_found());
    }
    let mut form = Form::of(form.fields().await?);
    let mut tx = app.store.read().await?;
    let scope = store::scope(&mut tx, &slug).await?;
    let (_, rules) = store::read(&mut tx, &app.store).await?;
    drop(tx);
    let rule = read(&mut form);
    let follows = form.value("do") == "follow" && scope != Scope::House;
    let (Some(_), true) = (rule, follows || form.value("do") == "save") else {
        return draw(&app, &view, (scope, rules), (form, true, "")).await;
    };
    let seen = form.value("version").parse().unwrap_or_default();
    let wanted = Change { by: viewer.person, seen, scope: scope.clone(), rule: rule.filter(|_| !follows) };
    let store = app.store.clone();
    let done: Result<i64, EngineError> =
        app.store.write(move |tx| Box::pin(async move { store::change(tx, &store, wanted).await })).await;
    match done {
        Ok(_) => Ok(see_other(LIST)),
        Err(EngineError::Stale { .. }) => draw(&app, &view, (scope, rules), (form, true, STALE)).await,
        Err(other) => Err(Problem::from(other).keeping(form.fields().clone())),
    }
}

/// What was typed; an empty field is never.
fn read(form: &mut Form) -> Option<Rule> {
    let mut number = |name: &'static str, most: u32, message: &str| match form.value(name).trim() {
        "" => None,
        typed => match typed.parse::<u32>() {
            Ok(n) if (1..=most).contains(&n) => Some(n),
            _ => {
                form.refuse(name, message);
                None
            }
        },
    };
    let closed_months =
        number("closed_months", MONTHS_MAX, "Write a number of months from 1 to 360, or nothing to keep them for ever");
    let spam_days = number("spam_days", DAYS_MAX, "Write a number of days from 1 to 3650, or nothing");
    form.ok().then_some(Rule { closed_months, spam_days, from: None })
}

async fn draw(
    app: &App,
    view: &View,
    (scope, rules): (Scope, Rules),
    (mut form, may_change, trouble): (Form, bool, &'static str),
) -> Reply {
    let rule = read(&mut form);
    let preview = match &rule {
        Some(rule) => {
            let mut tx = app.store.read().await?;
            due::preview(&mut tx, &app.store, (&rules, &scope, rule)).await?
        }
        None => Preview::default(),
    };
    let place = scope.words();
    let ok = form.ok() && trouble.is_empty();
    let page = RulePage {
        page: view
            .page(&format!("Retention: {}", if scope == Scope::House { "the house" } else { &place }))
            .with_errors(!ok),
        form,
        href: format!("{LIST}/{}", scope.slug()),
        words: rule.map(|rule| of_rule(&rule)).unwrap_or_default(),
        would: of_preview(&preview),
        more: preview.count - i64::try_from(preview.first.len()).unwrap_or_default(),
        rows: preview.first.into_iter().map(row).collect(),
        is_house: scope == Scope::House,
        has_own: rules.own(&scope).is_some(),
        place,
        may_change,
        trouble,
    };
    Ok(if ok { view.show(&page) } else { view.show_again(&page) })
}

fn row(due: due::Due) -> Row {
    let why = match due.because {
        domain::retention::Because::Closed(_) => "closed",
        domain::retention::Because::Spam(_) => "spam",
    };
    Row { name: due.name, changed: Moment::from(due.quiet.since), why: why.to_owned() }
}
