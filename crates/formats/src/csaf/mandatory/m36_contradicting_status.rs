//! 6.1.36: a remediation goes with the status of its products.

use crate::csaf::remediation::{Fit, unfit};
use crate::csaf::{Document, Findings, Rule, Test};

pub(super) const TEST: Test =
    Test { id: "6.1.36", title: "Contradicting Product Status Remediation Combination", rule: Rule::Run(run) };

fn run(document: &Document, found: &mut Findings) {
    unfit(document, Fit::Prohibited, |remediation, id, category, group| {
        if !found.is_full() {
            found.at(remediation, format!("{id:?} is {group}, which {category} contradicts; mend one of the two"));
        }
    });
}
