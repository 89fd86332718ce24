//! 6.1.4: every group id that is referred to is defined in the product tree.

use crate::csaf::{Document, Findings, Rule, Test};

pub(super) const TEST: Test =
    Test { id: "6.1.4", title: "Missing Definition of Product Group ID", rule: Rule::Run(run) };

fn run(document: &Document, found: &mut Findings) {
    for (spot, id) in document.group_references() {
        if !document.groups.contains_key(id) {
            found.at(
                &spot,
                format!("the group {id:?} is not defined in /product_tree/product_groups; define it or mend the id"),
            );
        }
    }
}
