//! 6.1.21: no version is left out of the revision history.

use crate::csaf::{Document, Findings, Rule, Test};

pub(super) const TEST: Test = Test { id: "6.1.21", title: "Missing Item in Revision History", rule: Rule::Run(run) };

fn run(document: &Document, found: &mut Findings) {
    let majors = || document.revisions.iter().filter_map(|r| r.number.major.value().map(|major| (r, major)));
    if let Some((first, major)) = majors().next()
        && major > 1
    {
        found.pointer(
            format!("{}/number", first.spot.at),
            "the first revision is 0 or 1; add the revisions that are missing",
        );
    }
    for ((_, before), (revision, major)) in majors().zip(majors().skip(1)) {
        if major > before.saturating_add(1) {
            let message = format!("version {} is missing before this one; add its revision", before + 1);
            found.pointer(format!("{}/number", revision.spot.at), message);
        }
    }
}
