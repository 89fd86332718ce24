//! 6.1.54: the licence is an SPDX expression.

use crate::csaf::dictionary::licence;
use crate::csaf::{Document, Findings, Rule, Test};

pub(super) const TEST: Test = Test { id: "6.1.54", title: "License Expression", rule: Rule::Run(run) };

fn run(document: &Document, found: &mut Findings) {
    if let Some(spot) = document.root.path(&["document", "license_expression"])
        && spot.text().is_some_and(|text| licence::identifiers(text).is_none())
    {
        found.at(&spot, "is no SPDX licence expression; write an identifier such as CC-BY-4.0 or LicenseRef-…");
    }
}
