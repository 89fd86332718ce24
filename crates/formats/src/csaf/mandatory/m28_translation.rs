//! 6.1.28: a translation is in another language than its original.

use crate::csaf::{Document, Findings, Rule, Test};

pub(super) const TEST: Test = Test { id: "6.1.28", title: "Translation", rule: Rule::Run(run) };

fn run(document: &Document, found: &mut Findings) {
    if let [(_, language), (source, original)] = document.languages().as_slice()
        && language.eq_ignore_ascii_case(original)
    {
        found.at(
            source,
            format!("the document and its original are both in {original:?}; remove source_lang or mend one"),
        );
    }
}
