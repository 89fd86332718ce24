//! 6.3.5: hashes have 64 digits or more.

use crate::csaf::{Document, Findings, Rule, Test};

pub(super) const TEST: Test = Test { id: "6.3.5", title: "Use of Short Hash", rule: Rule::Run(run) };

fn run(document: &Document, found: &mut Findings) {
    for hash in document.hashes().flat_map(|file| file.items("file_hashes")) {
        if let Some(value) = hash.get("value")
            && let Some(text) = value.text().filter(|text| text.len() < 64)
        {
            found.at(&value, format!("has {} digits; add a hash with 64 or more, such as sha256", text.len()));
        }
    }
}
