//! What was found in a folder.

use crate::csaf::{Level, MOST};

/// One thing that is not as a requirement asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Its number in section 7.1.
    pub requirement: u8,
    /// How much it weighs: an error is a "must".
    pub level: Level,
    /// The file, relative to the folder; empty for the folder itself.
    pub file: String,
    /// JSON pointer or `line N` inside the file; empty for the whole of it.
    pub place: String,
    /// What is wrong and what to do.
    pub message: String,
}

/// What came of a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// No requirement that a folder can show is broken.
    pub conforms: bool,
    /// How many CSAF documents were looked at.
    pub documents: usize,
    /// By requirement, then by file. Of each requirement a thousand at most: more say the same.
    pub findings: Vec<Finding>,
}

/// The findings while the checks run.
#[derive(Debug, Default)]
pub(super) struct Findings(Vec<Finding>);

impl Findings {
    pub(super) fn error(&mut self, requirement: u8, file: &str, message: impl Into<String>) {
        self.add(requirement, Level::Error, file, "", message);
    }

    pub(super) fn warning(&mut self, requirement: u8, file: &str, message: impl Into<String>) {
        self.add(requirement, Level::Warning, file, "", message);
    }

    pub(super) fn at(&mut self, requirement: u8, file: &str, place: impl Into<String>, message: impl Into<String>) {
        self.add(requirement, Level::Error, file, place, message);
    }

    pub(super) fn add(
        &mut self,
        requirement: u8,
        level: Level,
        file: &str,
        place: impl Into<String>,
        message: impl Into<String>,
    ) {
        let (file, place, message) = (file.to_owned(), place.into(), message.into());
        self.0.push(Finding { requirement, level, file, place, message });
    }

    pub(super) fn report(mut self, documents: usize) -> Report {
        self.0.sort_by(|one, other| {
            (one.requirement, one.level, &one.file).cmp(&(other.requirement, other.level, &other.file))
        });
        let conforms = self.0.iter().all(|finding| finding.level != Level::Error);
        let mut counts = [0_usize; 256];
        self.0.retain(|finding| {
            let count = counts.get_mut(usize::from(finding.requirement));
            count.is_some_and(|count| {
                *count += 1;
                *count <= MOST
            })
        });
        Report { conforms, documents, findings: self.0 }
    }
}
