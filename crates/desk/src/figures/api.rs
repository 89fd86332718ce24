//! The figures for programs: counts, lengths of time in seconds, instants.

use super::ask::Asked;
use super::pages::wanted;
use super::words::fate_word;
use crate::Viewer;
use axum::extract::State;
use axum::response::IntoResponse;
use domain::case::ClockName;
use domain::figures::{AGES, Inflow, Percentiles, Report, Step};
use domain::{Severity, Span};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use web::openapi::{Param, Schema};
use web::{ApiDoc, App, Json, Kind, Query, Reply, Token};

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Sent {
    programme: String,
    severity: String,
    from: String,
    until: String,
    by: String,
}

pub(super) async fn show(State(app): State<App>, token: Token, Query(sent): Query<Sent>) -> Reply {
    let Sent { programme, severity, from, until, by } = sent;
    let asked = Asked { programme, severity, from, until, by, ..Asked::default() };
    let _turn = super::rows::turn().await;
    let mut tx = app.store.read().await?;
    let (filter, report) = wanted(&mut tx, &app, (&Viewer::from(token), &asked)).await?;
    let counted = super::count::is_counted(&mut tx).await?;
    let mut body = document(&report, filter.step);
    body["from"] = json!(filter.first.to_string());
    body["until"] = json!(filter.last.to_string());
    body["counted"] = json!(counted);
    Ok(Json(body).into_response())
}

fn seconds(span: Option<Span>) -> Value {
    json!(span.map(Span::seconds))
}

fn percentiles(of: Option<Percentiles>) -> Value {
    let Some(of) = of else { return Value::Null };
    json!({
        "count": of.count, "p50": of.p50.seconds(), "p75": of.p75.seconds(), "p90": of.p90.seconds(),
        "p95": of.p95.seconds(),
    })
}

fn document(report: &Report, step: Step) -> Value {
    let inflow = |inflow: &Inflow| {
        let by: Map<String, Value> =
            inflow.by.iter().map(|(fate, n)| (fate_word(*fate).to_owned(), json!(n))).collect();
        json!({ "from": inflow.bucket.first.to_string(), "all": inflow.total(), "by": by })
    };
    let clock = |name: &ClockName| {
        let of = report.clock(*name);
        json!({
            "clock": name.as_str(), "elapsed": percentiles(of.elapsed), "working": percentiles(of.working),
            "in_time": of.in_time, "late": of.late, "percent_in_time": of.percent_in_time(),
        })
    };
    let ages = AGES.iter().map(|days| json!(days)).chain([Value::Null]);
    let backlog: Vec<Value> =
        ages.zip(&report.backlog).map(|(most, n)| json!({ "most_days": most, "open": n })).collect();
    json!({
        "now": report.now.to_string(),
        "by": step.as_str(),
        "inflow": report.inflow.iter().map(inflow).collect::<Vec<_>>(),
        "clocks": ClockName::ALL.iter().map(clock).collect::<Vec<_>>(),
        "backlog": backlog,
        "received": report.received(),
        "closed": report.closed,
        "duplicates": report.duplicates,
        "percent_duplicates": report.percent_duplicates(),
        "reopened": report.reopened,
        "bod_20_01": bod(report),
    })
}

fn bod(report: &Report) -> Value {
    let bod = &report.bod;
    let word = |severity: Option<Severity>| severity.map_or("unset", Severity::as_str).to_owned();
    let old: Map<String, Value> = bod.old.iter().map(|(severity, n)| (word(*severity), json!(n))).collect();
    json!({
        "a": bod.reports, "b": bod.valid, "c": bod.open_valid, "d": seconds(bod.open_valid_age),
        "e": bod.open_valid_old, "f": old, "g": seconds(bod.old_age), "h": seconds(bod.validate),
        "i": seconds(bod.remediate), "j": seconds(bod.respond),
    })
}

fn schema() -> Schema {
    let count = || Schema::integer(0, i64::MAX);
    let span = || Schema::integer(0, i64::MAX).or_null();
    let percent = || Schema::integer(0, 100).or_null();
    let percentiles = || {
        Schema::inline_object()
            .required("count", count())
            .required("p50", count())
            .required("p75", count())
            .required("p90", count())
            .required("p95", count())
            .or_null()
    };
    let clock = Schema::inline_object()
        .required("clock", Schema::word(ClockName::ALL.iter().map(|name| name.as_str())))
        .required("elapsed", percentiles())
        .required("working", percentiles())
        .required("in_time", count())
        .required("late", count())
        .required("percent_in_time", percent());
    let inflow = Schema::inline_object()
        .required("from", Schema::string())
        .required("all", count())
        .required("by", Schema::anything().about("Outcome, `open` or `erased`, and how many"));
    let age = Schema::inline_object().required("most_days", span()).required("open", count());
    let bod =
        ["a", "b", "c", "e"].into_iter().fold(Schema::inline_object(), |bod, letter| bod.required(letter, count()));
    let bod = ["d", "g", "h", "i", "j"].into_iter().fold(bod, |bod, letter| bod.required(letter, span()));
    Schema::object("Figures")
        .required("from", Schema::string())
        .required("until", Schema::string())
        .required("counted", Schema::flag().about("False while older cases are still being counted"))
        .required("now", Schema::instant())
        .required("by", Schema::word(["week", "month"]))
        .required("inflow", Schema::list(inflow))
        .required("clocks", Schema::list(clock))
        .required("backlog", Schema::list(age))
        .required("received", count())
        .required("closed", count())
        .required("duplicates", count())
        .required("percent_duplicates", percent())
        .required("reopened", count())
        .required("bod_20_01", bod.required("f", Schema::anything().about("Severity, or `unset`, and how many")))
}

pub(super) fn show_doc() -> ApiDoc {
    ApiDoc::new("figures", "Read the figures of a period")
        .param(Param::query(
            "programme",
            "Address part of a programme; all that the token reads without",
            Schema::string(),
        ))
        .param(Param::query(
            "severity",
            "Only cases of this severity as it is now, ours before the reporter's",
            Schema::word(Severity::ALL.iter().map(|s| s.as_str())),
        ))
        .param(Param::query("from", "First day, UTC: 2026-09-01. Without days: the last 13 weeks", Schema::string()))
        .param(Param::query("until", "Last day, UTC; today without", Schema::string()))
        .param(Param::query("by", "`week` or `month`; without, what fits", Schema::string()))
        .gives(200, "Counts, and times in seconds.", schema())
        .may_refuse(Kind::Invalid)
}
