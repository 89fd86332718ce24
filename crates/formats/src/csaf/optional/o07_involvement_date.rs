//! 6.2.7: an involvement has a date.

use crate::csaf::{Document, Findings, Rule, Test};

pub(super) const TEST: Test = Test { id: "6.2.7", title: "Missing Date in Involvements", rule: Rule::Run(run) };

fn run(document: &Document, found: &mut Findings) {
    let involvements = document.vulnerabilities.iter().flat_map(|v| v.items("involvements"));
    for involvement in involvements.filter(|involvement| !involvement.has("date")) {
        found.at(&involvement, "has no date; say since when");
    }
}
