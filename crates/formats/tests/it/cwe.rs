//! The embedded catalogue against two other readings of it: PyPI's cwe2 (4.14) and npm's cwe-sdk (4.15).

use formats::cwe::{self, Kind, Usage};
use proptest::prelude::*;
use serde_json::Value;

/// Cells of a line of CSV; quotes as in RFC 4180.
fn cells(line: &str) -> Vec<String> {
    let (mut cells, mut cell, mut quoted) = (Vec::new(), String::new(), false);
    for c in line.chars() {
        match c {
            '"' => quoted = !quoted,
            ',' if !quoted => cells.push(std::mem::take(&mut cell)),
            other => cell.push(other),
        }
    }
    cells.push(cell);
    cells
}

#[test]
fn every_weakness_is_the_published_one() {
    let Some(file) = outside::data("weakness/cwe-4.14-compact.csv") else { return };
    let text = std::fs::read_to_string(file).unwrap();
    let mut seen = 0;
    for line in text.lines().skip(1) {
        let theirs = cells(line);
        let [id, name, abstraction, status, usage, parents, _] = &theirs[..] else { panic!("{line}") };
        let entry = cwe::find(id.parse().unwrap()).unwrap_or_else(|| panic!("{line}"));
        assert_eq!((entry.name, entry.usage.as_str()), (name.trim(), usage.as_str()), "{line}");
        assert_eq!(
            (entry.kind.as_str(), entry.deprecated),
            (abstraction.to_lowercase().as_str(), status == "Deprecated")
        );
        let mut ours = entry.parents.clone();
        let mut parents: Vec<u32> = parents.split_whitespace().map(|p| p.parse().unwrap()).collect();
        ours.sort_unstable();
        parents.sort_unstable();
        parents.dedup();
        assert_eq!(ours, parents, "{line}");
        seen += 1;
    }
    assert_eq!(seen, 963);
    let kinds = |kind| cwe::entries().iter().filter(|entry| entry.kind == kind).count();
    assert_eq!((kinds(Kind::Category), kinds(Kind::View), cwe::entries().len()), (409, 54, 1426));
}

#[test]
fn the_hierarchy_of_another_reader_is_there() {
    let Some(file) = outside::data("weakness/cwe-hierarchy.json") else { return };
    let pairs: Vec<Value> = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    let number = |value: &Value| value.as_str().unwrap().parse::<u32>().unwrap();
    let known: Vec<_> = pairs
        .iter()
        .map(|pair| (number(&pair["weaknessId"]), number(&pair["parentId"])))
        .filter(|(child, _)| cwe::find(*child).is_some())
        .collect();
    // Theirs holds the parents of all views; ours those of view 1000.
    for entry in cwe::entries().iter().filter(|entry| !entry.deprecated && entry.number != 1000) {
        for parent in &entry.parents {
            assert!(known.contains(&(entry.number, *parent)), "{} below {parent}", entry.number);
        }
    }
    assert!(known.len() > 1_000);
}

#[test]
fn entries_that_should_not_be_causes_say_so() {
    let said = |number| cwe::find(number).unwrap().warning().unwrap_or_default();
    assert_eq!(said(79), "");
    assert!(said(20).contains("advises against") && said(16).contains("heading") && said(1000).contains("list"));
    assert!(said(1).contains("deprecated"));
    assert_eq!(cwe::find(200).unwrap().usage, Usage::Discouraged);
    assert!(cwe::entries().iter().all(|e| e.warning().is_some() == (e.deprecated || e.usage != Usage::Allowed)));
}

#[test]
fn search_finds_by_words_terms_and_number() {
    let numbers = |text: &str| cwe::search(text).iter().map(|entry| entry.number).collect::<Vec<_>>();
    assert_eq!(numbers("cwe-89"), [89]);
    assert!(numbers("xss").contains(&79));
    assert_eq!(numbers("SQL injection")[0], 89);
    assert_eq!(numbers("no such weakness at all"), [0_u32; 0]);
    let above: Vec<_> = cwe::find(79).unwrap().ancestors().iter().map(|entry| entry.number).collect();
    assert_eq!(above, [74, 707]);
    assert!(cwe::find(79).unwrap().children().any(|entry| entry.number == 80));
    assert_eq!(cwe::release(), "4.14");
}

proptest! {
    #[test]
    fn any_text_is_a_number_or_none(text in "\\PC{0,20}", number in any::<u32>()) {
        let _ = cwe::search(&text);
        prop_assert_eq!(cwe::parse(&format!("CWE-{number}")), Some(number));
        prop_assert_eq!(cwe::parse(&format!(" cwe {number} ")), Some(number));
    }
}
