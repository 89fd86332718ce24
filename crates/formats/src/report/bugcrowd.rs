//! A submission as Bugcrowd's API gives it (`GET /submissions`; docs.bugcrowd.com, API reference, resource
//! `submission`, with `include=researcher,target,program,monetary_rewards,comments,file_attachments,duplicate_of`).

use super::fields::{Fields, note};
use super::model::{Activity, Attachment, Person, Report, Reward, Target, Weakness};
use super::reader::Fault;
use super::resource::{Included, Resource};
use crate::money::Money;
use serde_json::Value;

/// Reads one.
pub(super) fn report(value: Value, included: &Included) -> Result<Report, Fault> {
    let mut from = Resource::of(value);
    if from.id.is_empty() {
        return Err(Fault::NoId);
    }
    let mut report = Report {
        platform: "bugcrowd".to_owned(),
        id: std::mem::take(&mut from.id),
        url: from.link.take().filter(|link| link.contains("://")),
        ..Report::default()
    };
    attributes(&mut from.attributes, &mut report);
    related(&mut from, &mut report, included);
    rewards(&mut from, &mut report, included);
    conversation(&mut from, &mut report, included);
    from.leave("", &mut report.kept);
    Ok(report)
}

fn attributes(from: &mut Fields, report: &mut Report) {
    report.title = from.text("title").unwrap_or_default();
    report.body = from.text("description").unwrap_or_default();
    report.remedy = from.text("remediation_advice");
    for (name, heading) in [("http_request", "HTTP request"), ("extra_info", "Extra information")] {
        if let Some(text) = from.text(name) {
            report.body = format!("{}\n\n### {heading}\n\n{text}", report.body);
        }
    }
    report.severity.rank(from.text("severity"), &mut report.notes);
    let score = from.object("cvss").and_then(|mut cvss| cvss.text("score"));
    report.severity.points(score, &mut report.notes);
    report.severity.vector(from.text("cvss_vector"), &mut report.notes);
    if let Some(vrt) = from.text("vrt_id") {
        let name = crate::vrt::find(&vrt).map_or_else(|| vrt.clone(), crate::vrt::Node::path);
        report.weakness = Some(Weakness { name, cwe: None, vrt: Some(vrt) });
    }
    if let Some(address) = from.text("bug_url") {
        report.asset = Some(Target { url: Some(address), ..Target::default() });
    }
    times(from, report);
    report.references.extend(from.text("vulnerability_references"));
    if let Some(custom) = from.object("custom_fields") {
        let plain = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        report.custom.extend(custom.rest().iter().map(|(label, value)| (label.clone(), plain(value))));
    }
    report.stand(&[from.text("state")]);
    if from.flag("duplicate") == Some(true) {
        report.repeat(None);
    }
}

fn times(from: &mut Fields, report: &mut Report) {
    let notes = &mut report.notes;
    report.times.submitted_at = from.stamp("submitted_at", notes).or_else(|| from.stamp("created_at", notes));
    report.times.triaged_at = from.stamp("last_transitioned_to_triaged_at", notes);
    report.times.updated_at = from.stamp("updated_at", notes);
    let ends = ["resolved", "informational", "wont_fix", "not_applicable", "not_reproducible", "out_of_scope"];
    let closed = ends.iter().filter_map(|end| from.stamp(&format!("last_transitioned_to_{end}_at"), notes));
    report.times.closed_at = closed.max_by_key(super::Stamp::instant);
}

fn related(from: &mut Resource, report: &mut Report, included: &Included) {
    if let Some(mut person) = from.one("researcher", included) {
        let name = person.attributes.text("name");
        report.reporter = Person::of(person.attributes.text("username"), name);
        person.leave("researcher", &mut report.kept);
    }
    if let Some(mut program) = from.one("program", included).or_else(|| from.one("engagement", included)) {
        report.programme = program.attributes.text("code").or_else(|| program.attributes.text("name"));
        program.leave("program", &mut report.kept);
    }
    if let Some(mut target) = from.one("target", included) {
        let address = report.asset.take().and_then(|asset| asset.url).or_else(|| target.attributes.text("uri"));
        report.asset = Some(Target {
            identifier: target.attributes.text("name").unwrap_or_default(),
            kind: target.attributes.text("category"),
            url: address,
        });
        target.leave("target", &mut report.kept);
    }
    // The original need not be among what was asked for: its id is enough.
    let original = from.relationships.object("duplicate_of").and_then(|mut relation| relation.object("data"));
    if let Some(id) = original.and_then(|mut original| original.text("id")) {
        report.repeat(Some(id));
    }
}

fn rewards(from: &mut Resource, report: &mut Report, included: &Included) {
    for (place, mut reward) in from.many("monetary_rewards", included).into_iter().enumerate() {
        let fields = &mut reward.attributes;
        let at = fields.stamp("created_at", &mut report.notes).or_else(|| fields.stamp("paid_at", &mut report.notes));
        let currency = fields.text("currency").unwrap_or_else(|| "USD".to_owned());
        let Some(text) = fields.text("amount") else {
            reward.leave_one("monetary_rewards", place, &mut report.kept);
            continue;
        };
        if let Some(sum) = Money::parse(&text, Some(&currency)) {
            report.times.awarded_at = at.clone().or(report.times.awarded_at.take());
            report.rewards.push(Reward { sum, kind: "bounty".to_owned(), at });
        } else {
            note(&mut report.notes, format!("the reward \"{text}\" is no sum of money"));
            fields.put("amount", text.into());
        }
        reward.leave_one("monetary_rewards", place, &mut report.kept);
    }
}

fn conversation(from: &mut Resource, report: &mut Report, included: &Included) {
    report.attachments = from.many("file_attachments", included).into_iter().map(attachment).collect();
    for name in ["comments", "activities"] {
        for mut one in from.many(name, included) {
            let read = activity(&mut one, &mut report.notes, included);
            report.activities.push(read);
        }
    }
}

/// One comment or step. `visibility_scope` is `everyone`, `bugcrowd_and_researcher`, `bugcrowd_and_customer` or
/// `bugcrowd`; what it does not name is taken as not for the reporter.
fn activity(from: &mut Resource, notes: &mut Vec<String>, included: &Included) -> Activity {
    let by = ["author", "actor"].iter().find_map(|name| {
        let mut person = from.one(name, included)?;
        person.attributes.text("username").or_else(|| person.attributes.text("name"))
    });
    let attachments = from.many("file_attachments", included).into_iter().map(attachment).collect();
    let fields = &mut from.attributes;
    let seen = fields.text("visibility_scope");
    let public = matches!(seen.as_deref(), Some("everyone" | "bugcrowd_and_researcher"));
    Activity {
        id: std::mem::take(&mut from.id),
        kind: fields.text("key").unwrap_or_else(|| std::mem::take(&mut from.kind)),
        by,
        team_only: !public,
        text: fields.text("body").unwrap_or_default(),
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
        media_type: fields.text("file_type"),
        bytes: fields.read("file_size"),
        url: fields.text("download_url").or_else(|| fields.text("s3_signed_url")),
    }
}
