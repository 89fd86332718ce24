//! A report as HackerOne's customer API gives it (`GET /v1/reports`, `GET /v1/reports/{id}`; api.hackerone.com,
//! customer reference, object `report`).

use super::fields::{Fields, note};
use super::model::{Activity, Attachment, Person, Report, Reward, Target, Weakness};
use super::reader::Fault;
use super::resource::{Included, Resource};
use crate::cvss::Vector;
use crate::money::Money;
use serde_json::Value;

/// Reads one.
pub(super) fn report(value: Value, included: &Included) -> Result<Report, Fault> {
    let mut from = Resource::of(value);
    if from.id.is_empty() {
        return Err(Fault::NoId);
    }
    let mut report = Report {
        platform: "hackerone".to_owned(),
        url: Some(format!("https://hackerone.com/reports/{}", from.id)),
        id: std::mem::take(&mut from.id),
        ..Report::default()
    };
    attributes(&mut from.attributes, &mut report);
    people(&mut from, &mut report, included);
    judgement(&mut from, &mut report, included);
    rewards(&mut from, &mut report, included);
    conversation(&mut from, &mut report, included);
    from.leave("", &mut report.kept);
    Ok(report)
}

fn attributes(from: &mut Fields, report: &mut Report) {
    report.title = from.text("title").unwrap_or_default();
    report.body = from.text("vulnerability_information").unwrap_or_default();
    report.impact = from.text("impact");
    let notes = &mut report.notes;
    report.times.submitted_at = from.stamp("submitted_at", notes).or_else(|| from.stamp("created_at", notes));
    report.times.first_answer_at = from.stamp("first_program_activity_at", notes);
    report.times.triaged_at = from.stamp("triaged_at", notes);
    report.times.awarded_at = from.stamp("bounty_awarded_at", notes);
    report.times.closed_at = from.stamp("closed_at", notes);
    report.times.disclosed_at = from.stamp("disclosed_at", notes);
    report.times.updated_at = from.stamp("last_activity_at", notes);
    report.cves = from.list("cve_ids").iter().filter_map(Value::as_str).map(str::to_owned).collect();
    let tracker = [from.text("issue_tracker_reference_id"), from.text("issue_tracker_reference_url")];
    report.references.extend(tracker.into_iter().flatten());
    let words = [from.text("main_state"), from.text("state")];
    report.stand(&words);
    report.duplicate_of = from.text("original_report_id");
}

fn people(from: &mut Resource, report: &mut Report, included: &Included) {
    if let Some(mut user) = from.one("reporter", included) {
        report.reporter = Person::of(user.attributes.text("username"), user.attributes.text("name"));
        user.leave("reporter", &mut report.kept);
    }
    if let Some(mut program) = from.one("program", included) {
        report.programme = program.attributes.text("handle").or_else(|| program.attributes.text("name"));
        program.leave("program", &mut report.kept);
    }
    for (at, mut one) in from.many("collaborators", included).into_iter().enumerate() {
        let user = one.one("user", included);
        let handle = user.and_then(|mut user| user.attributes.text("username"));
        report.collaborators.extend(handle.or_else(|| one.attributes.text("username")));
        one.leave_one("collaborators", at, &mut report.kept);
    }
    if let Some(mut scope) = from.one("structured_scope", included) {
        report.asset = Some(Target {
            identifier: scope.attributes.text("asset_identifier").unwrap_or_default(),
            kind: scope.attributes.text("asset_type"),
            url: None,
        });
        scope.leave("structured_scope", &mut report.kept);
    }
}

fn judgement(from: &mut Resource, report: &mut Report, included: &Included) {
    if let Some(mut weakness) = from.one("weakness", included) {
        let number = weakness.attributes.text("external_id");
        let cwe = number.as_deref().filter(|id| id.get(..3).is_some_and(|s| s.eq_ignore_ascii_case("cwe")));
        let name = weakness.attributes.text("name").or_else(|| number.clone()).unwrap_or_default();
        report.weakness = Some(Weakness { name, cwe: cwe.and_then(crate::cwe::parse), vrt: None });
        if cwe.is_none()
            && let Some(number) = number
        {
            weakness.attributes.put("external_id", number.into());
        }
        // The catalogue's own words about the weakness, and when the platform made its row.
        weakness.attributes.skip("description");
        weakness.attributes.skip("created_at");
        weakness.leave("weakness", &mut report.kept);
    }
    if let Some(mut severity) = from.one("severity", included) {
        let (fields, notes) = (&mut severity.attributes, &mut report.notes);
        report.severity.say(fields.text("rating"), notes);
        report.severity.points(fields.text("score"), notes);
        report.severity.vector(fields.text("cvss_vector_string"), notes);
        if report.severity.vector.is_none() {
            report.severity.vector = vector(fields, report.severity.score);
        }
        severity.leave("severity", &mut report.kept);
    }
}

