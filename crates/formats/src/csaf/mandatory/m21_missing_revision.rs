//! 6.1.21: no version is left out of the revision history.

use crate::csaf::{Document, Findings, Rule, Test};
use std::collections::HashSet;

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
    let present: HashSet<u64> = majors().map(|(_, major)| major).collect();
    for ((_, before), (revision, major)) in majors().zip(majors().skip(1)) {
        if let Some(missing) = before.checked_add(1).filter(|missing| major > *missing) {
            let message = if present.contains(&missing) {
                format!("version {missing} comes later than this one; mend the dates or the numbers")
            } else {
                format!("version {missing} is missing before this one; add its revision")
            };
            found.pointer(format!("{}/number", revision.spot.at), message);
        }
    }
}
