//! The report itself, taken apart for the page.

use crate::engine::{EngineError, Loaded};
use db::Tx;
use db::event::{self, Record};
use domain::ReporterText;
use serde_json::Value;
use web::markdown::{Html, Links, render};

/// A report stands among the first events of its case.
const FIRST: i64 = 4;
/// Level of a heading in a part: its own heading is one above.
const HEADING: u8 = 3;

/// A long part of a report, under its own heading.
pub(super) struct Part {
    pub(super) heading: &'static str,
    pub(super) text: ReporterText,
}

impl Part {
    /// Its words as HTML.
    pub(super) fn html(&self, links: &Links) -> Html {
        render(self.text.as_str(), links, HEADING)
    }
}

/// A short part, as a row of facts.
pub(super) struct Fact {
    pub(super) label: &'static str,
    pub(super) text: ReporterText,
}

/// What the reporter sent.
#[derive(Default)]
pub(super) struct Report {
    pub(super) parts: Vec<Part>,
    pub(super) facts: Vec<Fact>,
    /// What it is about, shown among the facts of the case.
    pub(super) product: Option<ReporterText>,
    pub(super) credit: Option<ReporterText>,
    pub(super) door: &'static str,
}

const PARTS: &[(&str, &str)] =
    &[("summary", "Summary"), ("steps", "Steps"), ("impact", "Impact"), ("proof", "Proof"), ("body", "Report")];
const FACTS: &[(&str, &str)] =
    &[("weakness", "Weakness"), ("version", "Version"), ("ai_assistance", "Help by AI"), ("disclosure_wish", "Wish")];

/// The report of a case.
pub(super) async fn read(tx: &mut Tx, case: &Loaded) -> Result<Report, EngineError> {
    Ok(of(&event::between(tx, &case.key, case.id, (1, FIRST)).await?))
}

/// The report in the first event that has one.
fn of(records: &[Record]) -> Report {
    let Some(report) = records.iter().map(|r| &r.data["report"]).find(|r| r.is_object()) else {
        return Report::default();
    };
    let text = |name: &str| ReporterText::new(report[name].as_str()?.to_owned()).ok();
    let mut facts: Vec<Fact> =
        FACTS.iter().filter_map(|(name, label)| Some(Fact { label, text: text(name)? })).collect();
    facts.extend(seen(report).map(|text| Fact { label: "Seen in", text }));
    Report {
        parts: PARTS.iter().filter_map(|(name, heading)| Some(Part { heading, text: text(name)? })).collect(),
        facts,
        product: text("target"),
        credit: text("credit"),
        door: crate::words::source(report["source"].as_str().unwrap_or("")),
    }
}

fn seen(report: &Value) -> Option<ReporterText> {
    let (k, n) = (report["reproduction"]["k"].as_u64()?, report["reproduction"]["n"].as_u64()?);
    ReporterText::new(format!("{k} of {n} tries")).ok()
}
