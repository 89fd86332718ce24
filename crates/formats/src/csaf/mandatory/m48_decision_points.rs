//! 6.1.48: SSVC decision points exist, and their values stand in order.

use crate::csaf::dictionary::decision::{self, Known};
use crate::csaf::{Document, Findings, Rule, Test};
use crate::json::Spot;

pub(super) const TEST: Test = Test { id: "6.1.48", title: "SSVC Decision Points", rule: Rule::Run(run) };

fn run(document: &Document, found: &mut Findings) {
    let metrics = document.vulnerabilities.iter().flat_map(|v| document.metrics(v));
    for selection in metrics.filter_map(|m| m.content.get("ssvc_v2")).flat_map(|ssvc| ssvc.items("selections")) {
        let words = ["namespace", "key", "version"].map(|key| selection.word(key));
        if let [Some(namespace), Some(key), Some(version)] = words {
            let (base, extensions) = namespace.split_once('/').map_or((namespace, ""), |(base, rest)| (base, rest));
            let base_alone = base.split('#').next().unwrap_or(base);
            if base_alone == "invalid" {
                found.at(&selection, "the namespace \"invalid\" is reserved for what is not valid; use another");
            } else if decision::is_registered(base) {
                check(&selection, (base, key, version), extensions, found);
            }
        }
    }
}

fn check(selection: &Spot, (namespace, key, version): (&str, &str, &str), extensions: &str, found: &mut Findings) {
    let point = match decision::find(namespace, key, version) {
        Known::No => {
            let message = format!("there is no decision point {namespace}:{key}:{version}; mend its key or version");
            found.at(selection, message);
            return;
        }
        Known::Yes(point) => point,
        Known::Later(point) => {
            let message = format!("{namespace}:{key}:{version} is newer than those known here; compare it yourself");
            found.warn(selection, message);
            point
        }
    };
    let mut last = None;
    for value in selection.items("values") {
        let Some(code) = value.word("key") else { continue };
        let place = point.values.iter().position(|(known, _)| *known == code);
        if place.is_none() {
            let known = point.values.iter().map(|(key, _)| *key).collect::<Vec<_>>().join(", ");
            found.at(&value, format!("{code:?} is no value of {key}; use one of {known}"));
        } else if place <= last {
            let message = format!("{code:?} does not stand in the order of {key}; sort the values");
            // A case of the committee's suite takes a translation whose values stand otherwise.
            if is_translation(extensions) { found.warn(&value, message) } else { found.at(&value, message) }
        }
        last = last.max(place);
    }
}

/// Whether an extension of a namespace ends in a language that is not English.
fn is_translation(extensions: &str) -> bool {
    let last = extensions.rsplit('/').next().unwrap_or_default();
    let tag = last.rsplit_once('$').map_or(last, |(_, tag)| tag);
    !tag.is_empty() && !tag.starts_with('.') && !tag.starts_with("en")
}
