//! 6.1.24: a party is involved once at a date.

use crate::csaf::{Document, Findings, Rule, Test};
use crate::instant::Instant;
use std::collections::HashSet;

pub(super) const TEST: Test = Test { id: "6.1.24", title: "Multiple Definition in Involvements", rule: Rule::Run(run) };

fn run(document: &Document, found: &mut Findings) {
    for vulnerability in &document.vulnerabilities {
        let mut seen = HashSet::new();
        for involvement in vulnerability.items("involvements") {
            if let (Some(party), Some(date)) =
                (involvement.word("party"), involvement.word("date").and_then(Instant::parse))
                && !seen.insert((party, date))
            {
                found.at(
                    &involvement,
                    format!("{party} is already involved at that date; merge the two or mend the date"),
                );
            }
        }
    }
}
