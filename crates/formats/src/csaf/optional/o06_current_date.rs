//! 6.2.6: the current release is not before the last revision.

use crate::csaf::{Document, Findings, Rule, Test};
use crate::instant::Instant;

pub(super) const TEST: Test =
    Test { id: "6.2.6", title: "Older Current Release Date than Revision History", rule: Rule::Run(run) };

fn run(document: &Document, found: &mut Findings) {
    let Some(spot) = document.tracking().and_then(|tracking| tracking.get("current_release_date")) else { return };
    if let (Some(date), Some(newest)) = (spot.text().and_then(Instant::parse), document.revisions.last())
        && date < newest.date
    {
        found.at(&spot, "is before the newest revision; mend one of the two dates");
    }
}
