//! A document of CSAF 2.0 as one of 2.1.
//!
//! The rules are those that section 9.1.18 of CSAF 2.1 gives to converters, as far as the document alone decides them: texts
//! are not searched for licences, products or SSVC, and what was not valid before is not made so by guessing.

use super::remedy::{self, Groups};
use super::turn::{Turn, each, keys, take, take_list};
use super::{dates, number, title};
use crate::advisory::vers::unescaped;
use crate::csaf::dictionary::weakness::release_of;
use crate::csaf::vers::Range;
use crate::csaf::words::is_range;
use crate::csaf::{Edition, meets_profile, profile};
use crate::cvss::{Vector, Version};
use crate::instant::Instant;
use crate::json::{Parsed, Tree};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

pub(super) const SCHEMA: &str = "https://docs.oasis-open.org/csaf/csaf/v2.1/schema/csaf.json";
/// How a text of distribution names a label that 2.0 does not have.
pub(super) const STRICT: &str = "TLP v2.0: TLP:AMBER+STRICT";

/// FIRST's calculator, with a vector behind it: how 2.0 tells of a score of CVSS 4.
pub(super) const CALCULATOR: &str = "https://www.first.org/cvss/calculator/4.0#";

/// Turns a document of 2.0 into one of 2.1. A fix whose day is after `now` (RFC 3339) is planned.
pub fn upgrade(document: Value, now: &str) -> Turn {
    let mut turn = Turn { value: document, ..Turn::default() };
    turn.strangers(Edition::V20);
    title::raise(&mut turn);
    raise(turn, now)
}

/// The same of a document of 2.0 that has in its place what only 2.1 can say.
pub(super) fn raise(mut turn: Turn, now: &str) -> Turn {
    let now = Instant::parse(now);
    let mut value = std::mem::take(&mut turn.value);
    if let Value::Object(map) = &mut value {
        map.insert("$schema".to_owned(), SCHEMA.into());
    }
    dates::raise(&mut value, &mut turn);
    head(&mut value, &mut turn);
    if let Some(tree) = value.get_mut("product_tree") {
        self::tree(tree, &mut turn);
    }
    let mut groups = Groups::of(&value);
    for (at, vulnerability) in each(value.get_mut("vulnerabilities")) {
        let at = format!("/vulnerabilities/{at}");
        weaknesses(vulnerability, &at, &mut turn);
        if let Some(date) = take(vulnerability, "release_date") {
            keys(vulnerability).insert("disclosure_date".to_owned(), date);
        }
        metrics(vulnerability, &at, &mut turn);
        calculator(vulnerability, &at, &mut turn);
        remedy::raise(vulnerability, &at, &mut groups, now, &mut turn);
    }
    turn.value = value;
    turn.strangers(Edition::V21);
    fit(&mut turn);
    turn
}

/// A security advisory that does not meet what its profile asks since 2.1 is one of the profile that has the old demands.
fn fit(turn: &mut Turn) {
    if turn.value.pointer("/document/category").is_none_or(|category| category != profile::ADVISORY) {
        return;
    }
    if !meets_profile(&Parsed { value: Tree::from(&turn.value), unsorted: None }) {
        turn.changed("/document/category", profile::DEPRECATED_ADVISORY);
        if let Some(category) = turn.value.pointer_mut("/document/category") {
            *category = profile::DEPRECATED_ADVISORY.into();
        }
    }
}

fn head(value: &mut Value, turn: &mut Turn) {
    let Some(document) = value.get_mut("document").filter(|head| head.is_object()) else { return };
    keys(document).insert("csaf_version".to_owned(), "2.1".into());
    // Where nothing was said, the place that is new.
    let new = ["/distribution", "/distribution/tlp", "/distribution/tlp/label"];
    let new = new.into_iter().find(|place| document.pointer(place).is_none()).unwrap_or("/distribution/tlp/label");
    let distribution = keys(document).entry("distribution").or_insert_with(|| json!({}));
    let strict = distribution.get("text").and_then(Value::as_str).is_some_and(|text| text.contains(STRICT));
    if let Value::Object(distribution) = distribution {
        let said = distribution.get("text").and_then(Value::as_str).unwrap_or_default().to_owned();
        let tlp = distribution.entry("tlp").or_insert_with(|| json!({}));
        if let Value::Object(tlp) = tlp {
            let label = tlp.get("label").and_then(Value::as_str).map(str::to_owned);
            let newer = match label.as_deref() {
                None | Some("WHITE") => "CLEAR",
                Some("RED") if strict => "AMBER+STRICT",
                Some(other) => other,
            };
            if label.is_none() {
                turn.changed(&format!("/document{new}"), "no label of TLP was given: CLEAR, for everybody");
            } else if newer == "AMBER+STRICT" {
                turn.changed(
                    "/document/distribution/tlp/label",
                    "RED by the label, AMBER+STRICT by the text beside it",
                );
            }
            tlp.insert("label".to_owned(), newer.into());
            // The text only stood for the label.
            let rest = said.strip_suffix(STRICT).map(str::trim_end).filter(|_| newer == "AMBER+STRICT");
            if let Some(rest) = rest {
                turn.changed("/document/distribution/text", "without the label, which stands in its own place now");
                distribution.insert("text".to_owned(), rest.into());
                if rest.is_empty() {
                    distribution.remove("text");
                }
            }
        }
    }
    let category = document.get("category").and_then(Value::as_str).map(profile::plain);
    let profile = match category.as_deref() {
        Some("withdrawn") => profile::WITHDRAWN,
        Some("superseded") => profile::SUPERSEDED,
        _ => return,
    };
    keys(document).insert("category".to_owned(), profile.into());
}

