//! One change of the rule, read from the form of its section.

use super::store::Rule;
use domain::PersonId;
use domain::calendar::{Absence, CalendarError, Date, Rotation, Shift, TimeOfDay, Weekday, Zone};
use std::collections::BTreeSet;
use web::Form;

/// Turns that the form has fields for, unless there are more.
const TURNS: usize = 12;
/// Fields that are read: one more than a rotation may have people.
const MOST: usize = 201;

/// How many turns the form has fields for: one more than there are, so that another can be added.
pub(super) fn places(rule: &Rule, form: &Form) -> usize {
    let there = rule.duty.rotation.as_ref().map_or(0, |rotation| rotation.people.len());
    TURNS.max(there + 1).max(sent(form))
}

/// The fields of turns that were sent: those of the page as it was opened.
fn sent(form: &Form) -> usize {
    (1..=MOST).take_while(|place| form.fields().has(&turn(*place))).count()
}

/// Name of the field of a turn, from 1.
pub(super) fn turn(place: usize) -> String {
    format!("turn-{place}")
}

/// Applies what the pressed button asks for; what is wrong stands beside its field.
pub(super) fn apply(rule: &mut Rule, form: &mut Form) {
    match form.value("do").to_owned().as_str() {
        "zone" => zone(rule, form),
        "add-shift" => add_shift(rule, form),
        "remove-shift" => remove(&mut rule.duty.shifts, form),
        "turns" => turns(rule, form),
        "add-absence" => add_absence(rule, form),
        "remove-absence" => remove(&mut rule.duty.absences, form),
        _ => form.refuse("do", "Press one of the buttons"),
    }
    if form.ok()
        && let Err(error) = rule.check()
    {
        form.refuse("do", error.to_string());
    }
}

fn parsed<T: std::str::FromStr<Err = CalendarError>>(form: &mut Form, field: &str) -> Option<T> {
    match form.value(field).trim().parse() {
        Ok(value) => Some(value),
        Err(error) => {
            form.refuse(field, error.to_string());
            None
        }
    }
}

fn person(form: &mut Form, field: &str) -> Option<PersonId> {
    form.parsed(field, "Pick a person")
}

fn minutes(form: &mut Form, field: &str) -> Option<u32> {
    form.parsed(field, "Write a number of minutes")
}

fn zone(rule: &mut Rule, form: &mut Form) {
    let (zone, wait, urgent) =
        (parsed::<Zone>(form, "zone"), minutes(form, "wait_minutes"), minutes(form, "urgent_minutes"));
    if let (Some(zone), Some(wait), Some(urgent)) = (zone, wait, urgent) {
        rule.duty.zone = zone;
        (rule.wait_minutes, rule.urgent_minutes) = (wait, urgent);
    }
}

fn add_shift(rule: &mut Rule, form: &mut Form) {
    let days: BTreeSet<Weekday> = form.fields().all("day").filter_map(|day| day.parse().ok()).collect();
    if days.is_empty() {
        form.refuse("day", "Pick at least one day");
    }
    let person = person(form, "shift_person");
    let (from, until) = (parsed::<TimeOfDay>(form, "shift_from"), parsed::<TimeOfDay>(form, "shift_until"));
    if let (Some(person), Some(from), Some(until), true) = (person, from, until, form.ok()) {
        rule.duty.shifts.push(Shift { person, days, from, until });
    }
}

fn turns(rule: &mut Rule, form: &mut Form) {
    let people: Vec<PersonId> = (1..=sent(form)).filter_map(|place| form.value(&turn(place)).parse().ok()).collect();
    let (nobody, at) = (people.is_empty(), parsed::<TimeOfDay>(form, "at"));
    // Whoever empties the list takes the turns away; whoever typed a day and picked nobody is asked.
    if nobody && form.value("start").is_empty() {
        rule.duty.rotation = None;
        return;
    }
    let start = parsed::<Date>(form, "start");
    if nobody && rule.duty.rotation.is_none() {
        form.refuse("turn-1", "Pick who has the first turn");
    }
    if let (Some(start), Some(at), true) = (start, at, form.ok()) {
        rule.duty.rotation = (!nobody).then_some(Rotation { start, at, people });
    }
}

fn add_absence(rule: &mut Rule, form: &mut Form) {
    let person = person(form, "away_person");
    let cover = form.value("away_cover").parse::<PersonId>().ok();
    if cover.is_some() && cover == person {
        form.refuse("away_cover", "Pick somebody else, or nobody");
    }
    let (from, until) = (parsed::<Date>(form, "away_from"), parsed::<Date>(form, "away_until"));
    if let (Some(from), Some(until)) = (from, until)
        && until < from
    {
        form.refuse("away_until", "This is before the first day");
    }
    if let (Some(person), Some(from), Some(until), true) = (person, from, until, form.ok()) {
        rule.duty.absences.push(Absence { person, from, until, cover });
        rule.duty.absences.sort_by_key(|absence| (absence.from, absence.until));
    }
}

fn remove<T>(list: &mut Vec<T>, form: &mut Form) {
    match form.value("place").parse::<usize>() {
        Ok(place) if place < list.len() => {
            list.remove(place);
        }
        _ => form.refuse("do", "This line is gone already"),
    }
}
