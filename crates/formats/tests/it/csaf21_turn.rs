//! One version of CSAF as the other, looked at on the way: what becomes of ranges, numbers, scores, remediations and of
//! what has another type than the standard says. Nothing of a document goes untold.

use formats::csaf::{Turn, downgrade, upgrade};
use serde_json::{Value, json};

/// A document with a tree and a vulnerability.
fn document(version: &str, tree: &Value, vulnerability: &Value) -> Value {
    json!({"document": {"category": "csaf_base", "csaf_version": version, "title": "t",
        "distribution": {"tlp": {"label": if version == "2.0" { "WHITE" } else { "CLEAR" }}},
        "publisher": {"category": "vendor", "name": "A", "namespace": "https://a.example"},
        "tracking": {"id": "X", "status": "final", "version": "1", "current_release_date": "2026-01-01T00:00:00Z",
            "initial_release_date": "2026-01-01T00:00:00Z",
            "revision_history": [{"date": "2026-01-01T00:00:00Z", "number": "1", "summary": "s"}]}},
        "product_tree": tree, "vulnerabilities": [vulnerability]})
}

const NOW: &str = "2026-06-01T00:00:00Z";

fn up(tree: &Value, vulnerability: &Value) -> Turn {
    upgrade(document("2.0", tree, vulnerability), NOW)
}

fn down(tree: &Value, vulnerability: &Value) -> Turn {
    downgrade(document("2.1", tree, vulnerability))
}

fn says(lines: &[String], start: &str) -> bool {
    lines.iter().any(|line| line.starts_with(start))
}

/// Category and name of a range of 2.0 in 2.1.
fn range(name: &str) -> (Value, Value, Turn) {
    let branch =
        json!({"category": "product_version_range", "name": name, "product": {"name": "n", "product_id": "P"}});
    let turn = up(&json!({"branches": [branch]}), &json!({"title": "t"}));
    let branch = turn.value.pointer("/product_tree/branches/0").expect("a branch").clone();
    (branch["category"].clone(), branch["name"].clone(), turn)
}

#[test]
fn a_range_in_words_stays_in_words() {
    let words =
        ["4.1 and earlier", "2.0 and prior", "5.0 and above", "All versions 2.x", "1.0 and 2.0", "vers:all/2.x"];
    for name in words {
        let (category, new, turn) = range(name);
        assert_eq!((category, new), (json!("product_version_range"), json!(name)));
        assert_eq!(turn.changed, Vec::<String>::new());
    }
    for (name, plain) in [
        ("All versions >= V2.0 and < V2.5", ">=V2.0|<V2.5"),
        ("vers:all/<1.2", "<1.2"),
        ("all versions", "vers:all/*"),
        ("< 3.0", "<3.0"),
        ("2.00 | 2.03", "2.00|2.03"),
    ] {
        let (category, new, turn) = range(name);
        assert_eq!((category, new), (json!("product_version_range"), json!(plain)));
        assert!(says(&turn.changed, "/product_tree/branches/0/name: "), "{:?}", turn.changed);
    }
}

#[test]
fn a_single_version_is_taken_whole_and_named() {
    for (name, version) in
        [("V1.2/SP1", "V1.2/SP1"), ("vers:npm/1.0", "1.0"), ("vers:generic/V1.2%2FSP1", "V1.2/SP1"), ("8", "8")]
    {
        let (category, new, turn) = range(name);
        assert_eq!((category, new), (json!("product_version"), json!(version)));
        let line = turn.changed.iter().find(|line| line.starts_with("/product_tree/branches/0/category: "));
        assert!(line.is_some_and(|line| line.ends_with(&format!("{version:?}"))), "{:?}", turn.changed);
    }
}

/// The numbers of a product after a turn.
fn numbers(turn: fn(&Value, &Value) -> Turn, numbers: &[&str]) -> (Value, Turn) {
    let helper = json!({"model_numbers": numbers, "skus": numbers, "serial_numbers": numbers});
    let product = json!({"name": "n", "product_id": "P", "product_identification_helper": helper});
    let turn = turn(&json!({"full_product_names": [product]}), &json!({"title": "t"}));
    let product = turn.value.pointer("/product_tree/full_product_names/0").expect("a product");
    let helper = product.get("product_identification_helper").cloned().unwrap_or_default();
    assert!(
        helper.is_null() || (helper["model_numbers"] == helper["skus"] && helper["skus"] == helper["serial_numbers"])
    );
    (helper.get("model_numbers").cloned().unwrap_or_default(), turn)
}

