//! The page of the rule: who is on call now, shifts, turns, absences.

use super::form::{apply, places, turn};
use super::store::{self, Rule};
use crate::calendar::pages::in_charge;
use crate::engine::EngineError;
use crate::people::{Colleague, Names, team};
use askama::Template;
use axum::extract::State;
use domain::PersonId;
use domain::calendar::Weekday;
use std::collections::BTreeSet;
use web::{App, Fields, Form, FormData, Page, Reply, Staff, View, see_other};

const HREF: &str = "/desk/settings/on-call";

struct Line {
    place: usize,
    name: String,
    words: String,
}

struct Turn {
    name: String,
    label: String,
}

#[derive(Template)]
#[template(path = "oncall/templates/oncall.html")]
struct OnCallPage {
    page: Page,
    form: Form,
    version: i64,
    now: String,
    shifts: Vec<Line>,
    absences: Vec<Line>,
    turns: Vec<Turn>,
    people: Vec<(String, String)>,
    days: &'static [Weekday],
    trouble: &'static str,
}

impl OnCallPage {
    fn choices<'p>(&'p self, first: &'p str) -> Vec<(&'p str, &'p str)> {
        std::iter::once(("", first)).chain(self.people.iter().map(|(id, name)| (id.as_str(), name.as_str()))).collect()
    }
}

pub(super) async fn show(State(app): State<App>, staff: Staff, view: View) -> Reply {
    in_charge(staff)?;
    draw(&app, &view, None, "").await
}

pub(super) async fn change(State(app): State<App>, staff: Staff, view: View, form: FormData) -> Reply {
    let by = in_charge(staff)?.person;
    let mut form = Form::of(form.fields().await?);
    let mut tx = app.store.read().await?;
    let (version, mut rule) = store::read(&mut tx, &app.store).await?;
    drop(tx);
    let seen = form.value("version").parse().unwrap_or_default();
    if version != seen {
        return draw(&app, &view, kept(form), STALE).await;
    }
    // Lines are removed by their place on the page that was shown.
    if form.value("do") != "remove-absence" {
        rule.duty.forget_past(app.store.ambient().now());
    }
    apply(&mut rule, &mut form);
    if !form.ok() {
        return draw(&app, &view, Some(form), "").await;
    }
    let store = app.store.clone();
    let done: Result<i64, EngineError> =
        app.store.write(move |tx| Box::pin(async move { store::put(tx, &store, (Some(by), seen, &rule)).await })).await;
    match done {
        Ok(_) => Ok(see_other(HREF)),
        Err(EngineError::Stale { .. }) => draw(&app, &view, kept(form), STALE).await,
        Err(error) => Err(error.into()),
    }
}

const STALE: &str = "Somebody changed this since you opened it. What you typed is still here and was not saved: look at what changed, then save again.";

/// What was typed, to be shown again. The line that somebody wanted to remove may be another one by now.
fn kept(form: Form) -> Option<Form> {
    let removes = form.value("do").starts_with("remove-");
    (!removes).then_some(form)
}

async fn draw(app: &App, view: &View, form: Option<Form>, trouble: &'static str) -> Reply {
    let now = app.store.ambient().now();
    let mut tx = app.store.read().await?;
    let (version, rule) = store::read(&mut tx, &app.store).await?;
    let people = team(&mut tx, &app.store).await?;
    let mut names = Names::default();
    for person in named(&rule) {
        names.get(&mut tx, &app.store, person).await?;
    }
    drop(tx);
    let able = |person: PersonId| people.iter().any(|c| c.id == person);
    let on_call: Vec<&str> = rule.duty.on_call(now, able).into_iter().map(|person| names.known(person)).collect();
    let ok = form.as_ref().is_none_or(Form::ok) && trouble.is_empty();
    let form = form.map_or_else(|| stored(&rule), |typed| typed.beside(&stored(&rule)));
    let page = OnCallPage {
        page: view.page("On call").with_errors(!ok),
        version,
        now: if on_call.is_empty() { "Nobody".to_owned() } else { on_call.join(", ") },
        shifts: shifts(&rule, &names),
        absences: absences(&rule, &names),
        turns: turns(places(&rule, &form)),
        people: choices(&people, &rule, &names),
        days: Weekday::ALL,
        trouble,
        form,
    };
    Ok(if ok { view.show(&page) } else { view.show_again(&page) })
}

/// Everybody the rule names.
fn named(rule: &Rule) -> BTreeSet<PersonId> {
    let turns = rule.duty.rotation.iter().flat_map(|rotation| rotation.people.iter().copied());
    let shifts = rule.duty.shifts.iter().map(|shift| shift.person);
    let away = rule.duty.absences.iter().flat_map(|absence| absence.cover.into_iter().chain([absence.person]));
    turns.chain(shifts).chain(away).collect()
}

/// Who can be picked: whoever can sign in, and whoever has a turn.
fn choices(people: &[Colleague], rule: &Rule, names: &Names) -> Vec<(String, String)> {
    let mut choices: Vec<(String, String)> = people.iter().map(|c| (c.id.to_string(), c.name.clone())).collect();
    for person in rule.duty.rotation.iter().flat_map(|rotation| &rotation.people) {
        if !people.iter().any(|c| c.id == *person) {
            choices.push((person.to_string(), format!("{} (cannot sign in)", names.known(*person))));
        }
    }
    choices.sort_by(|a, b| a.1.cmp(&b.1));
    choices.dedup();
    choices
}

fn shifts(rule: &Rule, names: &Names) -> Vec<Line> {
    let line = |(place, shift): (usize, &domain::calendar::Shift)| {
        let days: Vec<&str> = shift.days.iter().map(|day| day.label()).collect();
        let next = if shift.until <= shift.from { " the next day" } else { "" };
        let words = format!("{}, {} to {}{next}", days.join(", "), shift.from, shift.until);
        Line { place, name: names.known(shift.person).to_owned(), words }
    };
    rule.duty.shifts.iter().enumerate().map(line).collect()
}

fn absences(rule: &Rule, names: &Names) -> Vec<Line> {
    let line = |(place, absence): (usize, &domain::calendar::Absence)| {
        let cover = absence.cover.map(|cover| format!(", {} stands in", names.known(cover))).unwrap_or_default();
        let words = format!("{} to {}{cover}", absence.from, absence.until);
        Line { place, name: names.known(absence.person).to_owned(), words }
    };
    rule.duty.absences.iter().enumerate().map(line).collect()
}

fn turns(places: usize) -> Vec<Turn> {
    (1..=places).map(|place| Turn { name: turn(place), label: format!("Week {place}") }).collect()
}

fn stored(rule: &Rule) -> Form {
    let mut fields = Fields::default();
    fields.set("zone", rule.duty.zone.name());
    fields.set("wait_minutes", rule.wait_minutes.to_string());
    fields.set("urgent_minutes", rule.urgent_minutes.to_string());
    fields.set("at", "09:00");
    if let Some(rotation) = &rule.duty.rotation {
        fields.set("start", rotation.start.to_string());
        fields.set("at", rotation.at.to_string());
        for (place, person) in (1..).zip(&rotation.people) {
            fields.set(&turn(place), person.to_string());
        }
    }
    Form::of(fields)
}
