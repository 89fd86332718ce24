//! What 2.0 takes of the metrics of 2.1: the scores of CVSS 2 and 3, one of a version for a product, in the publisher's
//! own name. A score of CVSS 4 becomes a reference to FIRST's calculator.

use super::turn::{Turn, keys, take_list};
use super::upgrade::CALCULATOR;
use serde_json::{Map, Value, json};
use std::collections::{BTreeSet, HashMap, HashSet};

/// Products that have a score of a version.
type Taken = HashMap<&'static str, HashSet<String>>;

/// Scores of the same products, by version; the products are none where the metric has no list of them.
type Score = (Option<Vec<Value>>, Map<String, Value>);

/// The metrics of the vulnerability at `at`. Where two score a product, the publisher's own metric is taken before one that
/// names its source.
pub(super) fn lower(vulnerability: &mut Value, at: &str, turn: &mut Turn) {
    let Some(metrics) = take_list(vulnerability, "metrics", at, turn) else { return };
    let (own, others): (Vec<_>, Vec<_>) =
        metrics.iter().enumerate().partition(|(_, metric)| metric.get("source").is_none());
    let ordered: Vec<_> = own.into_iter().chain(others).collect();
    if !ordered.is_sorted_by_key(|(index, _)| *index) {
        turn.changed(&format!("{at}/metrics"), "the publisher's own come before those of others");
    }
    let (mut scores, mut calculators) = (Vec::new(), Vec::new());
    let mut taken = Taken::new();
    for (index, metric) in ordered {
        let place = format!("{at}/metrics/{index}");
        if metric.get("source").is_some() {
            turn.dropped(&format!("{place}/source"), "(2.0 does not say who scored)");
        }
        if let Some(reference) = calculator(metric, &place, turn) {
            turn.changed(&format!("{at}/references"), "takes it");
            calculators.push(reference);
        }
        let own = taken_of(metric, &place, &mut taken, turn);
        if own.is_empty() {
            turn.dropped(&place, "(no score is left of it, and its products go with it)");
        }
        scores.extend(own);
    }
    if !scores.is_empty() {
        keys(vulnerability).insert("scores".to_owned(), scores.into());
    }
    if !calculators.is_empty() {
        refer(vulnerability, calculators, at, turn);
    }
}

/// The scores that a metric gives, one of a version: together where they are of the same products.
fn taken_of(metric: &Value, at: &str, taken: &mut Taken, turn: &mut Turn) -> Vec<Value> {
    let Some(Value::Object(content)) = metric.get("content") else {
        if metric.get("content").is_some() {
            turn.dropped(&format!("{at}/content"), "(it is no object)");
        }
        return Vec::new();
    };
    let named = metric.get("products").and_then(Value::as_array);
    let mut scores: Vec<Score> = Vec::new();
    for (key, object) in content.iter().filter(|(key, object)| vector(key, object).is_none()) {
        let at = format!("{at}/content/{key}");
        let Some(known) = ["cvss_v2", "cvss_v3"].into_iter().find(|known| known == key) else {
            turn.dropped(&at, "(2.0 has no place for it)");
            continue;
        };
        let taken = taken.entry(known).or_default();
        let free = |id: &&Value| id.as_str().is_none_or(|id| taken.insert(id.to_owned()));
        let left: Option<Vec<Value>> = named.map(|named| named.iter().filter(free).cloned().collect());
        match (named, &left) {
            (Some(named), Some(left)) if left.is_empty() && !named.is_empty() => {
                turn.dropped(&at, "(2.0 takes one score of a version for a product)");
                continue;
            }
            (Some(named), Some(left)) if left.len() < named.len() => {
                turn.changed(
                    &at,
                    &format!("for {} of its {} products, the others have a score", left.len(), named.len()),
                );
            }
            _ => {}
        }
        let new = (key.clone(), object.clone());
        match scores.iter_mut().find(|(products, _)| *products == left) {
            Some((_, score)) => score.extend([new]),
            None => scores.push((left, std::iter::once(new).collect())),
        }
    }
    let whole = |(products, mut score): Score| {
        score.extend(products.map(|products| ("products".to_owned(), products.into())));
        Value::Object(score)
    };
    scores.into_iter().map(whole).collect()
}

/// The vector of a score of CVSS 4.
fn vector<'a>(key: &str, object: &'a Value) -> Option<&'a str> {
    if key == "cvss_v4" { object.get("vectorString").and_then(Value::as_str) } else { None }
}

/// The reference that stands for a score of CVSS 4.
fn calculator(metric: &Value, at: &str, turn: &mut Turn) -> Option<Value> {
    let vector = vector("cvss_v4", metric.pointer("/content/cvss_v4")?)?;
    turn.changed(&format!("{at}/content/cvss_v4"), "a reference to the calculator of FIRST");
    Some(json!({"category": "external", "summary": "CVSS v4.0", "url": format!("{CALCULATOR}{vector}")}))
}

/// Adds references that are not there yet.
fn refer(vulnerability: &mut Value, mut new: Vec<Value>, at: &str, turn: &mut Turn) {
    let mut list = take_list(vulnerability, "references", at, turn).unwrap_or_default();
    let url = |reference: &Value| reference.get("url").and_then(Value::as_str).map(str::to_owned);
    let mut there: BTreeSet<Option<String>> = list.iter().map(url).collect();
    new.retain(|new| there.insert(url(new)));
    list.extend(new);
    keys(vulnerability).insert("references".to_owned(), list.into());
}