const MODELS: &str = "/product_tree/full_product_names/0/product_identification_helper/model_numbers";

#[test]
fn numbers_of_2_0_are_open_at_their_end_in_2_1() {
    // `?` and `*` are wildcards in both (2.0, section 3.1.3.3.3); only 2.1 has escapes, and closes a number without a star.
    for (old, new) in [("AB1", "AB1*"), ("AB?1", "AB?1*"), ("A\\1", "A\\\\1*"), ("A\\?", "A\\\\?*"), ("?", "?*")] {
        let (now, turn) = numbers(up, &[old]);
        assert_eq!(now, json!([new]));
        assert!(turn.changed.iter().any(|line| line == &format!("{MODELS}/0: {old:?} is {new:?}, which may go on")));
    }
    for (old, new) in [("A*", "A*"), ("*", "*")] {
        let (now, turn) = numbers(up, &[old]);
        assert_eq!((now, turn.changed), (json!([new]), Vec::new()));
    }
    let (now, turn) = numbers(up, &["A\\*"]);
    assert_eq!((now, turn.changed), (json!(["A\\\\*"]), Vec::new()), "only the notation is another");
    // 2.1 takes one star (tests 6.1.43, 6.1.44, 6.1.61).
    let (now, turn) = numbers(up, &["A*B", "C"]);
    assert_eq!(now, json!(["C*"]));
    assert!(says(&turn.dropped, &format!("{MODELS}/0 (\"A*B\"")), "{:?}", turn.dropped);
    let (now, turn) = numbers(up, &["A*B"]);
    assert_eq!((now, turn.dropped.len()), (Value::Null, 4));
    assert!(turn.value.pointer("/product_tree/full_product_names/0/product_identification_helper").is_none());
}

#[test]
fn numbers_of_2_1_keep_their_wildcards_in_2_0() {
    for same in ["PA*", "NL?12*", "P*A*", "*"] {
        let (now, turn) = numbers(down, &[same]);
        assert_eq!((now, turn.changed, turn.dropped), (json!([same]), Vec::new(), Vec::new()));
    }
    let (now, turn) = numbers(down, &["A\\\\*"]);
    assert_eq!((now, turn.changed, turn.dropped), (json!(["A\\*"]), Vec::new(), Vec::new()));
    for (closed, open) in [("143-D-354", "143-D-354"), ("A\\\\", "A\\"), ("P?", "P?"), ("A\\B", "A\\B")] {
        let (now, turn) = numbers(down, &[closed]);
        assert_eq!(now, json!([open]));
        assert!(says(&turn.changed, &format!("{MODELS}/0: ")), "{:?}", turn.changed);
    }
    // Signs that are meant as such cannot be told from wildcards there.
    for sign in ["A\\*", "A\\?1*", "*P*\\*?*", "A\\\\\\*"] {
        let (now, turn) = numbers(down, &[sign, "B*"]);
        assert_eq!(now, json!(["B*"]), "{sign}");
        assert!(says(&turn.dropped, &format!("{MODELS}/0 ({sign:?}")), "{:?}", turn.dropped);
        let (now, turn) = numbers(down, &[sign]);
        assert_eq!((now, turn.dropped.len()), (Value::Null, 4));
    }
}

