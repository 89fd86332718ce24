//! 6.1.10: properties beside a CVSS vector say the same as the vector.

use crate::csaf::score;
use crate::csaf::{Document, Findings, Rule, Test};

pub(super) const TEST: Test = Test { id: "6.1.10", title: "Inconsistent CVSS", rule: Rule::Run(run) };

fn run(document: &Document, found: &mut Findings) {
    for object in document.cvss() {
        let (Some(vector), Some(version)) = (object.word("vectorString"), object.word("version")) else { continue };
        let metrics = score::metrics(vector);
        for property in score::properties(version) {
            let Some(given) = object.get(property.name) else { continue };
            let Some(word) = given.text() else { continue };
            let Some(short) = property.short(word) else { continue };
            let in_vector = metrics.iter().find(|(metric, _)| *metric == property.metric).map(|(_, value)| *value);
            if let Some(value) = in_vector.filter(|value| *value != short) {
                found
                    .at(&given, format!("the vector says {}:{value}, not {word}; make the two agree", property.metric));
            }
        }
    }
}
