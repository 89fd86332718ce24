//! 6.1.39: a TLP:CLEAR document has no closed sharing group.

use crate::csaf::words21::{MAX_UUID, NIL_UUID};
use crate::csaf::{Document, Findings, Rule, Test};

pub(super) const TEST: Test =
    Test { id: "6.1.39", title: "Public Sharing Group with No Max UUID", rule: Rule::Run(run) };

fn run(document: &Document, found: &mut Findings) {
    let Some(id) = document.sharing_group().and_then(|group| group.get("id")) else { return };
    let open = match id.text() {
        Some(MAX_UUID) | None => true,
        Some(NIL_UUID) => document.status() == Some("draft"),
        Some(_) => false,
    };
    if document.tlp() == Some("CLEAR") && !open {
        found.at(&id, "TLP:CLEAR is for everybody, and this is a closed group; remove the group or change the label");
    }
}
