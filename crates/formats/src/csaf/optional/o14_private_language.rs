//! 6.2.14: language tags have no subtag for private use.

use crate::csaf::dictionary::language;
use crate::csaf::{Document, Findings, Rule, Test};

pub(super) const TEST: Test = Test { id: "6.2.14", title: "Use of Private Language", rule: Rule::Run(run) };

fn run(document: &Document, found: &mut Findings) {
    for (spot, tag) in document.languages().into_iter().filter(|(_, tag)| language::is_private(tag)) {
        found.at(&spot, format!("{tag:?} is for private use; use a tag that everybody knows"));
    }
}