fn tree(tree: &mut Value, turn: &mut Turn) {
    for (at, branch) in each(tree.get_mut("branches")) {
        self::branch(branch, &format!("/product_tree/branches/{at}"), turn);
    }
    for (at, product) in each(tree.get_mut("full_product_names")) {
        self::product(product, &format!("/product_tree/full_product_names/{at}"), turn);
    }
    let Some(mut paths) = take_list(tree, "relationships", "/product_tree", turn) else { return };
    for (at, relationship) in paths.iter_mut().enumerate().filter(|(_, relationship)| relationship.is_object()) {
        let mut step = Map::new();
        for (old, new) in [("category", "category"), ("relates_to_product_reference", "next_product_reference")] {
            step.extend(take(relationship, old).map(|part| (new.to_owned(), part)));
        }
        keys(relationship).insert("subpaths".to_owned(), json!([step]));
        if let Some(start) = take(relationship, "product_reference") {
            keys(relationship).insert("beginning_product_reference".to_owned(), start);
        }
        if let Some(product) = relationship.get_mut("full_product_name") {
            self::product(product, &format!("/product_tree/relationships/{at}/full_product_name"), turn);
        }
    }
    keys(tree).insert("product_paths".to_owned(), paths.into());
}

/// Documents are not deep.
fn branch(branch: &mut Value, at: &str, turn: &mut Turn) {
    let word = |branch: &Value, key: &str| branch.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let (category, name) = (word(branch, "category"), word(branch, "name"));
    if category == "legacy" {
        turn.changed(&format!("{at}/category"), "legacy is product_name in 2.1; look whether another one fits better");
        keys(branch).insert("category".to_owned(), "product_name".into());
    }
    let plain = (category == "product_version_range").then(|| constraints(&name)).flatten();
    if let Some(plain) = plain.as_ref().filter(|plain| **plain != name) {
        turn.changed(&format!("{at}/name"), &format!("{name:?} as a range of versions: {plain}"));
        keys(branch).insert("name".to_owned(), plain.as_str().into());
    }
    let name = plain.unwrap_or(name);
    if category == "product_version_range"
        && let Ok(range) = Range::parse(&name)
        && range.is_single()
    {
        let version = range.constraints.first().map(|(_, version)| *version).unwrap_or_default();
        let version = if range.kind.is_some() { unescaped(version) } else { version.to_owned() };
        if !is_range(&version) {
            turn.changed(&format!("{at}/category"), &format!("{name:?} is one version: product_version {version:?}"));
            keys(branch).insert("name".to_owned(), version.into());
            keys(branch).insert("category".to_owned(), "product_version".into());
        }
    }
    if let Some(product) = branch.get_mut("product") {
        self::product(product, &format!("{at}/product"), turn);
    }
    for (index, below) in each(branch.get_mut("branches")) {
        self::branch(below, &format!("{at}/branches/{index}"), turn);
    }
}

/// What 2.0 let people write as a range, as constraints alone: without blanks, "All versions" and a "vers:all/" that has
/// constraints behind it. `None` where that is no range either: where words were taken away, what has no comparator is a word
/// itself, or a version that the words said something about.
fn constraints(text: &str) -> Option<String> {
    if Range::parse(text).is_ok() {
        return Some(text.to_owned());
    }
    let text = text.trim();
    let rest = text.strip_prefix("vers:all/").unwrap_or(text);
    let all = rest.get(..12).filter(|start| start.eq_ignore_ascii_case("all versions"));
    let rest = all.map_or(rest, |_| rest[12..].trim());
    if rest.is_empty() {
        return Some("vers:all/*".to_owned());
    }
    let words = rest.len() < text.len() || rest.contains(" and ");
    let mut plain = String::new();
    for constraint in rest.replace(" and ", "|").split('|').map(str::trim) {
        let version = constraint.trim_start_matches(['<', '>', '=', '!']);
        let sign = &constraint[..constraint.len() - version.len()];
        if words && sign.is_empty() {
            return None;
        }
        let bar = if plain.is_empty() { "" } else { "|" };
        plain.extend([bar, sign, version.trim()]);
    }
    Range::parse(&plain).is_ok().then_some(plain)
}

