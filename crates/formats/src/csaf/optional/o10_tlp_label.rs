//! 6.2.10: the document has a TLP label.

use crate::csaf::{Document, Findings, Rule, Test};

pub(super) const TEST: Test = Test { id: "6.2.10", title: "Missing TLP label", rule: Rule::Run(run) };

fn run(document: &Document, found: &mut Findings) {
    let tlp = document.root.path(&["document", "distribution", "tlp"]);
    if tlp.is_none_or(|tlp| tlp.word("label").is_none()) {
        found.pointer("/document/distribution", "has no TLP label; add tlp with its label");
    }
}
