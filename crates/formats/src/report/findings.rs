//! Findings of tools, in SARIF, as reports: one a result.
//!
//! The message is the body; the rule gives the title, the weakness and, by `security-severity`, how bad it is. A level
//! is a word about the finding and no severity: it is kept. A result that is suppressed, or gone since the baseline, is
//! closed; one that is no fault (`pass`, `notApplicable`, `informational`) too. What our own writer put beside a result
//! ([`super::log`]) goes before all of it.

use super::fields::{Fields, note};
use super::log::OWN;
use super::model::{Report, Target, Weakness};
use super::own;
use super::state::{Outcome, State};
use crate::cvss::Severity;
use crate::sarif::{Location, Log, Message, ResultItem, Rule, Rules, Run};
use serde_json::Value;
use std::fmt::Write as _;

/// Bytes of a title that is made of a rule.
const TITLE: usize = 150;
/// Bytes of rules that are copied into reports at most: one long text may belong to very many results.
const COPIED: usize = 64_000_000;
/// Tags and relations of a rule that are looked at, and places of a finding.
const LOOKED_AT: usize = 64;

/// Every result of every run, in order.
pub(super) fn reports(log: &Log) -> Vec<Report> {
    let mut left = COPIED;
    let mut list = Vec::new();
    for (number, run) in log.runs.iter().flatten().enumerate() {
        let rules = run.rules();
        for (index, result) in run.results.iter().flatten().enumerate() {
            let place = format!("run {}, result {}", number + 1, index + 1);
            list.push(Finding { run, rule: rules.rule(result), result, left: &mut left }.report(&place, &rules));
        }
    }
    list
}

struct Finding<'a> {
    run: &'a Run,
    rule: Option<&'a Rule>,
    result: &'a ResultItem,
    left: &'a mut usize,
}