/// The identification helper.
fn product(product: &mut Value, at: &str, turn: &mut Turn) {
    let Some(helper) = product.get_mut("product_identification_helper").filter(|helper| helper.is_object()) else {
        return;
    };
    let at = format!("{at}/product_identification_helper");
    if let Some(purl) = take(helper, "purl") {
        keys(helper).insert("purls".to_owned(), json!([purl]));
    }
    for (file_at, file) in each(helper.get_mut("hashes")) {
        for (hash_at, hash) in each(file.get_mut("file_hashes")) {
            for key in ["algorithm", "value"] {
                if let Some(Value::String(text)) = hash.get_mut(key)
                    && text.chars().any(char::is_uppercase)
                {
                    turn.changed(&format!("{at}/hashes/{file_at}/file_hashes/{hash_at}/{key}"), "in lower case");
                    *text = text.to_lowercase();
                }
            }
        }
    }
    number::raise(helper, &at, turn);
    if keys(helper).is_empty() {
        turn.dropped(&at, "(nothing is left of it)");
        take(product, "product_identification_helper");
    }
}

/// The release is the newest in which the weakness has this name; without one it is left as it is.
fn weaknesses(vulnerability: &mut Value, at: &str, turn: &mut Turn) {
    let list = take_list(vulnerability, "cwes", at, turn).unwrap_or_default();
    let list: Vec<Value> =
        list.into_iter().chain(take(vulnerability, "cwe")).map(|cwe| weakness(cwe, at, turn)).collect();
    if !list.is_empty() {
        keys(vulnerability).insert("cwes".to_owned(), list.into());
    }
}

fn weakness(mut cwe: Value, at: &str, turn: &mut Turn) -> Value {
    let word = |key: &str| cwe.get(key).and_then(Value::as_str).map(str::to_owned);
    if let (Some(id), Some(whole)) = (word("id"), word("name")) {
        let name = whole.trim();
        if name != whole {
            turn.changed(&format!("{at}/cwe/name"), "without blanks around it");
            keys(&mut cwe).insert("name".to_owned(), name.into());
        }
        if let Some(release) = release_of(id.trim(), name) {
            keys(&mut cwe).insert("version".to_owned(), release.into());
        }
    }
    cwe
}

fn metrics(vulnerability: &mut Value, at: &str, turn: &mut Turn) {
    let Some(mut scores) = take_list(vulnerability, "scores", at, turn) else { return };
    for score in scores.iter_mut().filter(|score| score.is_object()) {
        let products = take(score, "products").map(|products| ("products".to_owned(), products));
        let content = std::iter::once(("content".to_owned(), score.take()));
        *score = Value::Object(content.chain(products).collect());
    }
    keys(vulnerability).insert("metrics".to_owned(), scores.into());
}

/// A reference to FIRST's calculator is a score of CVSS 4 for the affected products. Where there are several, or such a
/// score is there, nobody knows which is for which: they stay references (a product has one score of a version).
fn calculator(vulnerability: &mut Value, at: &str, turn: &mut Turn) {
    let vectors: BTreeSet<String> = each_of(vulnerability, "references")
        .filter_map(|reference| reference.get("url")?.as_str()?.strip_prefix(CALCULATOR).map(str::to_owned))
        .collect();
    let (Some(text), 1) = (vectors.first(), vectors.len()) else { return };
    let Some(vector) = text.parse::<Vector>().ok().filter(|vector| vector.version() == Version::V40) else { return };
    let mut metrics: Vec<Value> = each_of(vulnerability, "metrics").collect();
    let affected: Vec<Value> = ["first_affected", "known_affected", "last_affected"]
        .iter()
        .flat_map(|key| each_of(vulnerability.get("product_status").unwrap_or(&Value::Null), key))
        .collect();
    if affected.is_empty() || metrics.iter().any(|metric| metric.pointer("/content/cvss_v4").is_some()) {
        return;
    }
    turn.changed(&format!("{at}/metrics"), "takes the score of CVSS 4 that a reference gives");
    let base = vector.scores().base;
    let score = json!({"version": "4.0", "vectorString": text, "baseScore": base.value(),
        "baseSeverity": base.severity().as_str().to_uppercase()});
    metrics.push(json!({"content": {"cvss_v4": score}, "products": affected}));
    keys(vulnerability).insert("metrics".to_owned(), metrics.into());
}

fn each_of(item: &Value, key: &str) -> impl Iterator<Item = Value> {
    item.get(key).and_then(Value::as_array).cloned().unwrap_or_default().into_iter()
}
