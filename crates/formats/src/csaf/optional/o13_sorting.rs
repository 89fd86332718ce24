//! 6.2.13: keys are sorted alphabetically.

use crate::csaf::{Document, Findings, Rule, Test};

pub(super) const TEST: Test = Test { id: "6.2.13", title: "Sorting", rule: Rule::Run(run) };

fn run(document: &Document, found: &mut Findings) {
    if let Some(pointer) = document.unsorted {
        found.pointer(pointer, "is not at its alphabetical place, perhaps others too; sort the keys of the document");
    }
}