/// The metrics of CVSS 3 by name, with their codes.
const METRICS: [(&str, &str); 8] = [
    ("attack_vector", "AV"),
    ("attack_complexity", "AC"),
    ("privileges_required", "PR"),
    ("user_interaction", "UI"),
    ("scope", "S"),
    ("confidentiality", "C"),
    ("integrity", "I"),
    ("availability", "A"),
];

/// A vector put together from its metrics. Which CVSS 3 it is, the score tells; 3.1 where there is none.
fn vector(fields: &mut Fields, score: Option<f64>) -> Option<String> {
    let values: Vec<Option<String>> = METRICS.iter().map(|(name, _)| fields.text(name)).collect();
    let metrics: Option<String> = METRICS
        .iter()
        .zip(&values)
        .map(|((_, code), value)| Some(format!("/{code}:{}", value.as_deref()?.get(..1)?.to_ascii_uppercase())))
        .collect();
    let agrees = |vector: &Vector| score.is_none_or(|score| (vector.scores().base.value() - score).abs() < 0.05);
    let built = metrics.and_then(|metrics| {
        ["3.1", "3.0"].iter().find_map(|version| format!("CVSS:{version}{metrics}").parse().ok().filter(agrees))
    });
    if built.is_none() {
        for ((name, _), value) in METRICS.iter().zip(values) {
            if let Some(value) = value {
                fields.put(name, value.into());
            }
        }
    }
    built.map(|vector: Vector| vector.to_string())
}

fn rewards(from: &mut Resource, report: &mut Report, included: &Included) {
    for (place, mut bounty) in from.many("bounties", included).into_iter().enumerate() {
        let fields = &mut bounty.attributes;
        let at = fields.stamp("created_at", &mut report.notes);
        let currency = fields.text("awarded_currency");
        for (kind, awarded, dollars) in
            [("bounty", "awarded_amount", "amount"), ("bonus", "awarded_bonus_amount", "bonus_amount")]
        {
            // Without a currency of its own the sum is in dollars.
            let own = currency.as_deref().and_then(|code| Some((fields.text(awarded)?, code)));
            let said = own.or_else(|| fields.text(dollars).map(|text| (text, "USD")));
            let Some((text, code)) = said else { continue };
            match Money::parse(&text, Some(code)) {
                Some(sum) if sum.minor == 0 => {}
                Some(sum) => report.rewards.push(Reward { sum, kind: kind.to_owned(), at: at.clone() }),
                None => {
                    note(&mut report.notes, format!("the {kind} \"{text}\" is no sum of money"));
                    fields.put(dollars, text.into());
                }
            }
        }
        bounty.leave_one("bounties", place, &mut report.kept);
    }
}

fn conversation(from: &mut Resource, report: &mut Report, included: &Included) {
    report.attachments = from.many("attachments", included).into_iter().map(attachment).collect();
    for mut one in from.many("activities", included) {
        let read = activity(&mut one, &mut report.notes, included);
        if read.kind == "activity-bug-duplicate" && report.duplicate_of.is_none() {
            report.duplicate_of = read.data.get("original_report_id").and_then(scalar);
        }
        report.activities.push(read);
    }
    for (at, mut summary) in from.many("summaries", included).into_iter().enumerate() {
        let content = summary.attributes.text("content");
        match (&report.summary, content) {
            (None, Some(content)) => report.summary = Some(content),
            (Some(_), Some(content)) => summary.attributes.put("content", content.into()),
            (_, None) => {}
        }
        summary.leave_one("summaries", at, &mut report.kept);
    }
    for mut field in from.many("custom_field_values", included) {
        let label = field.one("custom_field_attribute", included).and_then(|mut of| of.attributes.text("label"));
        let label = label.unwrap_or_else(|| field.id.clone());
        // A field of several choices has a list.
        let value = field.attributes.text("value");
        if let Some(value) = value.or_else(|| field.attributes.any("value").map(|value| value.to_string())) {
            report.custom.insert(label, value);
        }
    }
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// One step or comment.
fn activity(from: &mut Resource, notes: &mut Vec<String>, included: &Included) -> Activity {
    let by = from.one("actor", included).and_then(|mut actor| {
        let names = ["username", "handle", "name"];
        names.iter().find_map(|name| actor.attributes.text(name))
    });
    let attachments = from.many("attachments", included).into_iter().map(attachment).collect();
    let fields = &mut from.attributes;
    fields.skip("report_id");
    fields.skip("updated_at");
    Activity {
        id: std::mem::take(&mut from.id),
        kind: std::mem::take(&mut from.kind),
        by,
        team_only: fields.flag("internal").unwrap_or(false),
        text: fields.text("message").unwrap_or_default(),
        at: fields.stamp("created_at", notes),
        attachments,
        data: std::mem::take(fields).rest(),
    }
}

/// One file.
fn attachment(mut from: Resource) -> Attachment {
    let fields = &mut from.attributes;
    Attachment {
        id: from.id,
        name: fields.text("file_name").unwrap_or_default(),
        media_type: fields.text("content_type"),
        bytes: fields.read("file_size"),
        url: fields.text("expiring_url"),
    }
}
