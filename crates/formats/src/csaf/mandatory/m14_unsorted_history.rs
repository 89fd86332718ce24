//! 6.1.14: later revisions have higher numbers.

use crate::csaf::{Document, Findings, Rule, Test};
use std::cmp::Ordering;

pub(super) const TEST: Test = Test { id: "6.1.14", title: "Sorted Revision History", rule: Rule::Run(run) };

fn run(document: &Document, found: &mut Findings) {
    for pair in document.revisions.windows(2) {
        if let [earlier, later] = pair
            && earlier.number.order(&later.number) == Ordering::Greater
        {
            let message = "has a lower number than a revision of an earlier date; mend the number or the date";
            found.pointer(format!("{}/number", later.spot.at), message);
        }
    }
}
