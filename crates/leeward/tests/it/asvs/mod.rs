//! Whether `docs/asvs.toml` is whole and true: every requirement of ASVS 5.0.0 once, at its level, with what its status
//! needs; every test it names is there; and the counts in `SECURITY.md` are those of the table.

mod dangerous;
mod locks;
mod parts;
mod rules;

use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Requirements of each chapter at level 1, 2 and 3.
const CHAPTERS: [[usize; 3]; 17] = [
    [8, 19, 3],
    [4, 7, 2],
    [8, 11, 12],
    [2, 8, 6],
    [4, 5, 4],
    [13, 22, 12],
    [6, 12, 1],
    [4, 3, 6],
    [4, 3, 0],
    [5, 24, 7],
    [3, 11, 10],
    [3, 6, 3],
    [1, 12, 8],
    [2, 7, 4],
    [3, 10, 8],
    [0, 16, 1],
    [0, 7, 5],
];

/// SHA-256 of `V1.1.1 2\nV1.1.2 2\n…`: every id of the standard with its level, in its order.
const IDS_AND_LEVELS: &str = "9737517475e14be299c2f05c8f3a75c09e597788d97dfdd38b1f911095b6b13f";

/// One line of the table.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, tag = "status", rename_all = "kebab-case")]
enum Standing {
    Met { level: usize, about: String, tests: Vec<String> },
    NotApplicable { level: usize, about: String, why: String },
    Open { level: usize, about: String, what: String },
}

impl Standing {
    fn level(&self) -> usize {
        match self {
            Self::Met { level, .. } | Self::NotApplicable { level, .. } | Self::Open { level, .. } => *level,
        }
    }

    /// Words that must be there: the heading, and the reason where there are no tests.
    fn words(&self) -> [&str; 2] {
        match self {
            Self::Met { about, .. } => [about, about],
            Self::NotApplicable { about, why, .. } => [about, why],
            Self::Open { about, what, .. } => [about, what],
        }
    }

    fn tests(&self) -> &[String] {
        match self {
            Self::Met { tests, .. } => tests,
            _ => &[],
        }
    }

    fn column(&self) -> usize {
        match self {
            Self::Met { .. } => 0,
            Self::NotApplicable { .. } => 1,
            Self::Open { .. } => 2,
        }
    }
}

/// Chapter, section, number: ids in the order of the standard.
type Id = [usize; 3];

fn id(text: &str) -> Option<Id> {
    let parts: Vec<usize> = text.strip_prefix('V')?.split('.').map(|n| n.parse().ok()).collect::<Option<_>>()?;
    let id: Id = parts.try_into().ok()?;
    // `V01.1.1` would be another key with the same numbers.
    (format!("V{}.{}.{}", id[0], id[1], id[2]) == text).then_some(id)
}

fn house() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn text_of(path: &str) -> String {
    let path = house().join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn table() -> BTreeMap<Id, Standing> {
    let lines: BTreeMap<String, Standing> = toml::from_str(&text_of("docs/asvs.toml")).unwrap();
    lines.into_iter().map(|(text, line)| (id(&text).unwrap_or_else(|| panic!("{text} is no id")), line)).collect()
}

#[test]
fn every_requirement_stands_once_at_its_level() {
    let table = table();
    let mut counts = [[0; 3]; 17];
    for ([chapter, ..], line) in &table {
        counts[chapter - 1][line.level() - 1] += 1;
    }
    let line = |([chapter, section, number], line): (&Id, &Standing)| {
        format!("V{chapter}.{section}.{number} {}\n", line.level())
    };
    let all: String = table.iter().map(line).collect();
    assert_eq!(counts, CHAPTERS);
    assert_eq!(table.len(), 345);
    let digest = data_encoding::HEXLOWER.encode(&Sha256::digest(all));
    assert_eq!(digest, IDS_AND_LEVELS, "an id or a level is not the standard's");
}

#[test]
fn every_line_says_what_its_status_needs() {
    for (id, line) in table() {
        assert!(line.words().iter().all(|words| words.trim().len() > 2), "{id:?} has no words");
        assert!(line.column() != 0 || !line.tests().is_empty(), "{id:?} is met by no test");
    }
}

/// The file and function that a test's name leads to.
fn find(name: &str) -> Result<(), String> {
    let parts: Vec<&str> = name.split("::").collect();
    let [krate, inner @ .., function] = parts.as_slice() else { return Err(format!("{name} is no name")) };
    let (folder, modules) = match inner {
        ["it", modules @ ..] => ("tests/it", modules),
        [modules @ .., "tests"] => ("src", modules),
        _ => return Err(format!("{name}: say `it` or `tests`")),
    };
    let at = house().join("crates").join(krate).join(folder).join(modules.join("/"));
    let places = [at.with_extension("rs"), at.join("mod.rs"), at.join("tests.rs")];
    let Some(text) = places.iter().find_map(|place| {
        let text = std::fs::read_to_string(place).ok()?;
        text.contains(&format!("fn {function}(")).then_some(text)
    }) else {
        return Err(format!("{name}: there is no such function"));
    };
    let before = text.split(&format!("fn {function}(")).next().unwrap_or_default();
    let lines: Vec<&str> =
        before.lines().rev().take(4).take_while(|line| !line.trim_start().starts_with('}')).collect();
    let is_test = lines.iter().any(|line| line.contains("#[test]") || line.contains("#[tokio::test"));
    if is_test { Ok(()) } else { Err(format!("{name} is no test")) }
}

#[test]
fn every_test_that_is_named_is_there() {
    let named = table().into_values().flat_map(|line| line.tests().to_vec()).collect::<std::collections::BTreeSet<_>>();
    assert!(named.len() > 100, "{}", named.len());
    let missing: Vec<String> = named.iter().filter_map(|name| find(name).err()).collect();
    assert!(missing.is_empty(), "\n{}", missing.join("\n"));
}

#[test]
fn names_of_tests_that_are_not_there_are_found() {
    for wrong in ["web::it::headers::no_such_test", "web::headers", "web::it::site::house", "nowhere::it::a::b", "x"] {
        assert!(find(wrong).is_err(), "{wrong}");
    }
    assert_eq!(id("V1.2.10"), Some([1, 2, 10]));
    for wrong in ["1.2.3", "V1.2", "V01.2.3", "V1.2.3.4", "V1.2.x"] {
        assert_eq!(id(wrong), None, "{wrong}");
    }
}

#[test]
fn the_counts_in_words_are_those_of_the_table() {
    let mut counts = [[0; 3]; 3];
    for line in table().values() {
        counts[line.level() - 1][line.column()] += 1;
    }
    let mut wanted: Vec<String> = (1..)
        .zip(counts)
        .map(|(level, [met, not, open])| format!("| {level} | {met} | {not} | {open} | {} |", met + not + open))
        .collect();
    let sums = [0, 1, 2].map(|column| counts.iter().map(|level| level[column]).sum::<usize>());
    wanted.push(format!("| all | {} | {} | {} | 345 |", sums[0], sums[1], sums[2]));
    let text = text_of("SECURITY.md");
    assert!(wanted.iter().all(|line| text.contains(line)), "SECURITY.md must say:\n{}", wanted.join("\n"));
}
