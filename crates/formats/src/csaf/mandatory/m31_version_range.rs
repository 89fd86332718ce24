//! 6.1.31: the name of a product version is one version, no range.

use crate::csaf::{Document, Findings, Rule, Test};

pub(super) const TEST: Test = Test { id: "6.1.31", title: "Version Range in Product Version", rule: Rule::Run(run) };

/// The words of the standard's list stand alone: `after-eight` is a name, and a case of the suite.
const WORDS: &[&str] = &["after", "all", "before", "earlier", "later", "prior", "versions"];

fn run(document: &Document, found: &mut Findings) {
    for branch in document.branches.iter().filter(|b| b.word("category") == Some("product_version")) {
        let Some(name) = branch.get("name") else { continue };
        let Some(text) = name.text() else { continue };
        let lower = text.to_lowercase();
        if lower.contains(['<', '>']) || lower.split_whitespace().any(|word| WORDS.contains(&word)) {
            found
                .at(&name, format!("{text:?} is a range; use the category product_version_range, or name one version"));
        }
    }
}
