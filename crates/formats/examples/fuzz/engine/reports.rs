//! Exports of reports, SARIF, and folders of providers.

use super::{Answer, blunt, same};
use formats::csaf::provider::{Folder, check};
use formats::json::{Limits, read};
use formats::report::{Format, Report, open};
use formats::sarif;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Every export as every platform's, and what was read as lines of our own again.
pub fn exports(bytes: &[u8]) -> Answer {
    let mut answer = BTreeSet::new();
    for wanted in [None].into_iter().chain(Format::ALL.map(Some)) {
        let reports = match open(bytes, wanted) {
            Ok(reports) => reports,
            Err(e) => {
                answer.insert(blunt(&e.to_string()));
                continue;
            }
        };
        let mut count = 0_usize;
        for read in reports {
            count += 1;
            if count > bytes.len() + 16 {
                return Err("more reports than bytes".to_owned());
            }
            match read {
                Ok(report) => {
                    answer.extend(report.notes.iter().map(|note| blunt(note)));
                    again(&report)?;
                }
                Err(e) => drop(answer.insert(blunt(&e.to_string()))),
            }
        }
    }
    Ok(answer.into_iter().collect::<Vec<_>>().join("|"))
}

/// Our own line of a report is that report.
fn again(report: &Report) -> Result<(), String> {
    let line = serde_json::to_string(report).map_err(|e| e.to_string())?;
    let mut lines = open(line.as_bytes(), Some(Format::JsonLines)).map_err(|e| format!("{e}: {line}"))?;
    let read = lines.next().ok_or("no line")?.map_err(|e| format!("{e}: {line}"))?;
    let twice = serde_json::to_string(&read).map_err(|e| e.to_string())?;
    same("our own line", &twice, &line)
}

/// A log comes out as it went in.
pub fn sarif(bytes: &[u8]) -> Answer {
    let log = match sarif::read(bytes, Limits::default()) {
        Ok(log) => log,
        Err(e) => return Ok(blunt(&e.to_string())),
    };
    let written = log.value();
    let again = sarif::read(written.to_string().as_bytes(), Limits::default()).map_err(|e| e.to_string())?;
    same("a log", &again, &log)?;
    let mut answer = String::new();
    for run in log.runs.iter().flatten() {
        let rules = run.rules();
        for result in run.results.iter().flatten() {
            answer.push_str(&format!("{:?}{} ", rules.level(result), rules.rule(result).is_some()));
        }
    }
    Ok(answer.chars().take(100).collect())
}

/// Files by name: a text is a file as it is, anything else a file of JSON.
struct Memory(Vec<String>, BTreeMap<String, Vec<u8>>);

impl Folder for Memory {
    fn files(&self) -> &[String] {
        &self.0
    }

    fn read(&self, file: &str) -> Result<Vec<u8>, String> {
        self.1.get(file).cloned().ok_or_else(|| "is gone".to_owned())
    }
}

/// A folder, given as an object of its files.
pub fn provider(bytes: &[u8]) -> Answer {
    let Ok(Value::Object(files)) = read(bytes, Limits::default()).map(|parsed| parsed.value) else {
        return Ok("no folder".to_owned());
    };
    let file = |value: Value| match value {
        Value::String(text) => text.into_bytes(),
        other => other.to_string().into_bytes(),
    };
    let files: BTreeMap<_, _> = files.into_iter().map(|(name, value)| (name, file(value))).collect();
    let folder = Memory(files.keys().cloned().collect(), files);
    let report = check(&folder, Limits::default());
    same("judged twice", &check(&folder, Limits::default()), &report)?;
    let found: BTreeSet<_> =
        report.findings.iter().map(|f| format!("{} {}", f.requirement, blunt(&f.message))).collect();
    Ok(found.into_iter().collect::<Vec<_>>().join("|"))
}
