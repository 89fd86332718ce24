//! The embedded taxonomy against the published files of every release.

use formats::vrt::{self, Migration, Release};
use proptest::prelude::*;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;

/// Every node of a file, by full id.
fn published(file: &Path) -> BTreeMap<String, Value> {
    fn walk(nodes: &Value, above: &str, found: &mut BTreeMap<String, Value>) {
        for node in nodes.as_array().into_iter().flatten() {
            let id = format!("{above}{}", node["id"].as_str().expect("an id"));
            walk(&node["children"], &format!("{id}."), found);
            found.insert(id, node.clone());
        }
    }
    let text = std::fs::read_to_string(file).expect("readable");
    let data: Value = serde_json::from_str(&text).expect("JSON");
    let mut found = BTreeMap::new();
    walk(&data["content"], "", &mut found);
    found
}

/// The value of the node, else of the nearest node above.
fn nearest(nodes: &BTreeMap<String, Value>, key: &str, id: &str) -> Value {
    let own = nodes.get(id).map(|node| node[key].clone()).filter(|value| !value.is_null());
    let above = || id.rsplit_once('.').map_or(Value::Null, |(above, _)| nearest(nodes, key, above));
    own.unwrap_or_else(above)
}

#[test]
fn the_tree_is_the_published_one() {
    let Some(folder) = outside::data("vrt") else { return };
    let tree = published(&folder.join("vulnerability-rating-taxonomy.json"));
    let cvss = published(&folder.join("mappings/cvss_v3/cvss_v3.json"));
    let cwe = published(&folder.join("mappings/cwe/cwe.json"));
    assert_eq!((tree.len(), vrt::nodes().len()), (436, 436));
    for (id, theirs) in &tree {
        let node = vrt::find(id).unwrap_or_else(|| panic!("{id}"));
        assert_eq!((node.name, node.kind()), (theirs["name"].as_str().unwrap(), theirs["type"].as_str().unwrap()));
        assert_eq!(node.leaf, theirs["children"].is_null(), "{id}");
        let priority = node.priority.map(|p| u64::from(p.number()));
        assert_eq!(priority, theirs["priority"].as_u64(), "{id}");
        let mapped = nearest(&cvss, "cvss_v3", id);
        assert_eq!(node.cvss_v3, mapped.as_str().unwrap_or("AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N"), "{id}");
        assert!(node.cvss().is_some(), "{id}: the vector is one");
        let numbers: Vec<_> = node.cwe().map(|number| Value::from(format!("CWE-{number}"))).collect();
        assert_eq!(numbers, nearest(&cwe, "cwe", id).as_array().cloned().unwrap_or_default(), "{id}");
    }
}

#[test]
fn every_node_of_every_release_has_a_place() {
    let Some(folder) = outside::data("vrt/history") else { return };
    let tree = vrt::nodes().len();
    let (mut files, mut ends) = (0, BTreeMap::<&str, usize>::new());
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let release: Release = path.file_stem().unwrap().to_string_lossy().parse().unwrap();
        files += 1;
        for id in published(&path).keys() {
            for from in [None, Some(&release)] {
                let migrated = vrt::migrate(id, from);
                assert_ne!(migrated, Migration::Unknown, "{id} of {release:?}");
                *ends.entry(migrated.as_str()).or_default() += 1;
            }
        }
    }
    assert_eq!(files, 20);
    assert!(ends["same"] > 20 * tree / 2 && ends["moved"] > 500 && ends["other"] > 10, "{ends:?}");
}

#[test]
fn every_published_move_ends_where_it_says() {
    let Some(file) = outside::data("vrt/deprecated-node-mapping.json") else { return };
    let moves: BTreeMap<String, BTreeMap<String, String>> =
        serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    assert_eq!(moves.len(), 79);
    let before: Release = "0.9".parse().unwrap();
    for (id, steps) in &moves {
        let to = steps.values().next().unwrap();
        let migrated = vrt::migrate(id, Some(&before));
        if to == "other" {
            assert_eq!(migrated, Migration::Other, "{id}");
        } else if vrt::find(to).is_some() && !moves.contains_key(to) {
            assert_eq!(migrated, Migration::Moved(vrt::find(to).unwrap()), "{id}");
        } else {
            assert_eq!(migrated.node(), vrt::migrate(to, None).node(), "{id} goes on from {to}");
        }
    }
}

#[test]
fn a_chain_of_moves_is_followed() {
    let migrated = vrt::migrate("cross_site_scripting_xss.ie_only.older_version_ie10", None);
    assert_eq!(migrated.node().map(|node| node.id), Some("cross_site_scripting_xss.ie_only"));
    assert_eq!(vrt::migrate("broken_cryptography.cryptographic_flaw", None), Migration::Other);
    assert_eq!(vrt::migrate("no_such_node", None), Migration::Unknown);
    let former = vrt::former("broken_cryptography").unwrap();
    assert_eq!((former.name, former.last), ("Broken Cryptography", "1.10.1"));
}

#[test]
fn nodes_know_their_place() {
    let node = vrt::find("server_security_misconfiguration.server_side_request_forgery_ssrf").unwrap();
    assert_eq!(node.path(), "Server Security Misconfiguration > Server-Side Request Forgery (SSRF)");
    assert_eq!(node.cwe().collect::<Vec<_>>(), [918, 441]);
    assert_eq!(node.children().count(), 4);
    assert!(node.children().all(|child| child.parent() == Some(node)));
    let found = vrt::search("SSRF internal high");
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!((found[0].priority.unwrap().to_string(), vrt::release()), ("P2".to_owned(), "1.14.1"));
}

proptest! {
    #[test]
    fn any_text_is_an_id_or_none(text in "[a-z_.]{0,40}", release in "\\PC{0,12}") {
        let parsed = release.parse::<Release>().ok();
        let _ = (vrt::migrate(&text, parsed.as_ref()), vrt::former(&text), vrt::search(&text));
    }
}
