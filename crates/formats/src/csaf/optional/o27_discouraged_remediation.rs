//! 6.2.27: a remediation does not sit oddly with the status of its products.

use crate::csaf::remediation::{Fit, unfit};
use crate::csaf::{Document, Findings, Rule, Test};

pub(super) const TEST: Test =
    Test { id: "6.2.27", title: "Discouraged Product Status Remediation Combination", rule: Rule::Run(run) };

fn run(document: &Document, found: &mut Findings) {
    unfit(document, Fit::Discouraged, |remediation, id, category, group| {
        if !found.is_full() {
            found.at(remediation, format!("{id:?} is {group}, which goes badly with {category}; look at both again"));
        }
    });
}
