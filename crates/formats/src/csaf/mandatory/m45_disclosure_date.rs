//! 6.1.45: a public, released document is not older than the disclosure.

use crate::csaf::{Document, Findings, Rule, Test};
use crate::instant::Instant;
use crate::json::Spot;

pub(super) const TEST: Test = Test { id: "6.1.45", title: "Inconsistent Disclosure Date", rule: Rule::Run(run) };

fn run(document: &Document, found: &mut Findings) {
    if document.tlp() == Some("CLEAR") {
        let dates = document.vulnerabilities.iter().filter_map(|v| v.get("disclosure_date"));
        not_after_release(document, found, dates);
    }
}

/// In a released document none of the dates is later than the newest revision.
pub(super) fn not_after_release<'a>(
    document: &Document<'a>,
    found: &mut Findings,
    dates: impl Iterator<Item = Spot<'a>>,
) {
    let Some(newest) = document.newest().filter(|_| document.is_released()) else { return };
    for spot in dates {
        if spot.text().and_then(Instant::parse).is_some_and(|date| date > newest) {
            found.at(&spot, "is later than the newest revision of a released document; mend it, or add a revision");
        }
    }
}
