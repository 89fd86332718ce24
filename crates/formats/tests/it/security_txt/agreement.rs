//! Verdicts on real files beside those of `sectxt`, another lint. Where they differ, a line of `disagreements.tsv` says
//! which rule of RFC 9116 is the reason; a difference without a line, or a line without a difference, is a fault.

use super::verdict;
use formats::security_txt::{Code, Severity};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

const LIST: &str = include_str!("disagreements.tsv");

/// Codes of recommendations and notifications that only we have: they add advice and change no verdict.
const OWN_ADVICE: &[Code] =
    &[Code::NoPolicy, Code::ExtraSpace, Code::InvalidMailto, Code::InvalidTel, Code::TooLarge, Code::WebPage];

/// file (first 12 digits of its SHA-1) -> "+code" that only we find, "-code" that only they find -> reason
type Differences = BTreeMap<(String, String), String>;

fn listed() -> (BTreeMap<&'static str, &'static str>, Differences) {
    let (mut reasons, mut differences) = (BTreeMap::new(), Differences::new());
    for line in LIST.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
        let cells: Vec<_> = line.split('\t').collect();
        match cells[..] {
            [reason, text] => assert_eq!(reasons.insert(reason, text), None, "{reason} twice"),
            [file, code, reason] => {
                assert!(reasons.contains_key(reason), "{reason} is explained above");
                let known = differences.insert((file.to_owned(), code.to_owned()), reason.to_owned());
                assert_eq!(known, None, "{file} {code} twice");
            }
            _ => panic!("two or three cells: {line}"),
        }
    }
    (reasons, differences)
}

fn theirs(row: &Value, key: &str) -> BTreeSet<String> {
    row[key].as_array().expect("a list").iter().map(|code| code.as_str().expect("a code").to_owned()).collect()
}

#[test]
fn verdicts_on_real_files_are_those_of_another_lint_but_for_the_list() {
    let (reasons, listed) = listed();
    for text in reasons.values() {
        assert!(text.contains("RFC 9116") && text.contains("section"), "{text}");
    }
    let Some(folder) = outside::data("security-txt") else { return };
    let rows = std::fs::read_to_string(folder.join("sectxt-verdicts.jsonl")).expect("verdicts");
    let (mut found, mut files, mut changed) = (BTreeMap::new(), 0, 0);
    for line in rows.lines() {
        let row: Value = serde_json::from_str(line).expect("JSON");
        let bytes = std::fs::read(folder.join("raw").join(row["file"].as_str().expect("file"))).expect("file");
        let ours = verdict(&bytes);
        files += 1;
        changed += usize::from(ours.valid() != row["valid"].as_bool().expect("valid"));
        for (key, severity) in [
            ("errors", Severity::Error),
            ("recommendations", Severity::Recommendation),
            ("notifications", Severity::Notification),
        ] {
            let own = |word: &&str| OWN_ADVICE.iter().any(|code| code.as_str() == *word);
            let ours = ours.codes(severity).into_iter().filter(|word| !own(word)).map(str::to_owned);
            let ours: BTreeSet<_> = ours.collect();
            let theirs = theirs(&row, key);
            let plus = ours.difference(&theirs).map(|code| format!("+{code}"));
            let minus = theirs.difference(&ours).map(|code| format!("-{code}"));
            let file = &row["sha1"].as_str().expect("sha1")[..12];
            found.extend(plus.chain(minus).map(|code| ((file.to_owned(), code), row["file"].to_string())));
        }
    }
    let new: Vec<_> = found.iter().filter(|(key, _)| !listed.contains_key(key)).collect();
    let gone: Vec<_> = listed.keys().filter(|key| !found.contains_key(*key)).collect();
    for ((file, code), name) in &new {
        println!("NEW\t{file}\t{code}\t{name}");
    }
    assert!(new.is_empty() && gone.is_empty(), "{} not listed, {} listed and gone: {gone:?}", new.len(), gone.len());
    assert_eq!((files, changed), (581, 1), "files, and files whose validity differs");
}
