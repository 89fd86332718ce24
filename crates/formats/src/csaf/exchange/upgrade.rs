//! A document of CSAF 2.0 as one of 2.1.
//!
//! The rules are those that section 9.1.18 of CSAF 2.1 gives to converters, as far as the document alone decides them: texts
//! are not searched for licences, products or SSVC, and what was not valid before is not made so by guessing.

use super::turn::{Turn, each, keys, take};
use crate::csaf::dictionary::weakness::release_of;
use crate::csaf::vers::Range;
use crate::csaf::words::is_range;
use crate::csaf::{Edition, Finding, Level, judge, profile};
use crate::cvss::{Vector, Version};
use crate::json::{Parsed, Tree};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

pub(super) const SCHEMA: &str = "https://docs.oasis-open.org/csaf/csaf/v2.1/schema/csaf.json";
/// How a text of distribution names a label that 2.0 does not have.
pub(super) const STRICT: &str = "TLP v2.0: TLP:AMBER+STRICT";

/// FIRST's calculator, with a vector behind it: how 2.0 tells of a score of CVSS 4.
pub(super) const CALCULATOR: &str = "https://www.first.org/cvss/calculator/4.0#";

/// Turns a document of 2.0 into one of 2.1.
pub fn upgrade(document: Value) -> Turn {
    let mut turn = Turn { value: document, ..Turn::default() };
    turn.strangers(Edition::V20);
    raise(turn)
}

/// The same of a document of 2.0 that has in its place what only 2.1 can say.
pub(super) fn raise(mut turn: Turn) -> Turn {
    let mut value = std::mem::take(&mut turn.value);
    if let Value::Object(map) = &mut value {
        map.insert("$schema".to_owned(), SCHEMA.into());
    }
    head(&mut value, &mut turn);
    if let Some(tree) = value.get_mut("product_tree") {
        self::tree(tree, &mut turn);
    }
    for (at, vulnerability) in each(value.get_mut("vulnerabilities")) {
        let at = format!("/vulnerabilities/{at}");
        weaknesses(vulnerability);
        if let Some(date) = take(vulnerability, "release_date") {
            keys(vulnerability).insert("disclosure_date".to_owned(), date);
        }
        metrics(vulnerability);
        calculator(vulnerability, &at, &mut turn);
        remediations(vulnerability, &at, &mut turn);
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
    let verdict = judge(&Parsed { value: Tree::from(&turn.value), unsorted: None });
    let unfit = |finding: &Finding| finding.level == Level::Error && finding.test.starts_with("6.1.27.");
    if verdict.findings.iter().any(unfit) {
        turn.changed("/document/category", profile::DEPRECATED_ADVISORY);
        if let Some(category) = turn.value.pointer_mut("/document/category") {
            *category = profile::DEPRECATED_ADVISORY.into();
        }
    }
}

fn head(value: &mut Value, turn: &mut Turn) {
    let Some(document) = value.get_mut("document").filter(|head| head.is_object()) else { return };
    keys(document).insert("csaf_version".to_owned(), "2.1".into());
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
                turn.changed("/document/distribution/tlp/label", "no label was given: CLEAR, for everybody");
            } else if newer == "AMBER+STRICT" {
                turn.changed(
                    "/document/distribution/tlp/label",
                    "RED by the label, AMBER+STRICT by the text beside it",
                );
            }
            tlp.insert("label".to_owned(), newer.into());
            // The text only stood for the label.
            match said.strip_suffix(STRICT).map(str::trim_end).filter(|_| newer == "AMBER+STRICT") {
                Some("") => drop(distribution.remove("text")),
                Some(rest) => drop(distribution.insert("text".to_owned(), rest.into())),
                None => {}
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
    for (_, product) in each(tree.get_mut("full_product_names")) {
        self::product(product);
    }
    let Some(Value::Array(relationships)) = take(tree, "relationships") else { return };
    let path = |mut relationship: Value| {
        let mut product = take(&mut relationship, "full_product_name").unwrap_or_default();
        self::product(&mut product);
        let part = |key: &str| relationship.get(key).cloned().unwrap_or_default();
        json!({"beginning_product_reference": part("product_reference"), "full_product_name": product,
            "subpaths": [{"category": part("category"), "next_product_reference": part("relates_to_product_reference")}]})
    };
    keys(tree).insert("product_paths".to_owned(), relationships.into_iter().map(path).collect());
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
        let version = name.rsplit_once('/').map_or(&*name, |(_, version)| version).trim_start_matches('=');
        if !is_range(version) {
            turn.changed(&format!("{at}/category"), &format!("{name:?} is one version: product_version"));
            keys(branch).insert("name".to_owned(), version.into());
            keys(branch).insert("category".to_owned(), "product_version".into());
        }
    }
    if let Some(product) = branch.get_mut("product") {
        self::product(product);
    }
    for (index, below) in each(branch.get_mut("branches")) {
        self::branch(below, &format!("{at}/branches/{index}"), turn);
    }
}

/// What 2.0 let people write as a range, as constraints alone: without blanks, "All versions" and a "vers:all/" that has
/// constraints behind it. `None` where that is no range either.
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
    let mut plain = String::new();
    for constraint in rest.replace(" and ", "|").split('|').map(str::trim) {
        let version = constraint.trim_start_matches(['<', '>', '=', '!']);
        let sign = &constraint[..constraint.len() - version.len()];
        let bar = if plain.is_empty() { "" } else { "|" };
        plain.extend([bar, sign, version.trim()]);
    }
    Range::parse(&plain).is_ok().then_some(plain)
}

