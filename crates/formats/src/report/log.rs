//! Reports as a SARIF log, for tools that gather findings: one run, a result a report.
//!
//! A log is made to be passed on. So it says what a report is about and where it stands, and neither who sent it, what
//! was paid nor what was talked about. What SARIF has no place for stands in the result's `properties` under [`OWN`] and
//! is read back from there.

use super::model::{Report, Weakness};
use super::state::State;
use crate::cvss::Severity;
use crate::sarif::{
    ArtifactLocation, Component, Level, Location, Log, Message, Physical, Region, ResultItem, Rule, Run, Text, Tool,
};
use crate::shape::form::is_uri;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, HashMap};

/// What is ours among the properties of a result.
pub(super) const OWN: &str = "leeward";

/// Fields that a log leaves out.
const LEFT_OUT: [&str; 9] =
    ["reporter", "collaborators", "rewards", "activities", "attachments", "custom", "kept", "notes", "said"];
/// Fields that are its text.
const TEXTS: [&str; 5] = ["title", "summary", "body", "impact", "remedy"];

/// A log, and what it leaves out.
#[derive(Debug)]
pub struct Logged {
    /// The log.
    pub log: Log,
    /// Names of fields that were left out, and of how many reports.
    pub dropped: BTreeMap<&'static str, u64>,
}

/// Writes reports as the findings of a tool: the name and version of the program that writes.
pub fn log(reports: impl IntoIterator<Item = Report>, name: &str, version: &str) -> Logged {
    let mut rules = Rules::default();
    let mut dropped = BTreeMap::new();
    let mut results = Vec::new();
    for report in reports {
        results.push(result(&report, &mut rules, &mut dropped));
    }
    let driver = Component {
        name: name.to_owned(),
        version: Some(version.to_owned()),
        rules: Some(rules.list),
        ..Component::default()
    };
    let run = Run { tool: Tool { driver, ..Tool::default() }, results: Some(results), ..Run::default() };
    Logged { log: Log::new(vec![run]), dropped }
}

/// A rule for each weakness.
#[derive(Default)]
struct Rules {
    list: Vec<Rule>,
    places: HashMap<String, usize>,
}

impl Rules {
    fn place(&mut self, weakness: Option<&Weakness>) -> (String, usize) {
        let none = Weakness::default();
        let weakness = weakness.unwrap_or(&none);
        let number = weakness.cwe.map(|cwe| format!("CWE-{cwe}"));
        let id = weakness.vrt.clone().or(number.clone()).unwrap_or_else(|| weakness.name.clone());
        let id = if id.is_empty() { "unclassified".to_owned() } else { id };
        if let Some(place) = self.places.get(&id) {
            return (id, *place);
        }
        let place = self.list.len();
        let short = if weakness.name.is_empty() { &id } else { &weakness.name };
        let mut tags = vec!["security".to_owned()];
        tags.extend(weakness.cwe.map(|cwe| format!("external/cwe/cwe-{cwe:03}")));
        self.list.push(Rule {
            id: id.clone(),
            short_description: Some(Text { text: Some(short.clone()), ..Text::default() }),
            kept: Map::from_iter([("properties".to_owned(), json!({ "tags": tags }))]),
            ..Rule::default()
        });
        self.places.insert(id.clone(), place);
        (id, place)
    }
}

fn result(report: &Report, rules: &mut Rules, dropped: &mut BTreeMap<&'static str, u64>) -> ResultItem {
    let (rule, place) = rules.place(report.weakness.as_ref());
    let mut own = match serde_json::to_value(report) {
        Ok(Value::Object(own)) => own,
        _ => Map::new(),
    };
    for name in LEFT_OUT.into_iter().filter(|name| own.remove(*name).is_some()) {
        *dropped.entry(name).or_default() += 1;
    }
    own.retain(|name, _| !TEXTS.contains(&name.as_str()));
    let mut properties = Map::from_iter([(OWN.to_owned(), Value::Object(own))]);
    if let Some(score) = report.severity.score {
        properties.insert("security-severity".to_owned(), format!("{score:.1}").into());
    }
    let mut kept = Map::from_iter([("properties".to_owned(), Value::Object(properties))]);
    if report.state == State::Closed {
        let why = report.outcome.map_or("closed", super::state::Outcome::as_str);
        let closed = json!([{"kind": "external", "status": "accepted", "justification": why}]);
        kept.insert("suppressions".to_owned(), closed);
    }
    if let Some(url) = report.url.as_deref().filter(|url| is_address(url)) {
        kept.insert("hostedViewerUri".to_owned(), url.into());
    }
    let known = format!("{}/{}", report.platform, report.id);
    ResultItem {
        rule_id: Some(rule),
        rule_index: i64::try_from(place).ok(),
        level: Some(level(report.severity.word)),
        message: Message { text: Some(text(report)), ..Message::default() },
        locations: location(report).map(|location| vec![location]),
        fingerprints: Some(BTreeMap::from([("report/v1".to_owned(), known)])),
        kept,
        ..ResultItem::default()
    }
}

/// A finding of unknown weight is a `warning`, as the standard has it.
const fn level(severity: Option<Severity>) -> Level {
    match severity {
        Some(Severity::Critical | Severity::High) => Level::Error,
        Some(Severity::Medium) | None => Level::Warning,
        Some(Severity::Low | Severity::None) => Level::Note,
    }
}

/// The title is a paragraph of its own, so that a reader can show it alone (3.11.3).
fn text(report: &Report) -> String {
    let title = if report.title.trim().is_empty() { &report.id } else { &report.title };
    let parts = [
        (None, Some(title)),
        (None, report.summary.as_ref()),
        (None, Some(&report.body)),
        (Some("Impact"), report.impact.as_ref()),
        (Some("Remedy"), report.remedy.as_ref()),
    ];
    let said = parts.into_iter().filter_map(|(heading, text)| {
        let text = text.filter(|text| !text.is_empty())?;
        Some(heading.map_or_else(|| text.clone(), |heading| format!("## {heading}\n\n{text}")))
    });
    said.collect::<Vec<_>>().join("\n\n")
}

/// A file or address is a place of its own; anything else is one by its name.
fn location(report: &Report) -> Option<Location> {
    let asset = report.asset.as_ref()?;
    let file = asset.kind.as_deref() == Some("file");
    let fits = |text: &&str| if file { is_address(&format!("file:{text}")) } else { is_address(text) };
    let (seen, identifier) = (asset.url.as_deref(), Some(asset.identifier.as_str()));
    let line = seen.filter(|_| file).and_then(|url| url.rsplit_once("#L")?.1.parse::<u64>().ok());
    let address = if file { identifier } else { seen.or(identifier) };
    if let Some(uri) = address.filter(fits) {
        let artifact_location = Some(ArtifactLocation { uri: Some(uri.to_owned()), ..ArtifactLocation::default() });
        let region = line.filter(|line| *line > 0).map(|line| Region { start_line: Some(line), ..Region::default() });
        let physical = Physical { artifact_location, region, ..Physical::default() };
        return Some(Location { physical_location: Some(physical), ..Location::default() });
    }
    let name = identifier.filter(|name| !name.is_empty())?;
    let kept = Map::from_iter([("logicalLocations".to_owned(), json!([{ "fullyQualifiedName": name }]))]);
    Some(Location { kept, ..Location::default() })
}

/// Brackets stand around the address of a host alone (RFC 3986, section 3.2.2), and such a one is no address of a report.
fn is_address(text: &str) -> bool {
    is_uri(text) && !text.contains(['[', ']'])
}
