//! 6.1.5: no group id is defined twice.

use crate::csaf::{Document, Findings, Rule, Test};
use std::collections::HashSet;

pub(super) const TEST: Test =
    Test { id: "6.1.5", title: "Multiple Definition of Product Group ID", rule: Rule::Run(run) };

fn run(document: &Document, found: &mut Findings) {
    let mut seen = HashSet::new();
    for group in document.product_groups() {
        if let Some(id) = group.get("group_id")
            && let Some(text) = id.text()
            && !seen.insert(text)
        {
            found.at(&id, format!("the group id {text:?} is already defined; give this group its own"));
        }
    }
}
