//! Clocks for programs.

use domain::Ts;
use domain::case::{Clock, ClockName, Measure, Target};
use serde_json::{Value, json};
use web::openapi::Schema;

/// A clock at `now`.
pub(crate) fn of(clock: &Clock, now: Ts) -> Value {
    json!({
        "name": clock.name.as_str(),
        "round": clock.round,
        "started_at": clock.started.to_string(),
        "due_at": clock.due().map(|t| t.to_string()),
        "ended_at": clock.ended.map(|t| t.to_string()),
        "met": clock.met,
        "paused": clock.is_paused(),
        "late": clock.is_late(now),
        "target": target(&clock.target),
        "promised_seconds": clock.promised.map(domain::Span::seconds),
        "used_seconds": clock.used(now).seconds(),
        "stood_seconds": clock.stood(now).seconds(),
        "changes": clock.changes.iter().map(|change| json!({
            "at": change.at.to_string(),
            "severity": change.severity.as_str(),
            "target": target(&change.target),
        })).collect::<Vec<_>>(),
    })
}

fn target(target: &Target) -> Value {
    let working = matches!(target.measure, Measure::Working(_));
    json!({ "seconds": target.span.seconds(), "working": working })
}

fn target_schema() -> Schema {
    Schema::object("Target")
        .required("seconds", seconds())
        .required("working", Schema::flag().about("Whether only working time of the programme's calendar counts."))
}

fn seconds() -> Schema {
    Schema::integer(0, i64::MAX)
}

/// What [`of`] gives.
pub(crate) fn schema() -> Schema {
    let change = Schema::object("TargetChange")
        .required("at", Schema::instant())
        .required("severity", Schema::word(domain::Severity::ALL.iter().map(|s| s.as_str())))
        .required("target", target_schema());
    Schema::object("Clock")
        .required("name", Schema::word(ClockName::ALL.iter().map(|name| name.as_str())))
        .required("round", Schema::integer(1, i64::from(u32::MAX)))
        .required("started_at", Schema::instant())
        .required("due_at", Schema::instant().or_null())
        .required("ended_at", Schema::instant().or_null())
        .required("met", Schema::flag())
        .required("paused", Schema::flag())
        .required("late", Schema::flag())
        .required("target", target_schema())
        .required("promised_seconds", seconds().or_null().about("What the reporter was told: due no later."))
        .required("used_seconds", seconds().about("Time of the target's kind, pauses not counted."))
        .required("stood_seconds", seconds())
        .required("changes", Schema::list(change).about("Targets that came into force while it ran."))
}
