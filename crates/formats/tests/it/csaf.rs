//! CSAF 2.0 and 2.1 against the cases of the OASIS technical committee and against what another validator says of real files.

use formats::csaf::{self, Edition, Level, Rule, Verdict};
use formats::json::Limits;
use outside::data;
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;

fn read(path: &Path) -> Vec<u8> {
    std::fs::read(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

fn check(path: &Path) -> Verdict {
    csaf::check(&read(path), Limits::default()).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// Whether a test fails a document; a finding of a lower level than the test's own is a remark.
fn fires(verdict: &Verdict, id: &str) -> bool {
    let level = match id.as_bytes().get(2) {
        Some(b'1') => Level::Error,
        Some(b'2') => Level::Warning,
        _ => Level::Info,
    };
    verdict.findings.iter().any(|finding| finding.test == id && finding.level == level)
}

/// One case of the suite: the test, whether it must fire, whether the document is valid, and the file.
struct Case {
    id: String,
    fires: bool,
    valid: bool,
    name: String,
}

fn cases(suite: &Path) -> Vec<Case> {
    let text = read(&suite.join("testcases.json"));
    let list: Value = serde_json::from_slice(&text).expect("the suite's list is JSON");
    let mut cases = Vec::new();
    for test in list["tests"].as_array().expect("tests") {
        for (key, fires) in [("failures", true), ("valid", false)] {
            for case in test[key].as_array().into_iter().flatten() {
                cases.push(Case {
                    id: test["id"].as_str().expect("id").to_owned(),
                    fires,
                    valid: case["valid"].as_bool().expect("valid"),
                    name: case["name"].as_str().expect("name").to_owned(),
                });
            }
        }
    }
    cases
}

fn outside(id: &str) -> bool {
    let mut tests = csaf::tests(Edition::V20).iter().copied().flatten();
    matches!(tests.find(|test| test.id == id).expect("every test is registered").rule, Rule::Outside(_))
}

/// The suite calls these two valid, though one hash algorithm stands twice in one item, which its own test 6.1.25
/// forbids ("the same hash algorithm is not used multiple times in one item of hashes").
const CONTRADICTORY: &[&str] =
    &["optional/oasis_csaf_tc-csaf_2_0-2021-6-2-08-02.json", "optional/oasis_csaf_tc-csaf_2_0-2021-6-2-09-02.json"];

#[test]
fn every_case_of_the_suite_answers_as_it_says() {
    let Some(suite) = data("csaf/csaf_2.0/test/validator/data") else { return };
    let mut wrong = Vec::new();
    let mut counted = [0; 3];
    for case in cases(&suite).iter().filter(|case| !outside(&case.id)) {
        let verdict = check(&suite.join(&case.name));
        counted[usize::from(case.id.as_bytes()[2] - b'1')] += 1;
        let odd = CONTRADICTORY.contains(&case.name.as_str());
        if odd {
            let errors: Vec<_> = verdict.findings.iter().filter(|f| f.level == Level::Error).map(|f| f.test).collect();
            assert_eq!(errors, ["6.1.25"], "{}", case.name);
        }
        if fires(&verdict, &case.id) != case.fires || (verdict.valid != case.valid && !odd) {
            let errors: Vec<_> =
                verdict.findings.iter().filter(|f| f.level == Level::Error || f.test == case.id).collect();
            wrong.push(format!(
                "{} {}: should fire {}, valid {}: {errors:?}",
                case.id, case.name, case.fires, case.valid
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(counted, [147, 51, 32], "mandatory, optional, informative; 9 more need the network or a speller");
}

#[test]
fn every_test_of_the_suite_has_an_entry() {
    let Some(suite) = data("csaf/csaf_2.0/test/validator/data") else { return };
    let tests = csaf::tests(Edition::V20);
    let registered: BTreeSet<_> = tests.iter().copied().flatten().map(|test| test.id.to_owned()).collect();
    let wanted: BTreeSet<_> = cases(&suite).into_iter().map(|case| case.id).collect();
    assert_eq!(wanted.difference(&registered).collect::<Vec<_>>(), Vec::<&String>::new());
    assert_eq!(registered.len(), tests.iter().copied().map(<[_]>::len).sum::<usize>(), "no test twice");
}

#[test]
fn findings_name_a_place_that_is_there_or_just_missing() {
    let Some(suite) = data("csaf/csaf_2.0/test/validator/data") else { return };
    for case in cases(&suite) {
        let path = suite.join(&case.name);
        let value: Value = serde_json::from_slice(&read(&path)).expect("cases are JSON");
        for finding in check(&path).findings {
            let parent = finding.pointer.rsplit_once('/').map_or("", |(parent, _)| parent);
            assert!(value.pointer(parent).is_some(), "{}: {finding:?}", case.name);
            assert!(finding.message.len() > 20, "{}: {finding:?}", case.name);
        }
    }
}

#[test]
fn real_advisories_are_judged_as_another_validator_does() {
    let Some(real) = data("csaf-real") else { return };
    let verdicts: Vec<Value> =
        serde_json::from_slice(&read(&real.join("secvisogram-verdicts.json"))).expect("verdicts are JSON");
    let mut wrong = Vec::new();
    let mut count = 0;
    for theirs in &verdicts {
        let name = theirs["file"].as_str().expect("file");
        let feed = real.join("it-feed/csaf_files/IT/white/2024").join(name);
        let path = if feed.exists() { feed } else { real.join("cisa").join(name) };
        if !path.exists() {
            continue;
        }
        count += 1;
        let ours = check(&path);
        let mut names: BTreeSet<String> = BTreeSet::new();
        for finding in ours.findings.iter().filter(|finding| finding.level != Level::Info) {
            names.insert(finding.test.to_owned());
        }
        let translate = |key: &str| {
            let list = theirs[key].as_array().into_iter().flatten().filter_map(Value::as_str);
            list.map(|test| {
                test.trim_start_matches(|c: char| c.is_ascii_alphabetic()).trim_start_matches('_').replace('_', ".")
            })
            .collect::<BTreeSet<String>>()
        };
        let expected: BTreeSet<String> = translate("failed").union(&translate("warned")).cloned().collect();
        if ours.valid != theirs["valid"] || names != expected {
            let odd: Vec<_> =
                ours.findings.iter().filter(|f| !expected.contains(f.test) && f.level != Level::Info).take(2).collect();
            wrong.push(format!("{name}: ours {names:?}, theirs {expected:?} {odd:?}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {count}\n{}", wrong.len(), wrong.join("\n"));
    assert_eq!(count, 244, "every file of the two folders");
}

/// The suite calls these valid, and its own other tests do not: the base score is that of the temporal metrics; a product
/// id is defined twice, or not at all; the licence is in no list, and its text in no note.
const CONTRADICTORY_2_1: &[(&str, &[&str])] = &[
    ("mandatory/oasis_csaf_tc-csaf_2_1-2024-6-1-10-13.json", &["6.1.9"]),
    ("mandatory/oasis_csaf_tc-csaf_2_1-2024-6-1-27-13-16.json", &["6.1.1", "6.1.2"]),
    ("mandatory/oasis_csaf_tc-csaf_2_1-2024-6-1-50-14.json", &["6.1.2"]),
    ("mandatory/oasis_csaf_tc-csaf_2_1-2024-6-1-50-15.json", &["6.1.2"]),
    ("mandatory/oasis_csaf_tc-csaf_2_1-2024-6-1-54-14.json", &["6.1.55"]),
];

#[test]
fn every_case_of_2_1_answers_as_the_suite_says() {
    let Some(suite) = data("csaf/csaf_2.1/test/validator/data") else { return };
    let mut wrong = Vec::new();
    let mut counted = [0; 3];
    let tests = || csaf::tests(Edition::V21).iter().copied().flatten();
    let here = |id: &str| tests().any(|test| test.id == id && !matches!(test.rule, Rule::Outside(_)));
    // Every mandatory test is here; of the others those that need nothing from outside.
    for case in cases(&suite).iter().filter(|case| case.id.starts_with("6.1.") || here(&case.id)) {
        counted[usize::from(case.id.as_bytes()[2] - b'1')] += 1;
        let verdict = check(&suite.join(&case.name));
        let errors: Vec<_> = verdict.findings.iter().filter(|f| f.level == Level::Error).collect();
        // Cases of the other groups break mandatory tests on the way, and the suite calls them valid all the same.
        let mandatory = case.id.starts_with("6.1.");
        let odd = CONTRADICTORY_2_1.iter().find(|(name, _)| *name == case.name);
        if let Some((_, forbidden)) = odd {
            assert_eq!(errors.iter().map(|f| f.test).collect::<Vec<_>>(), *forbidden, "{}", case.name);
        }
        if fires(&verdict, &case.id) != case.fires || (mandatory && verdict.valid != case.valid && odd.is_none()) {
            wrong.push(format!("{}: should fire {}, valid {}: {errors:?}", case.name, case.fires, case.valid));
        }
    }
    assert!(wrong.is_empty(), "{} of {counted:?}\n{}", wrong.len(), wrong.join("\n"));
    assert_eq!(counted, [496, 189, 56], "mandatory, recommended, informative");
}

#[test]
fn an_environmental_score_may_be_that_of_its_own_equation() {
    let judge = |number: f64| {
        let cvss = serde_json::json!({
            "version": "3.1", "vectorString": "CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:C/C:H/I:H/A:H/RL:O/RC:C",
            "baseScore": 9.0, "baseSeverity": "CRITICAL", "environmentalScore": number
        });
        let text = serde_json::json!({"vulnerabilities": [{"scores": [{"products": ["a"], "cvss_v3": cvss}]}]});
        let verdict = csaf::check(text.to_string().as_bytes(), Limits::default()).expect("is JSON");
        fires(&verdict, "6.1.9")
    };
    assert_eq!([8.5, 8.6, 8.7, 8.8].map(judge), [true, false, false, true]);
}

#[test]
fn a_weakness_newer_than_the_catalogue_is_a_warning() {
    let document = |id: &str| {
        let mut document = crate::exchange::csaf("final");
        document["vulnerabilities"][0]["cwe"] = serde_json::json!({"id": id, "name": "Something newer"});
        let bytes = document.to_string();
        let verdict = csaf::check(bytes.as_bytes(), Limits::default()).expect("JSON");
        let found = verdict.findings.into_iter().find(|f| f.test == "6.1.11").expect("a finding");
        (verdict.valid, found.level, found.message)
    };
    for id in ["CWE-1427", "CWE-1434"] {
        let (valid, level, message) = document(id);
        assert_eq!((valid, level), (true, csaf::Level::Warning), "{message}");
        assert!(message.contains(id) && message.contains("4.14"), "{message}");
    }
    assert!(!document("CWE-3").0, "a gap below the highest number");
    assert!(!document("CWE-999999").0, "no number of the near future");
}
