//! 6.2.21: no two revisions are of one time.

use crate::csaf::{Document, Findings, Rule, Test};

pub(super) const TEST: Test = Test { id: "6.2.21", title: "Same Timestamps in Revision History", rule: Rule::Run(run) };

fn run(document: &Document, found: &mut Findings) {
    for pair in document.revisions.windows(2) {
        if let [earlier, later] = pair
            && earlier.date == later.date
        {
            found
                .pointer(format!("{}/date", later.spot.at), "is the time of another revision too; mend one of the two");
        }
    }
}
