//! 6.1.9: scores and severities are those that the vector gives.

use crate::csaf::score;
use crate::csaf::{Document, Findings, Rule, Test};

pub(super) const TEST: Test = Test { id: "6.1.9", title: "Invalid CVSS computation", rule: Rule::Run(run) };

fn run(document: &Document, found: &mut Findings) {
    for object in document.cvss() {
        let Some(vector) = object.word("vectorString") else { continue };
        let Some(computed) = score::compute(vector) else {
            found.pointer(
                format!("{}/vectorString", object.at),
                "no score can be computed from this vector; write each base metric once",
            );
            continue;
        };
        for (key, right) in computed.numbers() {
            if let Some(given) = object.get(&key)
                && let Some(number) = given.value.as_f64()
                && right.iter().all(|right| (number - right).abs() > 0.01)
                && let Some(right) = right.first()
            {
                found.at(&given, format!("the vector gives {right:.1}, not {number}; set {key} to {right:.1}"));
            }
        }
        for (key, right) in computed.severities() {
            if let Some(given) = object.get(&key)
                && let Some(word) = given.text()
                && right.iter().all(|right| word != right)
                && let Some(right) = right.first()
            {
                found.at(&given, format!("the vector gives {right}, not {word}; set {key} to {right}"));
            }
        }
    }
}
