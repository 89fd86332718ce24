//! The embedded tables against the published ones, row by row.

use formats::ssvc::{Choice, SsvcError, find, tables};
use proptest::prelude::*;
use serde_json::Value;
use std::path::PathBuf;

fn files(folder: &str, extension: &str) -> Option<Vec<PathBuf>> {
    let folder = outside::data(folder)?;
    let mut files = Vec::new();
    for namespace in std::fs::read_dir(folder).expect("readable") {
        let namespace = namespace.expect("readable").path();
        for file in std::fs::read_dir(namespace).expect("readable") {
            let file = file.expect("readable").path();
            assert!(file.extension().is_some_and(|e| e == extension));
            files.push(file);
        }
    }
    assert_eq!(files.len(), 16);
    Some(files)
}

#[test]
fn every_row_of_every_json_table_decides_as_published() {
    let Some(files) = files("ssvc/data/json/decision_tables", "json") else { return };
    let mut rows = 0;
    for file in files {
        let theirs: Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
        let text = |key: &str| theirs[key].as_str().unwrap();
        let id = format!("{}:{}:{}", text("namespace"), text("key"), text("version"));
        let table = find(&id).unwrap();
        assert_eq!((table.id(), table.name, table.outcome.id), (id, text("name"), text("outcome")));
        let mapping = theirs["mapping"].as_array().unwrap();
        assert_eq!(table.rows(), mapping.len());
        for row in mapping {
            let mut choice = Choice::new(table);
            for (point, value) in row.as_object().unwrap().iter().filter(|(point, _)| *point != table.outcome.id) {
                choice.set(point, value.as_str().unwrap()).unwrap();
            }
            let decision = choice.decide();
            assert_eq!(decision.outcome.map(|v| v.key), row[table.outcome.id].as_str(), "{row}");
            assert!(decision.missing.is_empty());
            rows += 1;
        }
    }
    assert_eq!(rows, 403 + 36 + 4 + 27 + 48 + 3 + 729 + 324);
}

/// `"Exploitation v1.1.0"`, with `" (cisa)"` behind where it is another namespace.
fn name(column: &str) -> &str {
    column.rsplit_once(" v").map_or(column, |(name, _)| name)
}

/// Cells of a line; only outcomes are quoted.
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
fn every_row_of_every_csv_table_decides_by_names() {
    let Some(files) = files("ssvc/data/csv", "csv") else { return };
    let mut rows = 0;
    for file in files {
        let stem = file.file_stem().unwrap().to_string_lossy().into_owned();
        let table = find(&stem).unwrap();
        let text = std::fs::read_to_string(&file).unwrap();
        let mut lines = text.lines().map(cells);
        let head = lines.next().unwrap();
        for row in lines {
            let mut choice = Choice::new(table);
            let last = row.len() - 1;
            for (column, value) in head.iter().zip(&row).take(last).skip(1) {
                choice.set(name(column), value).unwrap_or_else(|e| panic!("{stem}: {row:?}: {e}"));
            }
            let outcome = choice.decide().outcome.unwrap();
            assert_eq!(outcome.name.to_lowercase(), row[last], "{stem}: {row:?}");
            rows += 1;
        }
    }
    assert_eq!(rows, 1_574);
}

#[test]
fn names_are_taken_as_people_write_them() {
    let supplier = find("supplier").unwrap();
    assert_eq!(
        (supplier.key, find("dt_sp").unwrap().key, find("ssvc:DT_SP").unwrap().key),
        ("DT_SP", "DT_SP", "DT_SP")
    );
    let mut choice = Choice::new(supplier);
    choice.set("Exploitation", "active").unwrap().set("u", "super-effective").unwrap();
    choice.set("technical", "total").unwrap().set("public_safety_impact", "significant").unwrap();
    assert_eq!(choice.decide().outcome.unwrap().name, "Immediate");
    assert_eq!(Choice::new(supplier).set("E", "PoC").unwrap().chosen().next().unwrap().1.key, "P");
}

#[test]
fn a_choice_that_is_not_whole_says_what_can_come() {
    let table = find("supplier").unwrap();
    let mut choice = Choice::new(table);
    choice.set("E", "none").unwrap().set("U", "laborious").unwrap().set("TI", "partial").unwrap();
    let decision = choice.decide();
    assert_eq!(decision.outcome, None);
    assert_eq!(decision.possible.iter().map(|v| v.name).collect::<Vec<_>>(), ["Defer", "Scheduled"]);
    assert_eq!(decision.missing[0].name, "Public Safety Impact");
}

#[test]
fn errors_say_what_there_is() {
    let table = find("DT_SP").unwrap();
    let said = |e: SsvcError| e.to_string();
    assert!(said(find("coordinator").unwrap_err()).contains("DT_COORD_TRIAGE (Coordinator Triage)"));
    assert!(said(Choice::new(table).set("weather", "fine").unwrap_err()).contains("it asks E (Exploitation)"));
    let unknown = said(Choice::new(table).set("E", "perhaps").unwrap_err());
    assert_eq!(unknown, "Exploitation has no value \"perhaps\"; it has N (None), P (Public PoC), A (Active)");
    let mut choice = Choice::new(table);
    choice.set("E", "none").unwrap().set("Exploitation", "N").unwrap();
    assert_eq!(choice.set("E", "active").unwrap_err(), SsvcError::Twice { point: "Exploitation" });
}

proptest! {
    #[test]
    fn any_text_is_a_name_or_an_error(table in "\\PC{0,12}", point in "\\PC{0,8}", value in "\\PC{0,8}", at in 0_usize..16) {
        let _ = find(&table);
        let mut choice = Choice::new(&tables()[at]);
        if choice.set(&point, &value).is_ok() {
            prop_assert!(choice.chosen().count() == 1);
        }
        prop_assert!(!choice.decide().possible.is_empty());
    }
}
