//! 6.2.23, 6.2.25, 6.2.26: a weakness that MITRE thinks fit to be the cause of a vulnerability.

use crate::csaf::dictionary::weakness::{Known, name_in};
use crate::csaf::{Document, Findings, Rule, Test};
use crate::cwe::{self, Usage};
use crate::json::Spot;

pub(super) const DEPRECATED: Test =
    Test { id: "6.2.23", title: "Usage of Deprecated CWE", rule: Rule::Run(deprecated) };
pub(super) const NOT_ALLOWED: Test =
    Test { id: "6.2.25", title: "Usage of CWE Not Allowed for Vulnerability Mapping", rule: Rule::Run(not_allowed) };
pub(super) const WITH_REVIEW: Test = Test {
    id: "6.2.26",
    title: "Usage of CWE Allowed with Review for Vulnerability Mapping",
    rule: Rule::Run(with_review),
};

fn each<'a>(document: &Document<'a>) -> impl Iterator<Item = (Spot<'a>, &'a str)> {
    let all = document.vulnerabilities.iter().flat_map(|v| document.weaknesses(v)).collect::<Vec<_>>();
    all.into_iter().filter_map(|cwe| cwe.word("id").map(|id| (cwe, id)))
}

fn deprecated(document: &Document, found: &mut Findings) {
    for (cwe, id) in each(document) {
        let gone = |known: Known| matches!(known, Known::Yes(name) | Known::Later(Some(name)) if name.starts_with("DEPRECATED"));
        if gone(name_in(id, cwe.word("version"))) {
            found.at(&cwe, format!("{id} is deprecated; name its successor"));
        }
    }
}

/// MITRE's word of the newest catalogue known here: before 4.12 there was none.
fn usage(document: &Document, found: &mut Findings, wanted: &[Usage]) {
    for (spot, id) in each(document) {
        let entry = cwe::parse(id).and_then(cwe::find).filter(|entry| wanted.contains(&entry.usage));
        if let Some(warning) = entry.and_then(cwe::Entry::warning) {
            found.at(&spot, warning);
        }
    }
}

fn not_allowed(document: &Document, found: &mut Findings) {
    usage(document, found, &[Usage::Discouraged, Usage::Prohibited]);
}

fn with_review(document: &Document, found: &mut Findings) {
    usage(document, found, &[Usage::AllowedWithReview]);
}
