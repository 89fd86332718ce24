//! CSAF 2.1 as an exchange format: read and written without loss, from 2.0 and back, and what is lost is said.

use formats::advisory::{self, Advisory, Converted, Format, Options};
use formats::csaf::{self, Level, Verdict};
use formats::json::{Parsed, Tree};
use outside::data;
use serde_json::{Value, json};
use std::collections::{HashMap, HashSet};
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

/// Where a line about a change or loss begins: a JSON pointer, and never the whole document.
fn place(line: &str) -> &str {
    let end = [line.find(": "), line.find(" (")].into_iter().flatten().min();
    let place = end.and_then(|end| line.get(..end)).unwrap_or(line);
    assert!(place.starts_with('/'), "{line}");
    place
}

/// The places that were told of, with those above them: something lies below.
struct Told {
    places: HashSet<String>,
}

impl Told {
    fn new<'a>(lines: impl IntoIterator<Item = &'a String>) -> Self {
        Self { places: lines.into_iter().map(|line| place(line).to_owned()).collect() }
    }

    /// The place itself, or one above it. A line about an entry excuses nothing but that entry.
    fn has(&self, pointer: &str) -> bool {
        let above = pointer.match_indices('/').skip(1).filter_map(|(end, _)| pointer.get(..end));
        above.chain([pointer]).any(|place| self.places.contains(place))
    }
}

/// JSON pointers at which two documents differ and nobody said so. Of lists of different length, the entries that were
/// told of are left out before the others are compared; a list that is longer or shorter still differs as a whole.
fn differences(at: &str, left: &Value, right: &Value, told: &Told, found: &mut Vec<String>) {
    if left == right || told.has(at) {
        return;
    }
    match (left, right) {
        (Value::Object(a), Value::Object(b)) => {
            let keys = a.keys().chain(b.keys().filter(|key| !a.contains_key(*key)));
            for key in keys {
                let pointer = format!("{at}/{}", key.replace('~', "~0").replace('/', "~1"));
                match (a.get(key), b.get(key)) {
                    (Some(a), Some(b)) => differences(&pointer, a, b, told, found),
                    // Of a list every entry may have been told of.
                    (Some(Value::Array(list)), None) => {
                        let silent = (0..list.len()).map(|index| format!("{pointer}/{index}"));
                        found.extend(silent.filter(|entry| !told.has(entry)));
                    }
                    _ if told.has(&pointer) => {}
                    _ => found.push(pointer),
                }
            }
        }
        (Value::Array(a), Value::Array(b)) => {
            let gone = |index: usize| a.len() > b.len() && told.has(&format!("{at}/{index}"));
            let left: Vec<_> = a.iter().enumerate().filter(|(index, _)| !gone(*index)).collect();
            if left.len() != b.len() {
                found.push(at.to_owned());
                return;
            }
            for ((index, a), b) in left.into_iter().zip(b) {
                differences(&format!("{at}/{index}"), a, b, told, found);
            }
        }
        _ => found.push(at.to_owned()),
    }
}

/// Texts, numbers and words of a document with their places.
fn leaves(at: &str, value: &Value, found: &mut Vec<(String, String)>) {
    match value {
        Value::Object(map) => map.iter().for_each(|(key, value)| leaves(&format!("{at}/{key}"), value, found)),
        Value::Array(list) => {
            list.iter().enumerate().for_each(|(index, value)| leaves(&format!("{at}/{index}"), value, found));
        }
        value => found.push((at.to_owned(), value.to_string())),
    }
}

/// What the table of section 9.1.18 has in other words, so that nobody need say so.
const TABLE: &[&str] =
    &["/$schema", "/document/csaf_version", "/document/distribution/tlp/label", "/document/category"];

/// What a document says and the one it became does not say anywhere, as often as it was said, and nobody told of.
fn lost(from: &Value, into: &Value, told: &Told) -> Vec<String> {
    let (mut said, mut says) = (Vec::new(), Vec::new());
    leaves("", from, &mut said);
    leaves("", into, &mut says);
    let mut there: HashMap<String, usize> = HashMap::new();
    for (_, value) in says {
        *there.entry(value).or_default() += 1;
    }
    said.retain(|(at, value)| {
        if told.has(at) || TABLE.contains(&at.as_str()) {
            return false;
        }
        match there.get_mut(value).filter(|count| **count > 0) {
            Some(count) => *count -= 1,
            None => return true,
        }
        false
    });
    said.into_iter().map(|(at, value)| format!("{at} {value} is nowhere")).collect()
}

#[test]
fn every_document_of_2_1_comes_out_as_it_went_in() {
    let documents = documents(SUITE, Format::Csaf21);
    let mut valid = 0;
    for (path, value) in &documents {
        let advisory = read(value);
        assert_eq!(&advisory::write(&advisory, Format::Csaf21, &options()).expect("JSON"), value, "{}", path.display());
        let same = advisory::convert(&advisory, Format::Csaf21, &options()).expect("written");
        assert_eq!((same.dropped.len(), same.changed.len()), (0, 0));
        valid += usize::from(judge(value).valid);
    }
    assert!(documents.is_empty() || (documents.len(), valid) == (880, 593), "{} {valid}", documents.len());
}

