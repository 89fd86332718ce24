//! A document of CSAF 2.1 as one of 2.0: the way back of [`upgrade`](super::upgrade::upgrade), and what 2.0 cannot say is listed.

use super::turn::{Turn, each, keys, take};
use super::upgrade::{CALCULATOR, STRICT};
use crate::csaf::dictionary::weakness;
use crate::csaf::{Edition, profile};
use crate::json::escape;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

const NOTHING: &str = "What CSAF 2.1 says here has no place in CSAF 2.0.";

/// Turns a document of 2.1 into one of 2.0.
pub fn downgrade(document: Value) -> Turn {
    let mut turn = Turn { value: document, ..Turn::default() };
    turn.strangers(Edition::V21);
    let mut value = std::mem::take(&mut turn.value);
    if let Value::Object(map) = &mut value {
        map.remove("$schema");
    }
    extensions(&mut value, "", &mut turn);
    head(&mut value, &mut turn);
    if let Some(tree) = value.get_mut("product_tree") {
        self::tree(tree, &mut turn);
    }
    for (at, vulnerability) in each(value.get_mut("vulnerabilities")) {
        let at = format!("/vulnerabilities/{at}");
        if let Some(date) = take(vulnerability, "disclosure_date") {
            keys(vulnerability).insert("release_date".to_owned(), date);
        }
        weaknesses(vulnerability, &at, &mut turn);
        scores(vulnerability, &at, &mut turn);
        for (index, item) in each(vulnerability.get_mut("remediations")) {
            let older = match item.get("category").and_then(Value::as_str) {
                Some("optional_patch") => "vendor_fix",
                Some("fix_planned") => "none_available",
                _ => continue,
            };
            turn.changed(&format!("{at}/remediations/{index}/category"), older);
            keys(item).insert("category".to_owned(), older.into());
        }
    }
    turn.value = value;
    turn.strangers(Edition::V20);
    bare(&mut turn);
    turn
}

/// Extensions came with 2.1.
fn extensions(value: &mut Value, at: &str, turn: &mut Turn) {
    match value {
        Value::Object(map) => {
            if map.remove("x_extensions").is_some() {
                turn.dropped(&format!("{at}/x_extensions"), "(2.0 has no extensions)");
            }
            map.iter_mut().for_each(|(key, value)| extensions(value, &format!("{at}/{}", escape(key)), turn));
        }
        Value::Array(list) => {
            list.iter_mut().enumerate().for_each(|(index, value)| extensions(value, &format!("{at}/{index}"), turn));
        }
        _ => {}
    }
}

fn head(value: &mut Value, turn: &mut Turn) {
    let Some(document) = value.get_mut("document").filter(|head| head.is_object()) else { return };
    keys(document).insert("csaf_version".to_owned(), "2.0".into());
    let label = document.pointer("/distribution/tlp/label").and_then(Value::as_str).map(str::to_owned);
    if let Some(Value::Object(distribution)) = document.get_mut("distribution") {
        if label.as_deref() == Some("AMBER+STRICT") {
            turn.changed("/document/distribution/tlp/label", "RED, with the label in the text beside it");
            let text = distribution.get("text").and_then(Value::as_str).filter(|text| !text.contains(STRICT));
            let text = text.map_or_else(|| STRICT.to_owned(), |text| format!("{text}\n{STRICT}"));
            distribution.insert("text".to_owned(), text.into());
        }
        let older = match label.as_deref() {
            Some("CLEAR") => Some("WHITE"),
            Some("AMBER+STRICT") => Some("RED"),
            _ => None,
        };
        if let (Some(older), Some(tlp)) = (older, distribution.get_mut("tlp")) {
            keys(tlp).insert("label".to_owned(), older.into());
        }
    }
    if let Some(publisher) = document.get_mut("publisher")
        && publisher.get("category").and_then(Value::as_str) == Some("multiplier")
    {
        turn.changed("/document/publisher/category", "other");
        keys(publisher).insert("category".to_owned(), "other".into());
    }
    let older = match document.get("category").and_then(Value::as_str) {
        Some(profile::DEPRECATED_ADVISORY) => profile::ADVISORY,
        Some(profile::WITHDRAWN) => "Withdrawn",
        Some(profile::SUPERSEDED) => "Superseded",
        _ => return,
    };
    turn.changed("/document/category", older);
    keys(document).insert("category".to_owned(), older.into());
}

