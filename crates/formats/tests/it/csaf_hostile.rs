//! Advisories that are large, circular, deep or wrong in one place: an answer that names the place, within bounds.

use formats::csaf::{self, Level, Verdict};
use formats::json::Limits;
use outside::data;
use serde_json::{Value, json};

fn check(document: &Value) -> Verdict {
    csaf::check(document.to_string().as_bytes(), Limits::default()).expect("is JSON")
}

fn tests(verdict: &Verdict, test: &str) -> usize {
    verdict.findings.iter().filter(|finding| finding.test == test).count()
}

/// A document of 2.1 that has a product tree and vulnerabilities, and is otherwise empty.
fn newer(tree: &Value, vulnerabilities: &Value) -> Value {
    json!({"$schema": "https://docs.oasis-open.org/csaf/csaf/v2.1/schema/csaf.json",
        "document": {"category": "csaf_security_advisory", "csaf_version": "2.1"},
        "product_tree": tree, "vulnerabilities": vulnerabilities})
}

#[test]
fn a_circle_of_product_paths_ends() {
    let path = |id: usize| {
        json!({"beginning_product_reference": format!("p{}", (id + 1) % 5000),
            "full_product_name": {"name": "n", "product_id": format!("p{id}")},
            "subpaths": [{"category": "installed_on", "next_product_reference": format!("p{id}")}]})
    };
    let paths: Vec<Value> = (0..5000).map(path).collect();
    let fixed: Vec<String> = (0..5000).map(|id| format!("p{id}")).collect();
    let status = json!([{"product_status": {"fixed": fixed, "known_affected": ["p0"]}}]);
    let verdict = check(&newer(&json!({"product_paths": paths}), &status));
    assert_eq!((tests(&verdict, "6.1.3"), verdict.valid), (csaf::MOST, false));
}

#[test]
fn groups_that_are_named_over_and_over_are_looked_up_within_a_bound() {
    let members: Vec<String> = (0..5000).map(|id| format!("p{id}")).collect();
    let tree = json!({"product_groups": [{"group_id": "all", "product_ids": members}]});
    let named = json!({"category": "vendor_fix", "details": "d", "group_ids": ["all"]});
    let few = newer(&tree, &json!([{"remediations": vec![named.clone(); 10]}]));
    assert_eq!(tests(&check(&few), "limits"), 0);
    let many = check(&newer(&tree, &json!([{"remediations": vec![named; 1001]}])));
    assert_eq!((tests(&many, "limits"), many.valid), (1, false));
}

#[test]
fn branches_deeper_than_allowed_are_told_and_not_followed_for_ever() {
    let mut branch = json!({"category": "product_version", "name": "1", "product": {"name": "n", "product_id": "p"}});
    for _ in 0..45 {
        branch = json!({"category": "product_family", "name": "f", "branches": [branch]});
    }
    let verdict = check(&newer(&json!({"branches": [branch]}), &json!([])));
    assert_eq!(tests(&verdict, "6.1.34"), 1);
}

#[test]
fn very_many_properties_of_its_own_hide_no_fault() {
    let mut document = crate::exchange::csaf("final");
    let publisher = document["document"]["publisher"].as_object_mut().expect("an object");
    publisher.extend((0..300).map(|n| (format!("x_{n}"), json!(n))));
    document["vulnerabilities"][0]["title"] = json!(7);
    let verdict = check(&document);
    let told = |f: &csaf::Finding| f.test == "schema" && f.pointer == "/vulnerabilities/0/title";
    assert!(verdict.findings.iter().any(told) && !verdict.valid, "{:?}", verdict.findings.first());
}

#[test]
fn very_many_warnings_of_a_test_hide_no_error_of_it() {
    let range = |name: String| {
        let product = json!({"name": "n", "product_id": name});
        json!({"category": "product_version_range", "name": name, "product": product})
    };
    let mut branches: Vec<Value> = (0..1_100).map(|n| range(format!("vers:deb/<{n}"))).collect();
    branches.push(range("vers:deb/".to_owned()));
    let verdict = check(&newer(&json!({"branches": branches}), &json!([])));
    let errors = verdict.findings.iter().filter(|f| f.test == "6.1.50" && f.level == Level::Error);
    assert_eq!((errors.count(), tests(&verdict, "6.1.50")), (1, csaf::MOST + 1));
}

/// Every place of a value, parents first.
pub fn places(value: &Value, at: &str, found: &mut Vec<String>) {
    found.push(at.to_owned());
    match value {
        Value::Array(list) => {
            for (index, item) in list.iter().enumerate() {
                places(item, &format!("{at}/{index}"), found);
            }
        }
        Value::Object(map) => {
            for (key, item) in map {
                places(item, &format!("{at}/{}", key.replace('~', "~0").replace('/', "~1")), found);
            }
        }
        _ => {}
    }
}

#[test]
fn a_wrong_type_or_word_in_any_place_is_named_there() {
    let Some(suite) = data("csaf") else { return };
    let files = [
        "csaf_2.1/test/validator/data/mandatory/oasis_csaf_tc-csaf_2_1-2024-6-1-07-18.json",
        "csaf_2.1/test/validator/data/mandatory/oasis_csaf_tc-csaf_2_1-2024-6-1-27-13-14.json",
        "csaf_2.1/test/validator/data/mandatory/oasis_csaf_tc-csaf_2_1-2024-6-1-48-18.json",
        "csaf_2.0/test/validator/data/mandatory/oasis_csaf_tc-csaf_2_0-2021-6-1-27-09-12.json",
    ];
    for file in files {
        let Ok(bytes) = std::fs::read(suite.join(file)) else { panic!("{file} is gone") };
        let whole: Value = serde_json::from_slice(&bytes).expect("is JSON");
        let mut all = Vec::new();
        places(&whole, "", &mut all);
        for place in all {
            for wrong in [Value::Null, json!(true), json!(-7), json!("\u{0}"), json!([]), json!({})] {
                let mut spoilt = whole.clone();
                let target = spoilt.pointer_mut(&place).expect("is there");
                let same = std::mem::discriminant(target) == std::mem::discriminant(&wrong);
                *target = wrong.clone();
                let verdict = check(&spoilt);
                // A text for a text may be good; an empty list or object never is, nor is another type.
                if !(same && wrong.is_string()) {
                    let named = verdict.findings.iter().any(|finding| {
                        finding.level == Level::Error
                            && (finding.pointer == place || place.starts_with(&finding.pointer))
                    });
                    assert!(named && !verdict.valid, "{file} {place} {wrong}: {:?}", verdict.findings);
                }
            }
        }
    }
}
