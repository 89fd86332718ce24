//! Locks: each lives in one file, which alone takes it, and none of them is held while something is waited for.

use super::dangerous::{code, sources};
use super::{house, text_of};
use std::collections::BTreeSet;

/// The files that have locks, all of the standard library but those that say otherwise.
const LOCKS: &[&str] = &[
    // Two of the runtime, whose turns are waited for: what extracts a backup, and who merges the index.
    "db/src/backup/extract.rs",
    "db/src/erase/list.rs",
    "db/src/flush.rs",
    "db/src/gate.rs",
    "db/src/keyring.rs",
    "db/src/opened.rs",
    "db/src/search/rank.rs",
    "desk/src/attachment/archive.rs",
    // The turn of whoever indexes is one of the runtime.
    "desk/src/engine/index.rs",
    "desk/src/inbox/around.rs",
    "desk/src/system/clock.rs",
    "mail/src/courier.rs",
    "mail/src/post.rs",
    "outbound/src/sender.rs",
    "web/src/form/incoming.rs",
    "web/src/limit/bucket.rs",
    "web/src/limit/budget.rs",
    "web/src/ops.rs",
    "web/src/server/admission.rs",
];

/// The words of a type or a value that is a lock.
const WORDS: &[&str] = &["Mutex<", "RwLock<", "Mutex::new", "RwLock::new", "Mutex::const_new"];

#[test]
fn locks_stay_in_their_files_and_none_is_held_over_a_wait() {
    let crates = house().join("crates");
    let mut files = Vec::new();
    for entry in std::fs::read_dir(&crates).unwrap() {
        let folder = entry.unwrap().path().join("src");
        if folder.is_dir() {
            sources(&folder, "rs", &mut files);
        }
    }
    let mut found = BTreeSet::new();
    for file in files {
        let name = file.strip_prefix(&crates).unwrap().display().to_string();
        let for_tests = ["/testing", "outside/", "tests.rs"].iter().any(|part| name.contains(part));
        let code = code(&std::fs::read_to_string(&file).unwrap());
        if !for_tests && WORDS.iter().any(|word| code.contains(word)) {
            found.insert(name);
        }
    }
    let listed: BTreeSet<String> = LOCKS.iter().map(|name| (*name).to_owned()).collect();
    assert_eq!(found, listed, "a lock belongs into one of these files, or its file into the list");

    // The compiler's own reader finds a guard that lives over an await; the lane of the tests refuses what it finds.
    let lints: toml::Table = text_of("Cargo.toml").parse().unwrap();
    let clippy = &lints["workspace"]["lints"]["clippy"];
    for lint in ["await_holding_lock", "await_holding_refcell_ref"] {
        assert_eq!(clippy[lint].as_str(), Some("deny"), "{lint}");
    }
    assert!(text_of("test").contains("cargo clippy --locked --workspace --all-targets -- -D warnings"));
}