/// The identification helper. Numbers meant "begins with" in 2.0, which 2.1 writes with a star.
fn product(product: &mut Value) {
    let Some(helper) = product.get_mut("product_identification_helper").filter(|helper| helper.is_object()) else {
        return;
    };
    if let Some(purl) = take(helper, "purl") {
        keys(helper).insert("purls".to_owned(), json!([purl]));
    }
    for key in ["model_numbers", "serial_numbers", "skus"] {
        for (_, number) in each(helper.get_mut(key)) {
            if let Some(text) = number.as_str() {
                let star = if text.ends_with('*') { "" } else { "*" };
                *number = format!("{}{star}", text.replace('\\', "\\\\")).into();
            }
        }
    }
    for (_, file) in each(helper.get_mut("hashes")) {
        for (_, hash) in each(file.get_mut("file_hashes")) {
            for key in ["algorithm", "value"] {
                if let Some(text) = hash.get_mut(key) {
                    *text = text.as_str().map_or(Value::Null, |text| text.to_lowercase().into());
                }
            }
        }
    }
}

/// The release is the newest in which the weakness has this name; without one it is left as it is.
fn weaknesses(vulnerability: &mut Value) {
    let list =
        take(vulnerability, "cwes").and_then(|list| if let Value::Array(list) = list { Some(list) } else { None });
    let list: Vec<Value> =
        list.unwrap_or_default().into_iter().chain(take(vulnerability, "cwe")).map(weakness).collect();
    set_or_remove(keys(vulnerability), "cwes", list);
}

fn weakness(mut cwe: Value) -> Value {
    let word = |key: &str| cwe.get(key).and_then(Value::as_str).map(str::trim).map(str::to_owned);
    if let (Some(id), Some(name)) = (word("id"), word("name")) {
        let release = release_of(&id, &name).unwrap_or_else(|| crate::cwe::release());
        keys(&mut cwe).insert("version".to_owned(), release.into());
        keys(&mut cwe).insert("name".to_owned(), name.into());
    }
    cwe
}

fn metrics(vulnerability: &mut Value) {
    let Some(Value::Array(scores)) = take(vulnerability, "scores") else { return };
    let metric = |mut score: Value| {
        let products = take(&mut score, "products").unwrap_or_default();
        json!({"content": score, "products": products})
    };
    keys(vulnerability).insert("metrics".to_owned(), scores.into_iter().map(metric).collect());
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

/// A fix for a product that needs none is an optional patch; that there is no fix is not said beside a fix.
fn remediations(vulnerability: &mut Value, at: &str, turn: &mut Turn) {
    let names = |item: &Value, key: &str| -> BTreeSet<String> {
        let list = item.get(key).and_then(Value::as_array).into_iter().flatten();
        list.filter_map(|id| id.as_str().map(str::to_owned)).collect()
    };
    let status = vulnerability.get("product_status").cloned().unwrap_or_default();
    let unharmed: BTreeSet<String> =
        ["fixed", "first_fixed", "known_not_affected"].iter().flat_map(|key| names(&status, key)).collect();
    let Some(Value::Array(list)) = vulnerability.get_mut("remediations") else { return };
    let is = |item: &Value, category: &str| item.get("category").and_then(Value::as_str) == Some(category);
    let fixed: BTreeSet<String> =
        list.iter().filter(|item| is(item, "vendor_fix")).flat_map(|item| names(item, "product_ids")).collect();
    let mut kept = Vec::new();
    for (index, mut item) in std::mem::take(list).into_iter().enumerate() {
        let own = names(&item, "product_ids");
        let at = format!("{at}/remediations/{index}");
        let apart = if is(&item, "vendor_fix") { &unharmed } else { &fixed };
        let moved: BTreeSet<&str> = own.intersection(apart).map(String::as_str).collect();
        let other = is(&item, "vendor_fix") || is(&item, "none_available");
        if !other || moved.is_empty() {
            kept.push(item);
            continue;
        }
        if is(&item, "vendor_fix") {
            turn.changed(&at, "optional_patch for the products that are fixed or not affected");
            let mut patch = item.clone();
            keys(&mut patch).insert("category".to_owned(), "optional_patch".into());
            keys(&mut patch).insert("product_ids".to_owned(), moved.iter().copied().collect());
            keys(&mut patch).remove("group_ids");
            kept.push(patch);
        } else {
            turn.changed(&at, "none_available is not said for products that have a vendor_fix");
        }
        let rest: Vec<Value> =
            each_of(&item, "product_ids").filter(|id| id.as_str().is_none_or(|id| !moved.contains(id))).collect();
        let empty = rest.is_empty() && item.get("group_ids").is_none();
        set_or_remove(keys(&mut item), "product_ids", rest);
        if !empty {
            kept.push(item);
        }
    }
    if let Some(Value::Array(list)) = vulnerability.get_mut("remediations") {
        *list = kept;
    }
}

fn each_of(item: &Value, key: &str) -> impl Iterator<Item = Value> {
    item.get(key).and_then(Value::as_array).cloned().unwrap_or_default().into_iter()
}

fn set_or_remove(map: &mut Map<String, Value>, key: &str, list: Vec<Value>) {
    if list.is_empty() {
        map.remove(key);
    } else {
        map.insert(key.to_owned(), list.into());
    }
}