#[test]
fn what_is_no_list_goes_only_with_a_word() {
    let path = "/product_tree/full_product_names/0/product_identification_helper";
    let tree = |key: &str| {
        json!({key: "r", "full_product_names": [{"name": "n", "product_id": "P",
            "product_identification_helper": {"purls": "p"}}]})
    };
    let turn = down(&tree("product_paths"), &json!({"title": "t", "cwes": "c", "metrics": {"a": 1}}));
    for place in [
        "/product_tree/product_paths",
        &format!("{path}/purls"),
        "/vulnerabilities/0/cwes",
        "/vulnerabilities/0/metrics",
    ] {
        assert!(says(&turn.dropped, &format!("{place} ")), "{place}: {:?}", turn.dropped);
        assert_eq!(turn.value.pointer(place), None);
    }
    let turn = up(&tree("relationships"), &json!({"title": "t", "scores": 3}));
    for place in ["/product_tree/relationships", "/vulnerabilities/0/scores"] {
        assert!(says(&turn.dropped, &format!("{place} ")), "{place}: {:?}", turn.dropped);
    }
}

#[test]
fn what_is_no_object_or_text_stays() {
    let hashes = json!([{"filename": "f", "file_hashes": [{"algorithm": 5, "value": ["AB"]}, {"algorithm": "SHA256", "value": "AB"}]}]);
    let tree = json!({"relationships": [5, {"category": "installed_on"}],
        "full_product_names": [{"name": "n", "product_id": "P", "product_identification_helper": {"hashes": hashes}}]});
    let turn = up(&tree, &json!({"title": "t", "scores": [{"cvss_v3": {"version": "3.1"}}, 7]}));
    let at = |pointer: &str| turn.value.pointer(pointer).cloned().unwrap_or_default();
    let hash = "/product_tree/full_product_names/0/product_identification_helper/hashes/0/file_hashes";
    assert_eq!(at(hash), json!([{"algorithm": 5, "value": ["AB"]}, {"algorithm": "sha256", "value": "ab"}]));
    assert_eq!(at("/product_tree/product_paths"), json!([5, {"subpaths": [{"category": "installed_on"}]}]));
    assert_eq!(at("/vulnerabilities/0/metrics"), json!([{"content": {"cvss_v3": {"version": "3.1"}}}, 7]));
    let mut odd = document("2.0", &json!({}), &json!({}));
    odd["vulnerabilities"] = json!([5, "x"]);
    assert_eq!(upgrade(odd.clone(), NOW).value["vulnerabilities"], json!([5, "x"]));
    odd["document"]["csaf_version"] = "2.1".into();
    assert_eq!(downgrade(odd).value["vulnerabilities"], json!([5, "x"]));
    let turn =
        down(&json!({"product_paths": [5]}), &json!({"title": "t", "metrics": [5, {"content": 3, "products": ["P"]}]}));
    for place in
        ["/product_tree/product_paths/0 ", "/vulnerabilities/0/metrics/0 ", "/vulnerabilities/0/metrics/1/content "]
    {
        assert!(says(&turn.dropped, place), "{place}: {:?}", turn.dropped);
    }
}

fn metric(version: &str, severity: &str, products: &[&str]) -> Value {
    json!({"content": {version: {"baseSeverity": severity}}, "products": products})
}

#[test]
fn a_score_stays_for_the_products_that_have_none_yet() {
    let mut third = metric("cvss_v3", "LOW", &["A", "B"]);
    third["source"] = "https://third.example".into();
    let both = json!({"content": {"cvss_v2": {"version": "2.0"}, "cvss_v3": {"baseSeverity": "NONE"}}, "products": ["A", "C"]});
    let metrics = json!([third, metric("cvss_v3", "HIGH", &["A"]), both, metric("cvss_v3", "NONE", &["C", "A"])]);
    let turn = down(&json!({}), &json!({"title": "t", "metrics": metrics}));
    // The publisher's own score of A wins; C has it of the third item; B is left to the one of somebody else.
    assert_eq!(
        turn.value["vulnerabilities"][0]["scores"],
        json!([
            {"cvss_v3": {"baseSeverity": "HIGH"}, "products": ["A"]},
            {"cvss_v2": {"version": "2.0"}, "products": ["A", "C"]},
            {"cvss_v3": {"baseSeverity": "NONE"}, "products": ["C"]},
            {"cvss_v3": {"baseSeverity": "LOW"}, "products": ["B"]},
        ])
    );
    let told = |start: &str| says(&turn.dropped, start) || says(&turn.changed, start);
    assert!(told("/vulnerabilities/0/metrics: "), "the order: {:?}", turn.changed);
    assert!(told("/vulnerabilities/0/metrics/0/source "), "{:?}", turn.dropped);
    assert!(told("/vulnerabilities/0/metrics/0/content/cvss_v3: "), "fewer products: {:?}", turn.changed);
    assert!(told("/vulnerabilities/0/metrics/2/content/cvss_v3: "), "fewer products: {:?}", turn.changed);
    assert!(told("/vulnerabilities/0/metrics/3/content/cvss_v3 "), "none is left: {:?}", turn.dropped);
}

