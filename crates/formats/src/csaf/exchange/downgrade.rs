//! A document of CSAF 2.1 as one of 2.0: the way back of [`upgrade`](super::upgrade::upgrade), and what 2.0 cannot say is listed.

use super::turn::{Turn, each, keys, take, take_list};
use super::upgrade::STRICT;
use super::{number, score};
use crate::csaf::dictionary::weakness;
use crate::csaf::{Edition, profile};
use crate::json::escape;
use serde_json::{Map, Value, json};

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
        score::lower(vulnerability, &at, &mut turn);
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
    let Some(paths) = take_list(tree, "product_paths", "/product_tree", turn) else { return };
    let (mut relationships, mut plain) = (Vec::new(), Vec::new());
    for (at, mut path) in paths.into_iter().enumerate() {
        let at = format!("/product_tree/product_paths/{at}");
        let mut product = take(&mut path, "full_product_name");
        if let Some(product) = &mut product {
            self::product(product, &format!("{at}/full_product_name"), turn);
        }
        let steps = path.get_mut("subpaths").and_then(Value::as_array_mut).map(std::mem::take).unwrap_or_default();
        let [step] = &steps[..] else {
            if let Some(product) = product {
                turn.dropped(&at, "(a path of no or several steps; the product stands alone)");
                turn.changed("/product_tree/full_product_names", "takes the product of that path");
                plain.push(product);
            } else {
                turn.dropped(&at, "(it defines no product)");
            }
            continue;
        };
        let parts = [
            ("category", step.get("category").cloned()),
            ("full_product_name", product),
            ("product_reference", take(&mut path, "beginning_product_reference")),
            ("relates_to_product_reference", step.get("next_product_reference").cloned()),
        ];
        let parts = parts.into_iter().filter_map(|(key, part)| Some((key.to_owned(), part?)));
        relationships.push(Value::Object(parts.collect()));
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
    if let Some(purls) = take_list(helper, "purls", &at, turn) {
        for index in 1..purls.len() {
            turn.dropped(&format!("{at}/purls/{index}"), "(2.0 takes one)");
        }
        if let Some(first) = purls.into_iter().next() {
            keys(helper).insert("purl".to_owned(), first);
        }
    }
    number::lower(helper, &at, turn);
    if keys(helper).is_empty() {
        turn.dropped(&at, "(nothing is left of it)");
        take(product, "product_identification_helper");
    }
}

fn weaknesses(vulnerability: &mut Value, at: &str, turn: &mut Turn) {
    let Some(cwes) = take_list(vulnerability, "cwes", at, turn) else { return };
    for index in 1..cwes.len() {
        turn.dropped(&format!("{at}/cwes/{index}"), "(2.0 takes one)");
    }
    if let Some(mut first) = cwes.into_iter().next() {
        if let Some(release) = take(&mut first, "version") {
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

/// Objects that lost all that they said go, too.
fn bare(turn: &mut Turn) {
    let mut value = std::mem::take(&mut turn.value);
    for (index, vulnerability) in each(value.get_mut("vulnerabilities")) {
        let status = vulnerability.get("product_status").and_then(Value::as_object);
        if status.is_some_and(Map::is_empty) {
            take(vulnerability, "product_status");
            turn.dropped(&format!("/vulnerabilities/{index}/product_status"), "(nothing is left of it)");
        }
        if vulnerability.as_object().is_some_and(Map::is_empty) {
            turn.changed(&format!("/vulnerabilities/{index}"), "a note, because nothing else is left of it");
            *vulnerability = json!({"notes": [{"category": "other", "text": NOTHING}]});
        }
    }
    turn.value = value;
}
