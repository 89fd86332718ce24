//! 6.1.25: a file has one hash of an algorithm.

use crate::csaf::{Document, Findings, Rule, Test};
use std::collections::HashSet;

pub(super) const TEST: Test = Test { id: "6.1.25", title: "Multiple Use of Same Hash Algorithm", rule: Rule::Run(run) };

fn run(document: &Document, found: &mut Findings) {
    for file in document.hashes() {
        let mut seen = HashSet::new();
        for hash in file.items("file_hashes") {
            if let Some(algorithm) = hash.word("algorithm")
                && !seen.insert(algorithm)
            {
                found.at(&hash, format!("the file already has a {algorithm} hash; keep the right one"));
            }
        }
    }
}