impl Finding<'_> {
    fn report(mut self, place: &str, rules: &Rules) -> Report {
        let result = self.result;
        let mut rest = Fields::of(Value::Object(result.kept.clone()));
        let mut properties = rest.object("properties").unwrap_or_default();
        let ours = properties.any(OWN).and_then(|ours| own::report(ours).ok());
        let is_ours = ours.is_some();
        let mut report = ours.unwrap_or_default();
        if is_ours {
            let text = result.message.text.as_deref().unwrap_or_default();
            let (title, body) = text.split_once("\n\n").unwrap_or((text, ""));
            (report.title, report.body) = (title.to_owned(), body.to_owned());
        } else {
            self.text(&mut report);
            report.platform.clone_from(&self.run.tool.driver.name);
            report.id = self.id(&mut rest).unwrap_or_else(|| place.to_owned());
            report.url = rest.text("hostedViewerUri");
            report.weakness = self.weakness();
            self.severity(&mut properties, &mut report);
            standing(&mut rest, &mut report);
            report.asset = self.asset();
            report.references = self.rule.and_then(|rule| rule.help_uri.clone()).into_iter().collect();
            self.times(&mut rest, &mut report);
            let level = rules.level(result);
            report.custom.insert(
                "level".to_owned(),
                serde_json::to_value(level).map_or_else(|_| String::new(), |level| word(&level)),
            );
        }
        for known in ["rule", "kind", "guid", "correlationGuid", "suppressions", "baselineState", "hostedViewerUri"] {
            rest.skip(known);
        }
        rest.leave("", &mut report.kept);
        properties.leave("properties", &mut report.kept);
        report
    }

    /// A text of the rule, while not too much of them was copied.
    fn copy(&mut self, text: &str) -> Option<String> {
        *self.left = self.left.checked_sub(text.len())?;
        Some(text.to_owned())
    }

    /// Title and body: the first line of a message of several paragraphs (3.11.3), else the rule's.
    fn text(&mut self, report: &mut Report) {
        let said = self.message(&self.result.message);
        let (first, rest) = said.split_once("\n\n").unwrap_or((&said, ""));
        if !rest.is_empty() && first.len() <= TITLE && !first.contains('\n') {
            (report.title, report.body) = (first.to_owned(), rest.to_owned());
            return;
        }
        let rule = self.rule;
        let short = rule.and_then(|rule| rule.short_description.as_ref()?.text.as_deref());
        let named = short.or_else(|| rule?.name.as_deref()).or_else(|| Some(rule?.id.as_str()));
        let named = named.or(self.result.rule_id.as_deref()).filter(|name| !name.is_empty()).unwrap_or(first);
        let title = cut(named.lines().next().unwrap_or_default());
        report.title = self.copy(title).unwrap_or_else(|| cut(first).to_owned());
        report.body = said;
        let places = self.result.locations.iter().flatten();
        let places: Vec<String> = places.take(LOOKED_AT).filter_map(whereabouts).collect();
        if places.len() > 1 {
            report.body.push_str("\n\nSeen at:\n");
            for place in places {
                // Writing into a String cannot fail.
                let _ = writeln!(report.body, "- {place}");
            }
        }
    }

    /// The text of a message, or that of the rule which it names, with its arguments.
    fn message(&mut self, message: &Message) -> String {
        let own = message.markdown.as_deref().or(message.text.as_deref());
        let ruled = || {
            let strings = self.rule?.kept.get("messageStrings")?.get(message.id.as_deref()?)?;
            strings.get("markdown").or_else(|| strings.get("text"))?.as_str()
        };
        let text = match own {
            Some(own) => own.to_owned(),
            None => ruled().and_then(|text| self.copy(text)).unwrap_or_default(),
        };
        let arguments = message.kept.get("arguments").and_then(Value::as_array);
        arguments.map_or(text.clone(), |arguments| filled(&text, arguments))
    }

    /// What it is known by from run to run, else what it is known by here.
    fn id(&self, rest: &mut Fields) -> Option<String> {
        let rule = self.result.rule_id.as_deref().or_else(|| Some(self.rule?.id.as_str())).unwrap_or("finding");
        let last = |prints: &Option<std::collections::BTreeMap<String, String>>| {
            prints.as_ref()?.values().next_back().filter(|print| !print.is_empty()).cloned()
        };
        let known =
            rest.text("correlationGuid").or_else(|| rest.text("guid")).or_else(|| last(&self.result.fingerprints));
        known.or_else(|| last(&self.result.partial_fingerprints).map(|print| format!("{rule} {print}")))
    }

    /// The rule, and the CWE that its tags or relations name: `external/cwe/cwe-079`, `CWE-79: …`.
    fn weakness(&mut self) -> Option<Weakness> {
        let name = self.result.rule_id.as_deref().or_else(|| Some(self.rule?.id.as_str()))?;
        let rule = self.rule.map(|rule| &rule.kept);
        let tags = some(rule.and_then(|kept| kept.get("properties")?.get("tags"))).filter_map(Value::as_str);
        let tagged = tags.filter_map(|tag| number(tag.to_ascii_lowercase().split_once("cwe-")?.1));
        let related = some(rule.and_then(|kept| kept.get("relationships"))).filter_map(|relation| {
            let target = relation.get("target")?;
            let of_cwe = target.pointer("/toolComponent/name")?.as_str()?.eq_ignore_ascii_case("cwe");
            let id = target.get("id").filter(|_| of_cwe)?.as_str()?;
            number(id.trim_start_matches(|c: char| !c.is_ascii_digit()))
        });
        let cwe = tagged.chain(related).next();
        let name = cut(name).to_owned();
        Some(Weakness { name, cwe, vrt: None })
    }

    /// `security-severity`, a number from 0 to 10 of the finding or its rule.
    fn severity(&self, properties: &mut Fields, report: &mut Report) {
        const NAME: &str = "security-severity";
        let ruled = || match self.rule?.kept.get("properties")?.get(NAME)? {
            Value::String(text) if text.len() < 16 => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        };
        report.severity.points(properties.text(NAME).or_else(ruled), &mut report.notes);
        report.severity.word = report.severity.score.map(scale);
    }

    /// The first place.
    fn asset(&self) -> Option<Target> {
        let place = self.result.locations.iter().flatten().find_map(|location| {
            let physical = location.physical_location.as_ref()?;
            let uri = physical.artifact_location.as_ref()?.uri.clone()?;
            Some((uri, physical.region.as_ref().and_then(|region| region.start_line)))
        });
        let (uri, line) = place?;
        let url = line.map(|line| format!("{uri}#L{line}"));
        Some(Target { identifier: uri, kind: Some("file".to_owned()), url })
    }

    /// When it was first seen, else when the tool ended.
    fn times(&self, rest: &mut Fields, report: &mut Report) {
        let mut provenance = rest.object("provenance").unwrap_or_default();
        let first = provenance.stamp("firstDetectionTimeUtc", &mut report.notes);
        provenance.leave("provenance", &mut report.kept);
        let ended = || {
            let ran = self.run.kept.get("invocations")?.as_array()?.first()?;
            let at = ran.get("endTimeUtc").or_else(|| ran.get("startTimeUtc"))?;
            Some(crate::stamp::Stamp::parse(at.as_str()?)?.0)
        };
        report.times.submitted_at = first.or_else(ended);
    }
}

