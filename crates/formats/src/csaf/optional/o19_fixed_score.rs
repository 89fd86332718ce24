//! 6.2.19: the environmental score of a fixed product is 0.

use crate::csaf::document::{FIXED, with_status};
use crate::csaf::score;
use crate::csaf::{Document, Findings, Rule, Test};
use crate::json::Spot;

pub(super) const TEST: Test = Test { id: "6.2.19", title: "CVSS for Fixed Products", rule: Rule::Run(run) };

fn run(document: &Document, found: &mut Findings) {
    for vulnerability in &document.vulnerabilities {
        for (spot, id) in with_status(vulnerability, FIXED) {
            let names = |score: &Spot| score.items("products").any(|product| product.text() == Some(id));
            let scores: Vec<_> = vulnerability.items("scores").filter(names).collect();
            if !scores.is_empty() && !scores.iter().any(harmless) {
                let message = format!(
                    "{id:?} is fixed, but no score of it has an environmental score of 0; set MC:N/MI:N/MA:N (CVSS v2: TD:N)"
                );
                found.at(&spot, message);
            }
        }
    }
}

/// Whether a score says that nothing is left to exploit, in a number, in properties or in the vector.
fn harmless(score: &Spot) -> bool {
    let objects = [score.get("cvss_v2"), score.get("cvss_v3")];
    objects.into_iter().flatten().any(|object| {
        let given = object.get("environmentalScore").and_then(|number| number.value.as_f64());
        let metrics = object.word("vectorString").map(score::metrics).unwrap_or_default();
        let none = |property: &str, metric: &str, short: &str| {
            object.word(property) == Some("NONE") || metrics.contains(&(metric, short))
        };
        let v2 = object.word("version") == Some("2.0") && none("targetDistribution", "TD", "N");
        let v3 = none("modifiedConfidentialityImpact", "MC", "N")
            && none("modifiedIntegrityImpact", "MI", "N")
            && none("modifiedAvailabilityImpact", "MA", "N");
        given == Some(0.0) || v2 || v3
    })
}