/// A document as one of the other version, and what of it went without a word.
fn turned(value: &Value, into: Format) -> (Value, Vec<String>, Vec<String>) {
    let Converted { text, dropped, changed } = advisory::convert(&read(value), into, &options()).expect("written");
    let new: Value = serde_json::from_str(&text).expect("JSON");
    let lines: Vec<String> = dropped.into_iter().chain(changed).collect();
    let lost = lost(value, &new, &Told::new(&lines));
    (new, lines, lost)
}

/// Names that a line about the way back has for what is called otherwise at the start.
fn renamed(line: &str, names: &[(&str, &str)]) -> String {
    let (place, rest) = line.split_at(place(line).len());
    let new = names.iter().fold(place.to_owned(), |place, (old, new)| place.replace(old, new));
    new + rest
}

#[test]
fn valid_documents_of_2_1_become_valid_ones_of_2_0_and_come_back() {
    let (mut valid, mut wrong) = (0, Vec::new());
    for (path, value) in documents(SUITE, Format::Csaf21).iter().filter(|(_, value)| judge(value).valid) {
        valid += 1;
        let (older, mut told, mut faults) = turned(value, Format::Csaf);
        faults.extend(errors(&judge(&older)).into_iter().take(2));
        let (newer, back, lost) = turned(&older, Format::Csaf21);
        faults.extend(lost.into_iter().map(|lost| format!("on the way back {lost}")));
        let names = [("/relationships/", "/product_paths/"), ("/cwe/", "/cwes/0/"), ("/scores/", "/metrics/")];
        told.extend(back.iter().map(|line| renamed(line, &names)));
        let mut silent = Vec::new();
        differences("", value, &newer, &Told::new(&told), &mut silent);
        faults.extend(silent.into_iter().map(|pointer| format!("{pointer} is another and nobody said so")));
        wrong.extend(faults.into_iter().map(|fault| format!("{}: {fault}", path.display())));
    }
    assert!(wrong.is_empty(), "{}\n{}", wrong.len(), wrong[..wrong.len().min(40)].join("\n"));
    assert!(valid == 593 || data("csaf").is_none(), "{valid}");
}

#[test]
fn real_documents_of_2_0_become_2_1_and_come_back() {
    let (mut valid, mut wrong, mut silent) = (0, Vec::new(), Vec::new());
    let documents: Vec<_> = documents(REAL, Format::Csaf);
    for (path, value) in documents.iter().filter(|(_, value)| judge(value).valid).step_by(STEP) {
        let (newer, mut told, mut faults) = turned(value, Format::Csaf21);
        let verdict = judge(&newer);
        valid += usize::from(verdict.valid);
        wrong.extend(errors(&verdict).into_iter().take(1).map(|e| format!("{}: {e}", path.display())));
        let (older, back, lost) = turned(&newer, Format::Csaf);
        faults.extend(lost.into_iter().map(|lost| format!("on the way back {lost}")));
        let names = [("/product_paths/", "/relationships/"), ("/cwes/0/", "/cwe/"), ("/metrics/", "/scores/")];
        told.extend(back.iter().map(|line| renamed(line, &names)));
        differences("", value, &older, &Told::new(&told), &mut faults);
        silent.extend(faults.into_iter().map(|fault| format!("{}: {fault}", path.display())));
    }
    assert!(silent.is_empty(), "{}\n{}", silent.len(), silent[..silent.len().min(40)].join("\n"));
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
    let newer = advisory::convert(&advisory, Format::Csaf21, &options()).expect("written");
    let value: Value = serde_json::from_str(&newer.text).expect("JSON");
    assert_eq!(errors(&judge(&value)), Vec::<String>::new());
    assert_eq!(value["vulnerabilities"][0]["metrics"][0]["content"]["cvss_v4"]["baseScore"], 9.3);
    assert!(!newer.dropped.iter().any(|line| line.starts_with("score")), "{:?}", newer.dropped);
    // Nobody said that it is for everybody: who converts it must know that it says so now.
    assert_eq!(value["document"]["distribution"]["tlp"]["label"], "CLEAR");
    assert!(newer.changed.iter().any(|line| line.starts_with("/document/distribution: ")), "{:?}", newer.changed);
    let again = advisory::convert(&read(&value), Format::Csaf21, &options()).expect("written");
    assert_eq!(
        (again.changed, again.dropped),
        (Vec::new(), Vec::new()),
        "in its own format it comes out as it went in"
    );
    let older = advisory::convert(&advisory, Format::Csaf, &options()).expect("written");
    assert!(older.dropped.iter().any(|line| line.starts_with("score: CVSS:4.0")), "{:?}", older.dropped);
}
