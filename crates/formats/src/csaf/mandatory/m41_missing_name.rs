//! 6.1.41: the reserved sharing groups bear their names.

use super::m40_reserved_name::RESERVED;
use crate::csaf::{Document, Findings, Rule, Test};

pub(super) const TEST: Test = Test { id: "6.1.41", title: "Missing Sharing Group Name", rule: Rule::Run(run) };

fn run(document: &Document, found: &mut Findings) {
    let Some(group) = document.sharing_group() else { return };
    for (reserved, word) in RESERVED {
        if group.word("id") == Some(*reserved) && group.word("name") != Some(*word) {
            found.pointer(format!("{}/name", group.at), format!("the name of this group is {word:?}; write it"));
        }
    }
}
