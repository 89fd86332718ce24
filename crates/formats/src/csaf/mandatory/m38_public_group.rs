//! 6.1.38: the sharing group of all ones is for TLP:CLEAR.

use crate::csaf::words21::MAX_UUID;
use crate::csaf::{Document, Findings, Rule, Test};

pub(super) const TEST: Test =
    Test { id: "6.1.38", title: "Non-Public Sharing Group with Max UUID", rule: Rule::Run(run) };

fn run(document: &Document, found: &mut Findings) {
    let group = document.sharing_group().and_then(|group| group.word("id"));
    if group == Some(MAX_UUID) && document.tlp() != Some("CLEAR") {
        found.pointer(
            "/document/distribution/tlp/label",
            "the sharing group is everybody; set the label to CLEAR, or remove the sharing group",
        );
    }
}
