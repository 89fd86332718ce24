//! 6.1.60.3: an extension stands where and as often as it may, and beside what it may.

use crate::csaf::extension;
use crate::csaf::{Document, Findings, Rule, Test};
use std::collections::{HashMap, HashSet};

pub(super) const TEST: Test = Test { id: "6.1.60.3", title: "Extension Metadata", rule: Rule::Run(run) };

fn run(document: &Document, found: &mut Findings) {
    let lists = extension::lists(document);
    let all = || lists.iter().flat_map(|(_, list)| list.elements());
    let used: HashSet<&str> = all().filter_map(|item| item.word("$schema")).collect();
    for (place, list) in &lists {
        let mut counts: HashMap<&str, usize> = HashMap::new();
        for item in list.elements() {
            let Some(known) = item.word("$schema").and_then(extension::find) else { continue };
            let count = counts.entry(known.schema).or_default();
            *count += 1;
            let most = known.most.get(*place).copied().unwrap_or_default();
            if *count > most {
                found.at(&item, format!("this extension may stand here at most {most} times; remove it"));
            }
            if let Some(other) = known.incompatible.iter().find(|other| used.contains(**other)) {
                found.at(&item, format!("this extension does not go with {other}; remove one of the two"));
            }
        }
    }
}
