//! 6.1.27.13: where a version of a product is fixed, another version of it is affected.

use crate::csaf::document::{AFFECTED, with_status};
use crate::csaf::family::Families;
use crate::csaf::profile;
use crate::csaf::{Document, Findings, Rule, Test};
use std::collections::{HashMap, HashSet};

pub(super) const TEST: Test = Test { id: "6.1.27.13", title: "Corresponding Affected Products", rule: Rule::Run(run) };

fn run(document: &Document, found: &mut Findings) {
    if document.profile != profile::ADVISORY {
        return;
    }
    let families = Families::of(document);
    // A product may be named again and again, at the end of a long path.
    let mut known: HashMap<&str, Vec<usize>> = HashMap::new();
    for vulnerability in &document.vulnerabilities {
        let affected: HashSet<usize> =
            with_status(vulnerability, AFFECTED).into_iter().filter_map(|(_, id)| families.family(id)).collect();
        for (spot, id) in with_status(vulnerability, &["fixed"]) {
            let wanted = known.entry(id).or_insert_with(|| families.wanted(id));
            // A product that is not defined is test 6.1.1.
            if !wanted.is_empty() && !wanted.iter().any(|family| affected.contains(family)) {
                let message = format!("no other version of {id:?} is affected here; name the affected versions");
                found.at(&spot, message);
            }
        }
    }
}
