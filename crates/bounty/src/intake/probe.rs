//! Everything that is wrong with a report at once: the machine tells one fault, a person wants all.

use domain::Ts;
use domain::case::vulnerability::Vulnerability;
use domain::case::{ErasedCaseType, Refused};
use serde_json::Value;
use web::FieldError;

/// The machine of every case that comes in here.
pub(crate) const MACHINE: &dyn ErasedCaseType = &Vulnerability;

/// More fields than a report has.
const MOST: usize = 32;

/// The faults of an input, each with the name of its field. Opens nothing.
pub(crate) fn faults(input: &Value, now: Ts) -> Vec<FieldError> {
    let mut input = input.clone();
    let mut found: Vec<FieldError> = Vec::new();
    for _ in 0..MOST {
        let Err(Refused::Invalid { field, message }) = MACHINE.open(input.clone(), now) else { break };
        let seen = found.iter().any(|fault| fault.field == field);
        let root = field.split('.').next().unwrap_or(&field).to_owned();
        let Some(members) = input.as_object_mut().filter(|_| !seen) else { break };
        // With something good in its place the machine goes on to the next fault.
        members.remove(&root);
        if matches!(root.as_str(), "title" | "summary") {
            members.insert(root, "x".into());
        }
        found.push(FieldError { field, message: message.trim_end_matches('.').to_owned() });
    }
    found
}

#[cfg(test)]
mod tests {
    use super::faults;
    use domain::testing::START;
    use serde_json::json;

    #[test]
    fn all_faults_are_told_at_once() {
        let bad = json!({ "source": "form", "title": "", "steps": "a\u{0}b", "severity": "dire", "version": "1" });
        let fields: Vec<String> = faults(&bad, START).into_iter().map(|f| f.field).collect();
        assert_eq!(fields, ["title", "summary", "steps", "severity"]);
        let good = json!({ "source": "form", "title": "a", "summary": "b" });
        assert_eq!(faults(&good, START), vec![]);
    }
}
