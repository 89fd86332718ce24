//! 6.1.40: reserved names of sharing groups are for reserved ids.

use crate::csaf::words21::{MAX_UUID, NIL_UUID};
use crate::csaf::{Document, Findings, Rule, Test};

pub(super) const TEST: Test = Test { id: "6.1.40", title: "Invalid Sharing Group Name", rule: Rule::Run(run) };

/// Reserved names with their ids (section 3.2.2.5.1).
pub(super) const RESERVED: &[(&str, &str)] = &[(MAX_UUID, "Public"), (NIL_UUID, "No sharing allowed")];

fn run(document: &Document, found: &mut Findings) {
    let Some(group) = document.sharing_group() else { return };
    let (Some(name), id) = (group.get("name"), group.word("id")) else { return };
    for (reserved, word) in RESERVED {
        if name.text() == Some(*word) && id != Some(*reserved) {
            found.at(&name, format!("{word:?} is the name of the group {reserved}; give this group another name"));
        }
    }
}
