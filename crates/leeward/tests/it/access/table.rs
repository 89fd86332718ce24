//! Reading the table `access.txt`: a header of callers, then a line for each route and kind of case.

use super::callers::CALLERS;
use std::collections::BTreeMap;

/// One line of the table.
#[derive(Debug, Clone)]
pub struct Line {
    /// `GET`
    pub method: String,
    /// As the route table writes it.
    pub path: String,
    /// Which of the scene's cases stands in the path; empty where none does.
    pub of: String,
    /// A word for each caller, in the order of [`CALLERS`].
    pub words: Vec<String>,
}

/// Where people are to look.
pub const PLACE: &str = "crates/leeward/tests/it/access/access.txt";

/// The kinds of case that a row with a case in its path is walked with.
pub const KINDS: [&str; 3] = ["@open", "@restricted", "@erased"];

/// A file of a case that only the team may have: walked where a path leads to a file.
const TEAM_FILE: &str = "@team-file";

/// What may come.
const VOCABULARY: [&str; 11] =
    ["shows", "acts", "leads", "signin", "stepup", "door", "account", "over", "401", "404", "410"];

/// Whether a path leads to one case.
pub fn is_of_case(path: &str) -> bool {
    let doors = ["/desk/cases/{id}", "/api/v1/cases/{id}", "/case/mine", "/me/reports/{id}"];
    doors.iter().any(|door| path.starts_with(door))
}

/// The table, or everything that is wrong with it as it is written.
pub fn read(text: &str) -> Result<Vec<Line>, Vec<String>> {
    let mut faults = Vec::new();
    let mut lines = Vec::new();
    let mut rows = text.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#'));
    let header: Vec<&str> = rows.next().unwrap_or("").split_whitespace().skip(1).collect();
    let wanted: Vec<&str> = CALLERS.iter().map(|(name, _)| *name).collect();
    if header != wanted {
        faults.push(format!("the columns of {PLACE} are {header:?}; the callers are {wanted:?}"));
    }
    for row in rows {
        let mut words = row.split_whitespace().map(str::to_owned).peekable();
        let method = words.next().unwrap_or_default();
        let path = words.next().unwrap_or_default();
        let of = words.next_if(|word| word.starts_with('@')).unwrap_or_default();
        let words: Vec<String> = words.collect();
        if words.len() != wanted.len() {
            faults.push(format!("{method} {path} {of}: {} words for {} callers", words.len(), wanted.len()));
        }
        for word in words.iter().filter(|word| !VOCABULARY.contains(&word.as_str())) {
            faults.push(format!("{method} {path} {of}: {word:?} is no word of the table ({})", VOCABULARY.join(" ")));
        }
        lines.push(Line { method, path, of, words });
    }
    if faults.is_empty() { Ok(lines) } else { Err(faults) }
}

/// Lines that the routes want and the table lacks, and lines that no route wants.
pub fn compare(lines: &[Line], routes: &[(String, &'static str)]) -> (Vec<Line>, Vec<String>) {
    let mut written: BTreeMap<(String, String, String), usize> = BTreeMap::new();
    for line in lines {
        *written.entry((line.method.clone(), line.path.clone(), line.of.clone())).or_default() += 1;
    }
    let mut missing = Vec::new();
    for (method, path) in routes {
        let kinds: &[&str] = if is_of_case(path) { &KINDS } else { &[""] };
        let file = path.contains("{attachment}").then_some(&TEAM_FILE);
        for of in kinds.iter().chain(file) {
            let line =
                Line { method: method.clone(), path: (*path).to_owned(), of: (*of).to_owned(), words: Vec::new() };
            if !written.contains_key(&(line.method.clone(), line.path.clone(), line.of.clone())) {
                missing.push(line);
            }
        }
    }
    let known = |method: &str, path: &str| routes.iter().any(|(m, p)| m == method && *p == path);
    let mut odd = Vec::new();
    for ((method, path, of), times) in written {
        if times > 1 {
            odd.push(format!("{method} {path} {of}: {times} lines"));
        }
        if !known(&method, &path) {
            odd.push(format!("{method} {path}: no route has this line; take it out"));
        }
    }
    (missing, odd)
}

impl Line {
    /// As it is written in the table.
    pub fn write(&self) -> String {
        let words: Vec<String> = self
            .words
            .iter()
            .zip(CALLERS)
            .map(|(word, (name, _))| format!("{word:<w$}", w = name.len().max(6)))
            .collect();
        format!("{:<4} {:<51} {:<11} {}", self.method, self.path, self.of, words.join(" ").trim_end())
    }
}

#[test]
fn a_table_that_is_not_whole_is_refused() {
    let header = format!("callers: {}", CALLERS.map(|(name, _)| name).join(" "));
    let row = |path: &str, n: usize| format!("GET {path} {}", vec!["shows"; n].join(" "));
    let whole = format!("{header}\n{}\n", row("/", CALLERS.len()));
    let lines = read(&whole).unwrap();
    assert_eq!(lines.len(), 1);
    assert!(read(&format!("{header}\n{}\n", row("/", CALLERS.len() - 1))).is_err(), "a caller without a word");
    assert!(read(&whole.replace(" revoked", "")).is_err(), "a caller without a column");
    assert!(read(&whole.replace("shows", "perhaps")).is_err(), "a word that means nothing");
    let routes = [("GET".to_owned(), "/"), ("POST".to_owned(), "/new")];
    let (missing, odd) = compare(&lines, &routes);
    assert_eq!((missing.len(), missing[0].path.as_str(), odd.len()), (1, "/new", 0));
    assert_eq!(compare(&lines, &routes[1..]).1.len(), 1, "a line without a route");
    let (missing, _) = compare(&lines, &[("GET".to_owned(), "/"), ("GET".to_owned(), "/desk/cases/{id}")]);
    assert_eq!(missing.len(), KINDS.len(), "a case's page needs a line for each kind of case");
}
