//! 6.2.30: what everybody may read has no sharing group.

use crate::csaf::{Document, Findings, Rule, Test};

pub(super) const TEST: Test = Test { id: "6.2.30", title: "Usage of Sharing Group on TLP:CLEAR", rule: Rule::Run(run) };

fn run(document: &Document, found: &mut Findings) {
    if let Some(group) = document.sharing_group().filter(|_| document.tlp() == Some("CLEAR")) {
        found.at(&group, "TLP:CLEAR is for everybody, and needs no sharing group; remove it");
    }
}
