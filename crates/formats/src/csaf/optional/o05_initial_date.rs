//! 6.2.5: the first release is not before the first revision.

use crate::csaf::{Document, Findings, Rule, Test};
use crate::instant::Instant;

pub(super) const TEST: Test =
    Test { id: "6.2.5", title: "Older Initial Release Date than Revision History", rule: Rule::Run(run) };

fn run(document: &Document, found: &mut Findings) {
    let Some(spot) = document.tracking().and_then(|tracking| tracking.get("initial_release_date")) else { return };
    if let (Some(date), Some(oldest)) = (spot.text().and_then(Instant::parse), document.revisions.first())
        && date < oldest.date
    {
        found.at(&spot, "is before the oldest revision; mend one of the two dates");
    }
}