#[test]
fn remediations_of_a_group_are_told_apart() {
    let tree = json!({"product_groups": [{"group_id": "G", "product_ids": ["A", "B", "C"]}, {"group_id": "H", "product_ids": ["D", "E"]}]});
    let remedy = |category: &str, rest: Value| {
        let mut remedy = json!({"category": category, "details": "d"});
        remedy.as_object_mut().expect("an object").extend(rest.as_object().cloned().unwrap_or_default());
        remedy
    };
    let given = json!([
        remedy("vendor_fix", json!({"group_ids": ["G", "H"], "product_ids": ["F"]})),
        remedy("none_available", json!({"group_ids": ["G"]})),
        remedy("mitigation", json!({"group_ids": ["G"]})),
    ]);
    let vulnerability = json!({"title": "t", "remediations": given,
        "product_status": {"known_affected": ["B", "C", "D", "E", "F"], "fixed": ["A"]}});
    let turn = up(&tree, &vulnerability);
    assert_eq!(
        turn.value["vulnerabilities"][0]["remediations"],
        json!([
            remedy("optional_patch", json!({"product_ids": ["A"]})),
            remedy("vendor_fix", json!({"group_ids": ["H"], "product_ids": ["F"]})),
            remedy("fix_planned", json!({"product_ids": ["B", "C"]})),
            remedy("mitigation", json!({"group_ids": ["G"]})),
        ])
    );
    assert!(says(&turn.changed, "/vulnerabilities/0/remediations/0: "), "{:?}", turn.changed);
    assert!(says(&turn.changed, "/vulnerabilities/0/remediations/1: "), "{:?}", turn.changed);
}

#[test]
fn a_fix_that_is_not_there_yet_is_planned() {
    let remedy = |category: &str, products: &[&str], date: Option<&str>| {
        let mut remedy = json!({"category": category, "details": "d", "product_ids": products});
        if let Some(date) = date {
            remedy["date"] = date.into();
        }
        remedy
    };
    let given = json!([
        remedy("vendor_fix", &["OPEN", "ALONE"], None),
        remedy("vendor_fix", &["COMING"], Some("2026-06-01T00:00:01Z")),
        remedy("vendor_fix", &["NOW", "BOTH"], Some("2026-06-01T02:00:00+02:00")),
        remedy("vendor_fix", &["BOTH"], None),
        remedy("none_available", &["OPEN", "COMING", "NOW", "BOTH", "NONE"], None),
    ]);
    let affected = ["OPEN", "ALONE", "COMING", "NOW", "BOTH", "NONE"];
    let turn =
        up(&json!({}), &json!({"title": "t", "remediations": given, "product_status": {"known_affected": affected}}));
    assert_eq!(
        turn.value["vulnerabilities"][0]["remediations"],
        json!([
            remedy("vendor_fix", &["ALONE"], None),
            remedy("vendor_fix", &["NOW", "BOTH"], Some("2026-06-01T02:00:00+02:00")),
            remedy("vendor_fix", &["BOTH"], None),
            remedy("fix_planned", &["COMING", "OPEN"], None),
            remedy("none_available", &["NONE"], None),
        ])
    );
    for changed in [0, 1, 4] {
        let place = format!("/vulnerabilities/0/remediations/{changed}: ");
        assert!(says(&turn.changed, &place), "{place}{:?}", turn.changed);
    }
    assert!(!says(&turn.changed, "/vulnerabilities/0/remediations/2: "), "{:?}", turn.changed);
}

