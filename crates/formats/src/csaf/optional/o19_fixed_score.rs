//! 6.2.19: the environmental score of a fixed product is 0.

use crate::csaf::document::{FIXED, with_status};
use crate::csaf::score;
use crate::csaf::{Document, Findings, Rule, Test};
use crate::json::Spot;
use std::collections::HashMap;

pub(super) const TEST: Test = Test { id: "6.2.19", title: "CVSS for Fixed Products", rule: Rule::Run(run) };

fn run(document: &Document, found: &mut Findings) {
    for vulnerability in &document.vulnerabilities {
        // Of each product that has a score: whether one of its scores says that it is safe.
        let mut scored: HashMap<&str, bool> = HashMap::new();
        for metric in document.metrics(vulnerability) {
            let safe = metric.cvss().any(|object| is_harmless(&object));
            for id in metric.products().filter_map(|product| product.text()) {
                *scored.entry(id).or_default() |= safe;
            }
        }
        for (spot, id) in with_status(vulnerability, FIXED) {
            if scored.get(id) == Some(&false) {
                let message = format!(
                    "{id:?} is fixed, but no score of it has an environmental score of 0; set MC:N/MI:N/MA:N (CVSS v2: TD:N)"
                );
                found.at(&spot, message);
            }
        }
    }
}

/// Whether a CVSS object says that nothing is left to exploit, in a number, in properties or in the vector.
fn is_harmless(object: &Spot) -> bool {
    let given = object.get("environmentalScore").and_then(|number| number.value.as_f64());
    let metrics = object.word("vectorString").map(score::metrics).unwrap_or_default();
    let none = |property: &str, metric: &str, short: &str| {
        object.word(property) == Some("NONE") || metrics.contains(&(metric, short))
    };
    let v2 = object.word("version") == Some("2.0") && none("targetDistribution", "TD", "N");
    let v3 = none("modifiedConfidentialityImpact", "MC", "N")
        && none("modifiedIntegrityImpact", "MI", "N")
        && none("modifiedAvailabilityImpact", "MA", "N");
    // In 4.0 there is one score, and it is of everything that the vector says.
    let whole = object.word("version") == Some("4.0")
        && object.get("baseScore").and_then(|number| number.value.as_f64()) == Some(0.0);
    given == Some(0.0) || v2 || v3 || whole
}
