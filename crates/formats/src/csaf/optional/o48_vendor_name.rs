//! 6.2.48: no vendor is called "Open Source".

use crate::csaf::{Document, Findings, Rule, Test};

pub(super) const TEST: Test = Test { id: "6.2.48", title: "Misuse at Vendor Name", rule: Rule::Run(run) };

fn run(document: &Document, found: &mut Findings) {
    for branch in document.branches.iter().filter(|branch| branch.category == "vendor") {
        let plain: String = branch.name.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect();
        if plain == "opensource"
            && let Some(name) = branch.spot.get("name")
        {
            found.at(&name, "is no vendor; name the project or the people behind it");
        }
    }
}
