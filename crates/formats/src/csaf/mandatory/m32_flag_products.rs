//! 6.1.32: a flag says for which products it is.

use crate::csaf::{Document, Findings, Rule, Test};

pub(super) const TEST: Test = Test { id: "6.1.32", title: "Flag without Product Reference", rule: Rule::Run(run) };

fn run(document: &Document, found: &mut Findings) {
    let flags = document.vulnerabilities.iter().flat_map(|v| v.items("flags"));
    for flag in flags.filter(|flag| !flag.has("group_ids") && !flag.has("product_ids")) {
        found.at(&flag, "names no product; add product_ids or group_ids");
    }
}