fn tree(tree: &mut Value, turn: &mut Turn) {
    for (at, branch) in each(tree.get_mut("branches")) {
        self::branch(branch, &format!("/product_tree/branches/{at}"), turn);
    }
    for (at, product) in each(tree.get_mut("full_product_names")) {
        self::product(product, &format!("/product_tree/full_product_names/{at}"), turn);
    }
    let Some(Value::Array(paths)) = take(tree, "product_paths") else { return };
    let (mut relationships, mut plain) = (Vec::new(), Vec::new());
    for (at, mut path) in paths.into_iter().enumerate() {
        let at = format!("/product_tree/product_paths/{at}");
        let mut product = take(&mut path, "full_product_name").unwrap_or_default();
        self::product(&mut product, &format!("{at}/full_product_name"), turn);
        let steps = path.get("subpaths").and_then(Value::as_array).cloned().unwrap_or_default();
        let [step] = &steps[..] else {
            turn.dropped(&format!("{at}/subpaths"), "(a path of several steps; the product stands alone)");
            turn.changed("/product_tree/full_product_names", "takes the product of that path");
            plain.push(product);
            continue;
        };
        let part = |of: &Value, key: &str| of.get(key).cloned().unwrap_or_default();
        relationships.push(json!({"category": part(step, "category"), "full_product_name": product,
            "product_reference": part(&path, "beginning_product_reference"),
            "relates_to_product_reference": part(step, "next_product_reference")}));
    }
    for (key, list) in [("relationships", relationships), ("full_product_names", plain)] {
        if !list.is_empty() {
            let place = keys(tree).entry(key).or_insert_with(|| json!([]));
            place.as_array_mut().into_iter().for_each(|place| place.extend(list.iter().cloned()));
        }
    }
}

/// Documents are not deep.
fn branch(branch: &mut Value, at: &str, turn: &mut Turn) {
    if let Some(older) = branch.get("category").and_then(Value::as_str).filter(|category| *category == "platform") {
        turn.changed(&format!("{at}/category"), &format!("{older} is architecture in 2.0"));
        keys(branch).insert("category".to_owned(), "architecture".into());
    }
    if let Some(product) = branch.get_mut("product") {
        self::product(product, &format!("{at}/product"), turn);
    }
    for (index, below) in each(branch.get_mut("branches")) {
        self::branch(below, &format!("{at}/branches/{index}"), turn);
    }
}

fn product(product: &mut Value, at: &str, turn: &mut Turn) {
    let Some(helper) = product.get_mut("product_identification_helper").filter(|helper| helper.is_object()) else {
        return;
    };
    let at = format!("{at}/product_identification_helper");
    if let Some(Value::Array(purls)) = take(helper, "purls") {
        for index in 1..purls.len() {
            turn.dropped(&format!("{at}/purls/{index}"), "(2.0 takes one)");
        }
        if let Some(first) = purls.into_iter().next() {
            keys(helper).insert("purl".to_owned(), first);
        }
    }
    for key in ["model_numbers", "serial_numbers", "skus"] {
        for (index, number) in each(helper.get_mut(key)) {
            let Some(text) = number.as_str() else { continue };
            match text.strip_suffix('*').filter(|rest| !rest.ends_with('\\')) {
                Some(start) => *number = start.replace("\\\\", "\\").into(),
                None => turn.changed(&format!("{at}/{key}/{index}"), "in 2.0 it means all that begin so"),
            }
        }
    }
}

