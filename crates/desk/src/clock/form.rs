//! The terms of a programme between the store and the fields of their form.

use super::terms::Stored;
use crate::calendar::store::Kept;
use domain::case::{Allowance, ClockName, Terms};
use domain::{Severity, Uuid};
use web::{Fields, Form};

/// Name of the field of a clock at a severity; without one, of all that have nothing of their own.
pub(super) fn cell(clock: ClockName, severity: Option<Severity>) -> String {
    format!("{}.{}", clock.as_str(), severity.map_or("any", Severity::as_str))
}

/// Severities in the order of the form.
pub(super) fn columns() -> impl Iterator<Item = Option<Severity>> {
    std::iter::once(None).chain(Severity::ALL.iter().rev().copied().map(Some))
}

/// Stored terms as their form shows them.
pub(super) fn of(stored: &Stored) -> Form {
    let mut fields = Fields::default();
    fields.set("version", stored.version.to_string());
    fields.set("calendar", stored.calendar.map(|id| id.to_string()).unwrap_or_default());
    fields.set("claims", if stored.terms.trust_claims { "trust" } else { "wait" });
    for (clock, severity, allowance) in stored.terms.allowances() {
        fields.set(&cell(clock, severity), allowance.to_string());
    }
    Form::of(fields)
}

/// The terms that were typed; else the form holds what is wrong, beside the field it is wrong in.
pub(super) fn read(form: &mut Form, calendars: &[Kept]) -> Option<(Option<Uuid>, Terms)> {
    let mut terms = Terms { trust_claims: form.value("claims") != "wait", ..Terms::default() };
    let chosen = form.optional("calendar");
    let calendar = chosen.as_ref().and_then(|id| calendars.iter().find(|kept| kept.id.to_string() == *id));
    if chosen.is_some() && calendar.is_none() {
        form.refuse("calendar", "This calendar was removed. Pick another one");
    }
    terms.calendar = calendar.map(|kept| kept.named.calendar.clone());
    for clock in ClockName::ALL {
        for severity in columns() {
            let name = cell(*clock, severity);
            let Some(typed) = form.optional(&name) else { continue };
            match typed.parse::<Allowance>() {
                Ok(allowance) if allowance.unit.is_working() && terms.calendar.is_none() => {
                    form.refuse("calendar", "Pick the calendar whose working time counts, or count in hours or days");
                }
                Ok(allowance) => terms.set(*clock, severity, allowance),
                Err(error) => form.refuse(&name, error.to_string()),
            }
        }
    }
    form.ok().then_some((calendar.map(|kept| kept.id), terms))
}
