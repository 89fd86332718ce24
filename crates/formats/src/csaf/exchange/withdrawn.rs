//! An advisory that was withdrawn as CSAF: what the profile "Withdrawn" of 2.1 asks, under that name in 2.0 as well. It
//! says why and since when; no product is said to be affected any more.

use super::write::head;
use crate::advisory::{Advisory, Kind, Note, Options};
use crate::csaf::profile;
use crate::instant::Instant;
use crate::json::Build;
use serde_json::Value;

/// The title of the note that says why (test 6.1.27.17).
pub(super) const REASONING: &str = "Reasoning for Withdrawal";
const NO_REASON: &str = "The source withdrew this advisory and gives no reason.";
const PREFIX: &str = "Withdrawn: ";

/// Writes the document.
pub(super) fn write(advisory: &Advisory, options: &Options) -> Value {
    let mut rest = Advisory { kept: None, products: Vec::new(), vulnerabilities: Vec::new(), ..advisory.clone() };
    rest.kind = Kind::Other(profile::WITHDRAWN.to_owned());
    if !rest.title.to_lowercase().starts_with("withdrawn") {
        rest.title = format!("{PREFIX}{}", if rest.title.is_empty() { &rest.id } else { &rest.title });
    }
    if let Some(date) = rest.withdrawn.clone().filter(|date| !date.is_empty()) {
        let last = rest.updated.as_deref().and_then(Instant::parse);
        rest.updated = rest.updated.filter(|_| last > Instant::parse(&date)).or(Some(date));
    }
    for v in &advisory.vulnerabilities {
        let ids = v.cve.iter().chain(v.ids.iter().map(|(_, id)| id));
        let new: Vec<_> = ids.filter(|id| **id != rest.id && !rest.aliases.contains(id)).cloned().collect();
        rest.aliases.extend(new);
        rest.notes.extend(v.notes.iter().cloned());
        rest.references.extend(v.references.iter().cloned());
        rest.credits.extend(v.credits.iter().cloned());
    }
    if rest.notes.iter().all(|note| note.title.as_deref() != Some(REASONING)) {
        rest.notes.insert(0, reasoning(advisory));
    }
    // Two entries are asked for (test 6.1.27.16): a history of one is told by the dates.
    if rest.revisions.len() < 2 {
        rest.revisions.clear();
    }
    Build::new().set("document", head(&rest, options, &rest.kind)).into()
}

fn reasoning(advisory: &Advisory) -> Note {
    let since = advisory.withdrawn.as_deref().filter(|date| !date.is_empty());
    let since = since.map(|date| format!("Withdrawn on {date}.")).into_iter();
    let reasons = advisory.reasons.iter().cloned();
    let none = advisory.reasons.is_empty().then(|| NO_REASON.to_owned());
    let text = since.chain(reasons).chain(none).collect::<Vec<_>>().join("\n\n");
    Note { category: "description".to_owned(), title: Some(REASONING.to_owned()), text, audience: None }
}
