//! 6.2.28: the sharing group is not the reserved one of all ones.

use crate::csaf::words21::MAX_UUID;
use crate::csaf::{Document, Findings, Rule, Test};

pub(super) const TEST: Test = Test { id: "6.2.28", title: "Usage of Max UUID", rule: Rule::Run(run) };

fn run(document: &Document, found: &mut Findings) {
    if let Some(id) = document.sharing_group().and_then(|group| group.get("id"))
        && id.text() == Some(MAX_UUID)
    {
        found.at(&id, "is reserved for everybody; leave the sharing group out");
    }
}
