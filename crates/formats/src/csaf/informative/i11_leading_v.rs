//! 6.3.11: versions do not begin with v.

use crate::csaf::{Document, Findings, Rule, Test};

pub(super) const TEST: Test = Test { id: "6.3.11", title: "Usage of V as Version Indicator", rule: Rule::Run(run) };

fn run(document: &Document, found: &mut Findings) {
    for branch in document.branches.iter().filter(|b| b.category == "product_version") {
        let Some(name) = branch.spot.get("name") else { continue };
        let Some(text) = name.text() else { continue };
        if let Some(rest) = text.strip_prefix(['v', 'V'])
            && rest.starts_with(|c: char| c.is_ascii_digit())
        {
            found.at(&name, format!("{text:?} begins with a v; write {rest:?}"));
        }
    }
}
