//! The page on which somebody says when they are away, and who stands in for them.

use super::store::{self, Rule};
use crate::engine::EngineError;
use crate::people::{Names, team};
use askama::Template;
use axum::extract::State;
use db::{Db, Tx};
use domain::PersonId;
use domain::calendar::{Absence, CalendarError, Date};
use futures::future::BoxFuture;
use web::{App, Form, FormData, Page, Reply, Staff, View, see_other};

const HREF: &str = "/desk/away";
/// Somebody else may save the rule at the same instant; their lines are not ours.
const TRIES: usize = 5;

struct Line {
    from: String,
    until: String,
    cover: String,
}

struct Stand {
    who: String,
    until: String,
}

#[derive(Template)]
#[template(path = "oncall/templates/away.html")]
struct AwayPage {
    page: Page,
    form: Form,
    lines: Vec<Line>,
    stands: Vec<Stand>,
    people: Vec<(String, String)>,
}

impl AwayPage {
    fn choices(&self) -> Vec<(&str, &str)> {
        let people = self.people.iter().map(|(id, name)| (id.as_str(), name.as_str()));
        std::iter::once(("", "Nobody")).chain(people).collect()
    }
}

pub(super) async fn show(State(app): State<App>, staff: Staff, view: View) -> Reply {
    draw(&app, &view, staff.person, Form::empty()).await
}

pub(super) async fn change(State(app): State<App>, staff: Staff, view: View, form: FormData) -> Reply {
    let person = staff.person;
    let mut form = Form::of(form.fields().await?);
    let adds = form.value("do") != "remove";
    let Some(line) = read(&mut form, person, adds) else { return draw(&app, &view, person, form).await };
    let mut tx = app.store.read().await?;
    let people = team(&mut tx, &app.store).await?;
    drop(tx);
    if adds && line.cover.is_some_and(|cover| cover == person || !people.iter().any(|c| c.id == cover)) {
        form.refuse("cover", "Pick a colleague, or nobody");
        return draw(&app, &view, person, form).await;
    }
    let changed = change_own(&app.store, person, move |own| {
        own.retain(|absence| (absence.from, absence.until) != (line.from, line.until));
        if adds {
            own.push(line.clone());
        }
    });
    match changed.await? {
        Ok(_) => Ok(see_other(HREF)),
        Err(error) => {
            form.refuse("from", error.to_string());
            draw(&app, &view, person, form).await
        }
    }
}

fn read(form: &mut Form, person: PersonId, adds: bool) -> Option<Absence> {
    let mut day = |field: &str| -> Option<Date> {
        let read = form.value(field).trim().parse::<Date>();
        read.map_err(|error| form.refuse(field, error.to_string())).ok()
    };
    let (from, until) = (day("from"), day("until"));
    let (from, until) = (from?, until?);
    if until < from {
        form.refuse("until", "This is before the first day");
        return None;
    }
    let cover = if adds { form.value("cover").parse().ok() } else { None };
    Some(Absence { person, from, until, cover })
}

/// Changes the absences of one person in the rule, whoever else changes it meanwhile; the inner error says
/// why the rule would not hold.
pub(super) async fn change_own(
    db: &Db,
    person: PersonId,
    change: impl Fn(&mut Vec<Absence>) + Clone + Send + Sync + 'static,
) -> Result<Result<i64, CalendarError>, EngineError> {
    for _ in 1..TRIES {
        let (store, change) = (db.clone(), change.clone());
        let done = db.write(move |tx| once(tx, store, person, change)).await;
        match done {
            Err(EngineError::Stale { .. }) => {}
            other => return other,
        }
    }
    let (store, last) = (db.clone(), change);
    db.write(move |tx| once(tx, store, person, last)).await
}

fn once(
    tx: &mut Tx,
    db: Db,
    person: PersonId,
    change: impl Fn(&mut Vec<Absence>) + Send + Sync + 'static,
) -> BoxFuture<'_, Result<Result<i64, CalendarError>, EngineError>> {
    Box::pin(async move {
        let (version, mut rule) = store::read(tx, &db).await?;
        let (mut own, others): (Vec<_>, Vec<_>) = rule.duty.absences.drain(..).partition(|a| a.person == person);
        change(&mut own);
        rule.duty.absences = others;
        rule.duty.absences.extend(own);
        rule.duty.forget_past(db.ambient().now());
        rule.duty.absences.sort_by_key(|absence| (absence.from, absence.until));
        match rule.check() {
            Ok(()) => store::put(tx, &db, (Some(person), version, &rule)).await.map(Ok),
            Err(error) => Ok(Err(error)),
        }
    })
}

/// The absences of one person, in order.
pub(super) fn own(rule: &Rule, person: PersonId) -> Vec<Absence> {
    rule.duty.absences.iter().filter(|absence| absence.person == person).cloned().collect()
}

async fn draw(app: &App, view: &View, person: PersonId, form: Form) -> Reply {
    let db = &app.store;
    let mut tx = db.read().await?;
    let (_, rule) = store::read(&mut tx, db).await?;
    let people = team(&mut tx, db).await?;
    let mut names = Names::default();
    for absence in &rule.duty.absences {
        for id in absence.cover.into_iter().chain([absence.person]) {
            names.get(&mut tx, db, id).await?;
        }
    }
    drop(tx);
    let named = |id: Option<PersonId>| id.map_or("nobody".to_owned(), |id| names.known(id).to_owned());
    let line = |a: &Absence| Line { from: a.from.to_string(), until: a.until.to_string(), cover: named(a.cover) };
    let now = db.ambient().now();
    let away = rule.duty.absences.iter().filter(|a| a.person != person && rule.duty.is_away(a.person, now));
    let mine = away.filter(|a| rule.duty.acting(a.person, now) == Some(person));
    let stands = mine.map(|a| Stand { who: names.known(a.person).to_owned(), until: a.until.to_string() }).collect();
    let ok = form.ok();
    let page = AwayPage {
        page: view.page("When you are away").with_errors(!ok),
        lines: own(&rule, person).iter().map(line).collect(),
        stands,
        people: people.iter().filter(|c| c.id != person).map(|c| (c.id.to_string(), c.name.clone())).collect(),
        form,
    };
    Ok(if ok { view.show(&page) } else { view.show_again(&page) })
}
