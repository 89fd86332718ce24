//! 6.1.60.2: an extension is as its own schema says.

use crate::csaf::extension;
use crate::csaf::{Document, Findings, Rule, Test};
use crate::shape;

pub(super) const TEST: Test = Test { id: "6.1.60.2", title: "Extension Schema", rule: Rule::Run(run) };

fn run(document: &Document, found: &mut Findings) {
    for item in extension::lists(document).into_iter().flat_map(|(_, list)| list.elements()) {
        let (Some(schema), Some(content)) = (item.word("$schema"), item.get("content")) else { continue };
        let Some(known) = extension::find(schema) else {
            let category = item.word("category").unwrap_or("unknown");
            found.warn(&item, format!("the {category} extension {schema:?} is not known here and was not looked at"));
            continue;
        };
        for fault in shape::check(known.content, content.value) {
            found.pointer(format!("{}{}", content.at, fault.pointer), fault.message);
        }
    }
}
