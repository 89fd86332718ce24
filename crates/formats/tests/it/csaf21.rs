//! CSAF 2.1 as an exchange format: read and written without loss, from 2.0 and back, and what is lost is said.

use formats::advisory::{self, Advisory, Format, Options};
use formats::csaf::{self, Level, Verdict};
use formats::json::{Parsed, Tree};
use outside::data;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

fn options() -> Options {
    Options { now: "2026-11-22T00:41:07Z".to_owned(), profile: None }
}

fn judge(value: &Value) -> Verdict {
    csaf::judge(&Parsed { value: Tree::from(value), unsorted: None })
}

fn errors(verdict: &Verdict) -> Vec<String> {
    let errors = verdict.findings.iter().filter(|f| f.level == Level::Error);
    errors.map(|f| format!("{} {} {}", f.test, f.pointer, f.message)).collect()
}

fn read(value: &Value) -> Advisory {
    advisory::read(value).expect("an advisory")
}

/// Documents of a version below a folder of the shared data, with their places.
fn documents(folders: &[&str], format: Format) -> Vec<(PathBuf, Value)> {
    let mut found = Vec::new();
    let mut folders: Vec<PathBuf> = folders.iter().filter_map(|folder| data(folder)).collect();
    while let Some(folder) = folders.pop() {
        for path in std::fs::read_dir(&folder).expect("a folder").flatten().map(|entry| entry.path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "json") {
                found.extend(
                    load(&path).filter(|value| advisory::detect(value) == Some(format)).map(|value| (path, value)),
                );
            }
        }
    }
    found.sort_by(|(left, _), (right, _)| left.cmp(right));
    found
}

fn load(path: &Path) -> Option<Value> {
    serde_json::from_slice(&std::fs::read(path).expect("a file")).ok()
}

const SUITE: &[&str] = &["csaf/csaf_2.1/test/validator/data", "csaf/csaf_2.1/examples"];
/// One of so many real documents is looked at; all of them gave 227 (see docs/compatibility.md).
const STEP: usize = 4;
const REAL: &[&str] = &["csaf-real", "csaf/csaf_2.0/examples"];

/// JSON pointers at which two documents differ; a list of another length differs as a whole.
fn differences(at: &str, left: &Value, right: &Value, found: &mut Vec<String>) {
    match (left, right) {
        (Value::Object(a), Value::Object(b)) => {
            let keys = a.keys().chain(b.keys().filter(|key| !a.contains_key(*key)));
            for key in keys {
                let pointer = format!("{at}/{}", key.replace('~', "~0").replace('/', "~1"));
                match (a.get(key), b.get(key)) {
                    (Some(a), Some(b)) => differences(&pointer, a, b, found),
                    _ => found.push(pointer),
                }
            }
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            for (index, (a, b)) in a.iter().zip(b).enumerate() {
                differences(&format!("{at}/{index}"), a, b, found);
            }
        }
        _ if left == right => {}
        _ => found.push(at.to_owned()),
    }
}

#[test]
fn every_document_of_2_1_comes_out_as_it_went_in() {
    let documents = documents(SUITE, Format::Csaf21);
    let mut valid = 0;
    for (path, value) in &documents {
        let advisory = read(value);
        assert_eq!(&advisory::write(&advisory, Format::Csaf21, &options()).expect("JSON"), value, "{}", path.display());
        let same = advisory::convert(&advisory, Format::Csaf21, &options());
        assert_eq!((same.dropped.len(), same.changed.len()), (0, 0));
        valid += usize::from(judge(value).valid);
    }
    assert!(documents.is_empty() || (documents.len(), valid) == (880, 593), "{} {valid}", documents.len());
}

/// What was said to be dropped or changed: a difference lies at, above or below one of these places.
fn is_told(pointer: &str, told: &[String]) -> bool {
    told.iter().any(|line| {
        let place = line.split([' ', ':']).next().unwrap_or_default();
        pointer.starts_with(place) || place.starts_with(pointer)
    })
}