fn weaknesses(vulnerability: &mut Value, at: &str, turn: &mut Turn) {
    let Some(Value::Array(cwes)) = take(vulnerability, "cwes") else { return };
    for index in 1..cwes.len() {
        turn.dropped(&format!("{at}/cwes/{index}"), "(2.0 takes one)");
    }
    if let Some(mut first) = cwes.into_iter().next() {
        if let Some(Value::String(release)) = take(&mut first, "version") {
            turn.dropped(&format!("{at}/cwes/0/version"), &format!("({release})"));
        }
        let name = first.get("id").and_then(Value::as_str).and_then(weakness::name);
        if let Some(name) = name.filter(|name| first.get("name").is_some_and(|own| own != name)) {
            turn.changed(&format!("{at}/cwes/0/name"), name);
            keys(&mut first).insert("name".to_owned(), name.into());
        }
        keys(vulnerability).insert("cwe".to_owned(), first);
    }
}

/// What 2.0 takes of a metric: the scores of CVSS 2 and 3, one of a version for a product, in the publisher's own name.
fn scores(vulnerability: &mut Value, at: &str, turn: &mut Turn) {
    let Some(Value::Array(metrics)) = take(vulnerability, "metrics") else { return };
    let (mut scores, mut calculators) = (Vec::new(), Vec::new());
    let mut taken: BTreeSet<(&str, String)> = BTreeSet::new();
    for (index, metric) in metrics.iter().enumerate() {
        let at = format!("{at}/metrics/{index}");
        if metric.get("source").is_some() {
            turn.dropped(&format!("{at}/source"), "(2.0 does not say who scored)");
        }
        let products = metric.get("products").and_then(Value::as_array).cloned().unwrap_or_default();
        let ids: Vec<String> = products.iter().filter_map(|id| id.as_str().map(str::to_owned)).collect();
        let mut score = Map::new();
        for (key, object) in metric.get("content").and_then(Value::as_object).into_iter().flatten() {
            if key == "cvss_v4"
                && let Some(vector) = object.get("vectorString").and_then(Value::as_str)
            {
                turn.changed(&format!("{at}/content/{key}"), "a reference to the calculator of FIRST");
                turn.changed(&format!("{}/references", at.split("/metrics").next().unwrap_or_default()), "takes it");
                calculators.push(
                    json!({"category": "external", "summary": "CVSS v4.0", "url": format!("{CALCULATOR}{vector}")}),
                );
                continue;
            }
            let Some(known) = ["cvss_v2", "cvss_v3"].into_iter().find(|known| known == key) else {
                turn.dropped(&format!("{at}/content/{key}"), "(2.0 has no place for it)");
                continue;
            };
            if ids.iter().any(|id| taken.contains(&(known, id.clone()))) {
                turn.dropped(&format!("{at}/content/{key}"), "(2.0 takes one score of a version for a product)");
                continue;
            }
            taken.extend(ids.iter().map(|id| (known, id.clone())));
            score.insert(key.clone(), object.clone());
        }
        if !score.is_empty() {
            score.insert("products".to_owned(), products.into());
            scores.push(Value::Object(score));
        }
    }
    if !scores.is_empty() {
        keys(vulnerability).insert("scores".to_owned(), scores.into());
    }
    if !calculators.is_empty() {
        let url = |reference: &Value| reference.get("url").and_then(Value::as_str).map(str::to_owned);
        let there = vulnerability.get("references").and_then(Value::as_array);
        let mut there: BTreeSet<Option<String>> = there.into_iter().flatten().map(url).collect();
        calculators.retain(|new| there.insert(url(new)));
        let place = keys(vulnerability).entry("references").or_insert_with(|| json!([]));
        place.as_array_mut().into_iter().for_each(|place| place.extend(calculators.iter().cloned()));
    }
}

/// Objects that lost all that they said go, too.
fn bare(turn: &mut Turn) {
    let mut value = std::mem::take(&mut turn.value);
    for (index, vulnerability) in each(value.get_mut("vulnerabilities")) {
        let status = vulnerability.get("product_status").and_then(Value::as_object);
        if status.is_some_and(Map::is_empty) {
            take(vulnerability, "product_status");
        }
        if vulnerability.as_object().is_some_and(Map::is_empty) {
            turn.changed(&format!("/vulnerabilities/{index}"), "a note, because nothing else is left of it");
            *vulnerability = json!({"notes": [{"category": "other", "text": NOTHING}]});
        }
    }
    turn.value = value;
}
