//! `index.txt` and `changes.csv`, and which labels lie together. Requirements 5, 12 and 13.

use super::document::Document;
use super::finding::Findings;
use super::{Site, join};
use crate::csaf::{Edition, Level};
use crate::instant::Instant;
use std::collections::{BTreeMap, HashMap, HashSet};

/// The documents of one folder of year folders, by their path below it.
type Base<'a> = BTreeMap<&'a str, &'a Document>;

pub(super) fn check(site: &Site, found: &mut Findings) {
    let mut bases: BTreeMap<&str, Base> = BTreeMap::new();
    for (file, document) in &site.documents {
        let below = file.get(document.base.len()..).unwrap_or_default().trim_start_matches('/');
        bases.entry(&document.base).or_default().insert(below, document);
    }
    // Either these lists or feeds are asked for.
    let needed = site.feeds.is_empty();
    for (base, documents) in &bases {
        labels(base, documents, found);
        for (requirement, list) in [(12, "index.txt"), (13, "changes.csv")] {
            let file = join(base, list);
            if site.has(&file) {
                if let Some(text) = site.text(requirement, &file, found) {
                    let check = if requirement == 12 { index } else { changes };
                    check(&file, &text, documents, found);
                }
            } else if needed {
                found.error(requirement, &file, "is missing, and so is a ROLIE feed; write it");
            }
        }
    }
}

/// Requirement 5: what is not for everybody lies under another path.
fn labels(base: &str, documents: &Base, found: &mut Findings) {
    if documents.values().any(|document| document.is_open()) {
        for (below, document) in documents.iter().filter(|(_, document)| !document.is_open()) {
            let message = format!("is TLP:{} and lies among documents for everybody; move it", document.label);
            found.error(5, &join(base, below), message);
        }
    }
}

fn index(file: &str, text: &str, documents: &Base, found: &mut Findings) {
    let entries = text.lines().enumerate().map(|(number, line)| (number + 1, line.trim_end_matches('\r')));
    listed(12, file, entries, documents, found);
}

/// Every entry is a document, every document is an entry. Gives the entries that are.
fn listed<'t>(
    requirement: u8,
    file: &str,
    entries: impl Iterator<Item = (usize, &'t str)>,
    documents: &Base,
    found: &mut Findings,
) -> HashMap<&'t str, usize> {
    let mut seen = HashMap::new();
    let mut foreign = Vec::new();
    for (line, entry) in entries {
        if seen.insert(entry, line).is_some() {
            found.at(requirement, file, format!("line {line}"), format!("{entry:?} is there twice; remove one"));
        } else if !documents.contains_key(entry) {
            foreign.push((line, entry));
        }
    }
    // A list whose names begin elsewhere is one fault, not one for each name.
    let ends: HashSet<&str> = documents.keys().copied().collect();
    let begin = |entry: &'t str| ends.iter().find_map(|end| entry.strip_suffix(*end)).filter(|b| b.ends_with('/'));
    if let Some((line, begins)) = foreign.first().and_then(|(line, entry)| Some((*line, begin(entry)?)))
        && foreign.iter().all(|(_, entry)| entry.strip_prefix(begins).is_some_and(|end| ends.contains(end)))
    {
        let message =
            format!("names begin with {begins:?}; they are seen from the folder of this list, so leave that out");
        found.at(requirement, file, format!("line {line}"), message);
        let known: HashSet<&str> = foreign.iter().filter_map(|(_, entry)| entry.strip_prefix(begins)).collect();
        missing(requirement, file, documents, |below| known.contains(below) || seen.contains_key(below), found);
        return foreign
            .iter()
            .filter_map(|(line, entry)| Some((entry.strip_prefix(begins)?, *line)))
            .chain(seen)
            .collect();
    }
    for (line, entry) in foreign {
        let message = format!("{entry:?} is no CSAF document below this folder; remove the line, or mend the name");
        found.at(requirement, file, format!("line {line}"), message);
    }
    missing(requirement, file, documents, |below| seen.contains_key(below), found);
    seen
}

fn missing(requirement: u8, file: &str, documents: &Base, known: impl Fn(&str) -> bool, found: &mut Findings) {
    for below in documents.keys().filter(|below| !known(below)) {
        found.error(requirement, file, format!("does not name {below}; add it"));
    }
}

fn changes(file: &str, text: &str, documents: &Base, found: &mut Findings) {
    let mut rows = Vec::new();
    let mut last: Option<Instant> = None;
    for (number, line) in text.lines().enumerate().map(|(number, line)| (number + 1, line.trim_end_matches('\r'))) {
        let place = format!("line {number}");
        let cells: Vec<&str> = line.split(',').collect();
        let [name, date] = cells.as_slice() else {
            found.at(13, file, place, "is not of the form NAME,DATE; write the file name and its current_release_date");
            continue;
        };
        let quoted = [*name, *date].iter().any(|cell| cell.starts_with('"'));
        let name = name.trim_matches('"');
        if quoted && documents.get(name).is_some_and(|document| document.edition == Edition::V21) {
            found.at(13, file, place.clone(), "has quotation marks, which version 2.1 leaves out; remove them");
        }
        let Some(date) = Instant::parse(date.trim_matches('"')) else {
            found.at(13, file, place, "the second cell is no date and time; write the current_release_date");
            continue;
        };
        if last.is_some_and(|last| date > last) {
            found.at(13, file, place.clone(), "is later than the line before it; sort the lines, the latest first");
        }
        last = Some(date);
        rows.push((number, name, date));
    }
    let known = listed(13, file, rows.iter().map(|(line, name, _)| (*line, *name)), documents, found);
    let dates: HashMap<usize, Instant> = rows.iter().map(|(line, _, date)| (*line, *date)).collect();
    for (below, line) in known {
        let released = documents.get(below).and_then(|document| document.released);
        if let (Some(released), Some(date)) = (released, dates.get(&line))
            && released != *date
        {
            let message = format!("gives another date than the current_release_date of {below}; copy that");
            found.add(13, Level::Error, file, format!("line {line}"), message);
        }
    }
}
