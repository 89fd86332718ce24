//! 6.2.29: the sharing group is not the reserved one of all zeros.

use crate::csaf::words21::NIL_UUID;
use crate::csaf::{Document, Findings, Rule, Test};

pub(super) const TEST: Test = Test { id: "6.2.29", title: "Usage of Nil UUID", rule: Rule::Run(run) };

fn run(document: &Document, found: &mut Findings) {
    if let Some(id) = document.sharing_group().and_then(|group| group.get("id"))
        && id.text() == Some(NIL_UUID)
    {
        found.at(&id, "is reserved for what is not shared; give the group its own id");
    }
}