#[test]
fn a_leap_second_is_the_end_of_the_second_before_it() {
    let mut document = document("2.0", &json!({}), &json!({"title": "t", "release_date": "2017-01-01t01:59:60+02:00"}));
    let tracking = &mut document["document"]["tracking"];
    tracking["initial_release_date"] = json!("2016-12-31T23:59:60.5Z");
    tracking["current_release_date"] = json!("2026-01-01t00:00:00z");
    tracking["id"] = json!("2016-12-31T23:59:60Z");
    let turn = upgrade(document, NOW);
    let tracking = &turn.value["document"]["tracking"];
    assert_eq!(tracking["initial_release_date"], "2016-12-31T23:59:59.999999Z");
    assert_eq!(tracking["current_release_date"], "2026-01-01T00:00:00Z");
    assert_eq!(tracking["id"], "2016-12-31T23:59:60Z", "no date by its name");
    assert_eq!(turn.value["vulnerabilities"][0]["disclosure_date"], "2017-01-01T01:59:59.999999+02:00");
    assert!(says(&turn.changed, "/document/tracking/initial_release_date: "), "{:?}", turn.changed);
    assert!(says(&turn.changed, "/vulnerabilities/0/release_date: "), "{:?}", turn.changed);
}

#[test]
fn the_id_goes_out_of_the_title() {
    let titled = |title: &str| {
        let mut document = document("2.0", &json!({}), &json!({"title": "t"}));
        document["document"]["tracking"]["id"] = json!("ACME-1");
        document["document"]["title"] = json!(title);
        let turn = upgrade(document, NOW);
        let told = says(&turn.changed, "/document/title: ");
        (turn.value["document"]["title"].as_str().unwrap_or_default().to_owned(), told)
    };
    for (title, new) in [
        ("ACME-1: Lamps burn", "Lamps burn"),
        ("Lamps burn (all) - ACME-1", "Lamps burn (all)"),
        ("[ACME-1] Lamps burn", "Lamps burn"),
        ("ACME-1_Lamps burn", "Lamps burn"),
        ("Lamps (ACME-1) burn", "Lamps burn"),
    ] {
        assert_eq!(titled(title), (new.to_owned(), true));
    }
    for title in ["ACME-1", "ACME-10: Lamps burn", "XACME-1 burns", "Lamps burn"] {
        assert_eq!(titled(title), (title.to_owned(), false));
    }
}

#[test]
fn groups_named_over_and_over_end_at_a_bound() {
    let ids: Vec<String> = (0..5_000).map(|n| format!("P{n}")).collect();
    let tree = json!({"product_groups": [{"group_id": "G", "product_ids": ids}]});
    let remedy = json!({"category": "vendor_fix", "details": "d", "group_ids": ["G"]});
    let turn =
        up(&tree, &json!({"title": "t", "product_status": {"fixed": ["P0"]}, "remediations": vec![remedy; 3_000]}));
    assert!(turn.value.to_string().len() < 60_000_000);
    assert!(turn.changed.iter().any(|line| line.contains("too often")), "{:?}", turn.changed.last());
}

#[test]
fn a_weakness_has_a_release_only_where_one_has_its_name() {
    let cwe = |id: &str, name: &str| {
        up(&json!({}), &json!({"title": "t", "cwe": {"id": id, "name": name}})).value["vulnerabilities"][0]["cwes"]
            .clone()
    };
    assert_eq!(cwe("CWE-79", "Nobody called it so")[0].get("version"), None);
    let known = "Improper Neutralization of Input During Web Page Generation ('Cross-site Scripting')";
    assert!(cwe("CWE-79", known)[0]["version"].is_string());
}

#[test]
fn every_unknown_property_goes_and_is_told() {
    // Faults of other kinds stand before them, more than anybody wants to read.
    let items: Vec<Value> = (0..30_000).map(|n| json!({"name": 5, "x_unknown": n})).collect();
    let tree = json!({"full_product_names": items});
    for turn in [up(&tree, &json!({"title": "t"})), down(&tree, &json!({"title": "t"}))] {
        assert_eq!(turn.dropped.len(), 30_000);
        assert!(turn.dropped[29_999].starts_with("/product_tree/full_product_names/29999/x_unknown "));
        assert!(!turn.value.to_string().contains("x_unknown"));
    }
}
