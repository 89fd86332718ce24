//! 6.1.29: a remediation says for which products it is.

use crate::csaf::{Document, Findings, Rule, Test};

pub(super) const TEST: Test =
    Test { id: "6.1.29", title: "Remediation without Product Reference", rule: Rule::Run(run) };

fn run(document: &Document, found: &mut Findings) {
    let remediations = document.vulnerabilities.iter().flat_map(|v| v.items("remediations"));
    for remediation in remediations.filter(|r| !r.has("group_ids") && !r.has("product_ids")) {
        found.at(&remediation, "names no product; add product_ids or group_ids");
    }
}
