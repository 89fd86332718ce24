//! 6.1.37: dates and times are written in one way, without leap seconds.

use crate::csaf::{Document, Findings, Rule, Test};
use crate::instant::Instant;

pub(super) const TEST: Test = Test { id: "6.1.37", title: "Date and Time", rule: Rule::Run(run) };

/// Lists of a vulnerability whose items have dates.
const DATED: &[&str] = &["flags", "involvements", "remediations", "threats"];

fn run(document: &Document, found: &mut Findings) {
    let mut spots = Vec::new();
    if let Some(tracking) = document.tracking() {
        spots.extend(["current_release_date", "initial_release_date"].map(|key| tracking.get(key)));
        spots.push(tracking.path(&["generator", "date"]));
        spots.extend(tracking.items("revision_history").map(|revision| revision.get("date")));
    }
    for vulnerability in &document.vulnerabilities {
        spots.extend(["disclosure_date", "discovery_date"].map(|key| vulnerability.get(key)));
        for item in vulnerability.items("first_known_exploitation_dates") {
            spots.extend(["date", "exploitation_date"].map(|key| item.get(key)));
        }
        spots.extend(DATED.iter().flat_map(|list| vulnerability.items(list)).map(|item| item.get("date")));
        for metric in document.metrics(vulnerability) {
            spots.extend(["epss", "ssvc_v2"].map(|key| metric.content.path(&[key, "timestamp"])));
        }
    }
    for spot in spots.into_iter().flatten() {
        if let Some(text) = spot.text().filter(|text| !is_strict(text)) {
            let message = format!(
                "{text:?} is no date and time such as 2026-11-22T00:41:07Z; write T and Z as capitals, \
                and no leap second"
            );
            found.at(&spot, message);
        }
    }
}

/// RFC 3339 with capital T and Z, seconds up to 59.
fn is_strict(text: &str) -> bool {
    Instant::parse(text).is_some() && !text.contains(['t', 'z']) && text.get(17..19) != Some("60")
}
