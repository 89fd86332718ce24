//! An advisory in the folder: what the other files say about it is compared with this. Requirements 1, 2 and 11.

use super::finding::Findings;
use super::{name, parent};
use crate::csaf::{self, Edition, Level};
use crate::instant::Instant;
use crate::json::{Parsed, Spot, Tree};

/// What the other checks want to know of an advisory.
pub(super) struct Document {
    pub(super) edition: Edition,
    /// `/document/tracking/id`
    pub(super) id: String,
    /// `/document/tracking/current_release_date`
    pub(super) released: Option<Instant>,
    /// The TLP label; `UNLABELED` for none.
    pub(super) label: String,
    /// The folder that holds the year folders.
    pub(super) base: String,
}

impl Document {
    pub(super) fn read(file: &str, parsed: &Parsed<Tree>, found: &mut Findings) -> Self {
        let root = Spot::root(&parsed.value);
        let tracking = root.path(&["document", "tracking"]);
        let word = |key: &str| tracking.as_ref().and_then(|tracking| tracking.word(key)).unwrap_or_default();
        validity(file, parsed, found);
        if !word("id").is_empty() && csaf::file_name(word("id")) != name(file) {
            let wanted = csaf::file_name(word("id"));
            found.error(2, file, format!("is named otherwise than its tracking id; rename it to {wanted}"));
        }
        let year = word("initial_release_date").get(..4).unwrap_or_default();
        let folder = name(parent(file));
        if folder != year && !year.is_empty() {
            let message = format!("was first released in {year} and does not lie in a folder of that name; move it");
            found.error(11, file, message);
        }
        let is_year = folder.len() == 4 && folder.bytes().all(|b| b.is_ascii_digit());
        let label = root.path(&["document", "distribution", "tlp"]).and_then(|tlp| tlp.own("label"));
        Self {
            edition: Edition::of(&parsed.value),
            id: word("id").to_owned(),
            released: Instant::parse(word("current_release_date")),
            label: label.unwrap_or_else(|| "UNLABELED".to_owned()),
            base: if is_year { parent(parent(file)) } else { parent(file) }.to_owned(),
        }
    }

    /// Whether everybody may read it.
    pub(super) fn is_open(&self) -> bool {
        !matches!(self.label.as_str(), "AMBER" | "AMBER+STRICT" | "RED")
    }
}

/// Requirement 1: the first fault and how many there are; `advisory check FILE` lists them all.
fn validity(file: &str, parsed: &Parsed<Tree>, found: &mut Findings) {
    let verdict = csaf::judge(parsed);
    let mut errors = verdict.findings.iter().filter(|finding| finding.level == Level::Error);
    if let Some(first) = errors.next() {
        let more = match errors.count() {
            0 => String::new(),
            more => format!(" (and {more} more)"),
        };
        found.at(1, file, first.pointer.clone(), format!("test {}: {}{more}", first.test, first.message));
    }
}