#[test]
fn valid_documents_of_2_1_become_valid_ones_of_2_0_and_come_back() {
    let mut wrong = Vec::new();
    for (path, value) in documents(SUITE, Format::Csaf21).iter().filter(|(_, value)| judge(value).valid) {
        let older = advisory::convert(&read(value), Format::Csaf, &options());
        let older_value: Value = serde_json::from_str(&older.text).expect("JSON");
        wrong.extend(errors(&judge(&older_value)).into_iter().take(2).map(|e| format!("{}: {e}", path.display())));
        let newer = advisory::convert(&read(&older_value), Format::Csaf21, &options());
        let newer_value: Value = serde_json::from_str(&newer.text).expect("JSON");
        let mut found = Vec::new();
        differences("", value, &newer_value, &mut found);
        let told: Vec<String> = older.dropped.into_iter().chain(older.changed).chain(newer.changed).collect();
        found.retain(|pointer| !is_told(pointer, &told));
        wrong.extend(
            found.into_iter().map(|pointer| format!("{}: {pointer} is another and nobody said so", path.display())),
        );
    }
    assert!(wrong.is_empty(), "{}\n{}", wrong.len(), wrong[..wrong.len().min(25)].join("\n"));
}

#[test]
fn real_documents_of_2_0_become_2_1_and_come_back() {
    let (mut valid, mut wrong) = (0, Vec::new());
    let documents: Vec<_> = documents(REAL, Format::Csaf);
    for (path, value) in documents.iter().filter(|(_, value)| judge(value).valid).step_by(STEP) {
        let newer = advisory::convert(&read(value), Format::Csaf21, &options());
        let newer_value: Value = serde_json::from_str(&newer.text).expect("JSON");
        let verdict = judge(&newer_value);
        valid += usize::from(verdict.valid);
        wrong.extend(errors(&verdict).into_iter().take(1).map(|e| format!("{}: {e}", path.display())));
        let older = advisory::convert(&read(&newer_value), Format::Csaf, &options());
        let older_value: Value = serde_json::from_str(&older.text).expect("JSON");
        let mut found = Vec::new();
        differences("", value, &older_value, &mut found);
        found.retain(|pointer| !is_told(pointer, &newer.changed) && !is_told(pointer, &newer.dropped));
        assert!(found.is_empty(), "{}: {found:?}", path.display());
    }
    assert!(
        documents.is_empty() || valid == 58,
        "{valid} of {}\n{}",
        documents.len(),
        wrong[..wrong.len().min(25)].join("\n")
    );
}

#[test]
fn from_other_formats_2_1_is_valid_and_says_what_2_0_cannot() {
    let osv = json!({"id": "GO-2026-1", "modified": "2026-11-22T00:41:07Z", "published": "2026-11-21T00:00:00Z",
        "summary": "It burns", "details": "It burns.", "aliases": ["CVE-2026-12345"],
        "severity": [{"type": "CVSS_V4", "score": "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N"}],
        "affected": [{"package": {"ecosystem": "Go", "name": "example.com/lamp"},
            "ranges": [{"type": "SEMVER", "events": [{"introduced": "0"}, {"fixed": "1.2.3"}]}]}]});
    let advisory = read(&osv);
    let newer = advisory::convert(&advisory, Format::Csaf21, &options());
    let value: Value = serde_json::from_str(&newer.text).expect("JSON");
    assert_eq!(errors(&judge(&value)), Vec::<String>::new());
    assert_eq!(value["vulnerabilities"][0]["metrics"][0]["content"]["cvss_v4"]["baseScore"], 9.3);
    assert!(!newer.dropped.iter().any(|line| line.starts_with("score")), "{:?}", newer.dropped);
    // Nobody said that it is for everybody: who converts it must know that it says so now.
    assert_eq!(value["document"]["distribution"]["tlp"]["label"], "CLEAR");
    assert!(
        newer.changed.iter().any(|line| line.starts_with("/document/distribution/tlp/label: ")),
        "{:?}",
        newer.changed
    );
    let again = advisory::convert(&read(&value), Format::Csaf21, &options());
    assert_eq!(
        (again.changed, again.dropped),
        (Vec::new(), Vec::new()),
        "in its own format it comes out as it went in"
    );
    let older = advisory::convert(&advisory, Format::Csaf, &options());
    assert!(older.dropped.iter().any(|line| line.starts_with("score: CVSS:4.0")), "{:?}", older.dropped);
}
