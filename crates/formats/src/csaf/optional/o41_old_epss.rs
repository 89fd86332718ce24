//! 6.2.41: a probability of exploitation (EPSS) is not older than the document by more than 15 days.

use crate::csaf::{Document, Findings, Rule, Test};
use crate::instant::Instant;

pub(super) const TEST: Test = Test { id: "6.2.41", title: "Old EPSS Timestamp", rule: Rule::Run(run) };

const SPAN: i64 = 15 * 24 * 60 * 60;

fn run(document: &Document, found: &mut Findings) {
    let Some(newest) = document.newest().filter(|_| document.is_released()) else { return };
    for vulnerability in &document.vulnerabilities {
        let stamps = document.metrics(vulnerability).filter_map(|metric| metric.content.path(&["epss", "timestamp"]));
        let dated = stamps.filter_map(|spot| Some((Instant::parse(spot.text()?)?, spot)));
        if let Some((date, spot)) = dated.max_by(|(one, _), (other, _)| one.cmp(other))
            && newest.seconds() - date.seconds() > SPAN
        {
            found.at(&spot, "is more than 15 days older than the newest revision; take a newer value");
        }
    }
}