/// Whether it is open, by what was said of it.
fn standing(rest: &mut Fields, report: &mut Report) {
    let suppressions = rest.list("suppressions");
    let accepted = |one: &Value| one.get("status").is_none_or(|status| status == "accepted");
    if !suppressions.is_empty() && suppressions.iter().all(accepted) {
        report.stand(&[Some("accepted risk".to_owned())]);
        report.said = Some("suppressed".to_owned());
        for why in suppressions.iter().filter_map(|one| one.get("justification")?.as_str()) {
            note(&mut report.notes, format!("suppressed: {}", cut(why)));
        }
        return;
    }
    let kind = rest.text("kind");
    let (said, outcome) = match (rest.text("baselineState").as_deref(), kind.as_deref()) {
        (Some("absent"), _) => ("absent", Outcome::Resolved),
        (_, Some("pass")) => ("pass", Outcome::NotApplicable),
        (_, Some("notApplicable")) => ("notApplicable", Outcome::NotApplicable),
        (_, Some("informational")) => ("informational", Outcome::Informative),
        _ => return,
    };
    (report.state, report.outcome, report.said) = (State::Closed, Some(outcome), Some(said.to_owned()));
}

/// The word of the qualitative scale of CVSS.
fn scale(score: f64) -> Severity {
    match score {
        9.0.. => Severity::Critical,
        7.0.. => Severity::High,
        4.0.. => Severity::Medium,
        0.1.. => Severity::Low,
        _ => Severity::None,
    }
}

/// `src/a.rs, line 4`.
fn whereabouts(location: &Location) -> Option<String> {
    let physical = location.physical_location.as_ref()?;
    let uri = physical.artifact_location.as_ref()?.uri.as_deref()?;
    let line = physical.region.as_ref().and_then(|region| region.start_line);
    Some(line.map_or_else(|| uri.to_owned(), |line| format!("{uri}, line {line}")))
}

/// `{0}` is the first argument; `{{` and `}}` are the signs themselves (3.11.5).
fn filled(text: &str, arguments: &[Value]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['{', '}']) {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let inside = from.strip_prefix('{').and_then(|inside| inside.split_once('}'));
        let argument = inside.and_then(|(index, after)| Some((arguments.get(index.parse::<usize>().ok()?)?, after)));
        if let Some((argument, after)) = argument {
            out.push_str(argument.as_str().unwrap_or_default());
            rest = after;
            continue;
        }
        let doubled = from.starts_with("{{") || from.starts_with("}}");
        out.extend(from.chars().next());
        rest = from.get(if doubled { 2 } else { 1 }..).unwrap_or_default();
    }
    out + rest
}

/// The first of a list.
fn some(list: Option<&Value>) -> impl Iterator<Item = &Value> {
    list.and_then(Value::as_array).into_iter().flatten().take(LOOKED_AT)
}

/// The digits that a text begins with, without zeros before them.
fn number(text: &str) -> Option<u32> {
    text.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

fn word(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// As much of a text as a title holds.
fn cut(text: &str) -> &str {
    let end = (0..=TITLE.min(text.len())).rev().find(|end| text.is_char_boundary(*end)).unwrap_or_default();
    text.get(..end).unwrap_or_default()
}
