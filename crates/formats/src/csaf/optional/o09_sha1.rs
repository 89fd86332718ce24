//! 6.2.9: SHA-1 is not the only hash of a file.

use crate::csaf::{Document, Findings, Rule, Test};

pub(super) const TEST: Test =
    Test { id: "6.2.9", title: "Use of SHA-1 as the only Hash Algorithm", rule: Rule::Run(run) };

fn run(document: &Document, found: &mut Findings) {
    for file in document.hashes() {
        let algorithms: Vec<_> = file.items("file_hashes").filter_map(|hash| hash.word("algorithm")).collect();
        if !algorithms.is_empty() && algorithms.iter().all(|algorithm| *algorithm == "sha1") {
            found.at(&file, "SHA-1 can be forged; add a hash of a stronger algorithm such as sha256");
        }
    }
}
