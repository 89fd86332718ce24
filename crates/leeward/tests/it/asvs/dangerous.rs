//! Work that is dangerous anywhere stays where docs/security-rules.md says: starting programs, reaching other machines,
//! the clock and chance of the system, the log, and what the one script of the pages may use.

use super::{house, text_of};
use std::path::{Path, PathBuf};

/// What may stand only in these files (or folders) of the sources.
const PLACES: &[(&str, &[&str])] = &[
    // Programs of others.
    ("Command::new(", &["db/src/pg_tools.rs", "leeward/src/config/master.rs", "desk/src/attachment/picture/apart.rs"]),
    // The way to other machines. `mail` and `outbound` are the crates that may have one of their own.
    ("object_store::", &["db/src/blob/"]),
    ("reqwest::", &["outbound/", "db/src/blob/bucket.rs"]),
    ("TcpStream::connect", &["mail/", "outbound/", "desk/src/attachment/scan.rs"]),
    ("UnixStream::connect", &["desk/src/attachment/scan.rs"]),
    ("UdpSocket", &[]),
    ("hyper::client", &["outbound/src/client.rs"]),
    ("lookup_host", &["outbound/src/client.rs"]),
    // Chance and time.
    ("getrandom::", &["domain/src/ambient.rs"]),
    ("SystemTime::now", &["domain/src/ambient.rs"]),
    ("rand::", &[]),
    // The log.
    ("tracing_subscriber::", &["leeward/src/log_lines.rs"]),
    // Never.
    ("Regex::new", &[]),
    ("unsafe {", &[]),
    ("Html::from", &[]),
    ("|safe", &[]),
    // What templates print as it is: texts after the cleaner, and plots that are made of numbers.
    ("HtmlSafe", &["web/src/markdown/mod.rs", "desk/src/figures/plot/"]),
];

/// What the script of the pages never uses.
const NOT_IN_SCRIPT: &[&str] = &[
    "innerHTML",
    "outerHTML",
    "insertAdjacent",
    "document.write",
    "eval(",
    "Function(",
    "localStorage",
    "sessionStorage",
    "indexedDB",
    "document.cookie",
    "postMessage",
    "\"message\"",
    "XMLHttpRequest",
    "fetch(",
    "import(",
    "WebSocket",
    "window.",
    "document.forms",
    "getElementById",
    "var ",
];

pub(super) fn sources(folder: &Path, ending: &str, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, ending, found);
        } else if path.extension().is_some_and(|e| e == ending) {
            found.push(path);
        }
    }
}

/// The code of a file: without comments, and without its tests.
pub(super) fn code(text: &str) -> String {
    let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

#[test]
fn dangerous_work_stays_where_it_is_written_down() {
    let crates = house().join("crates");
    let mut files = Vec::new();
    for entry in std::fs::read_dir(&crates).unwrap() {
        let folder = entry.unwrap().path();
        for (part, ending) in [("src", "rs"), ("src", "html"), ("templates", "html")] {
            if folder.join(part).is_dir() {
                sources(&folder.join(part), ending, &mut files);
            }
        }
    }
    assert!(files.len() > 300, "{}", files.len());
    let mut faults = Vec::new();
    for file in files {
        let name = file.strip_prefix(&crates).unwrap().display().to_string();
        // What only tests use is in no binary.
        if name.starts_with("web/src/testing/") || name.starts_with("outside/") {
            continue;
        }
        let code = code(&std::fs::read_to_string(&file).unwrap());
        for (what, places) in PLACES {
            if code.contains(what) && !places.iter().any(|place| name.starts_with(place)) {
                faults.push(format!("{name} holds {what}"));
            }
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));

    let script = text_of("crates/web/assets/app.js");
    assert!(script.contains("\"use strict\";\n(() => {"), "strict, and in a scope of its own");
    let used: Vec<&&str> = NOT_IN_SCRIPT.iter().filter(|word| script.contains(**word)).collect();
    assert!(used.is_empty(), "app.js uses {used:?}");

    assert!(text_of("Cargo.toml").contains("unsafe_code = \"forbid\""));
    for entry in std::fs::read_dir(&crates).unwrap() {
        let manifest = entry.unwrap().path().join("Cargo.toml");
        if let Ok(text) = std::fs::read_to_string(&manifest) {
            assert!(text.contains("[lints]\nworkspace = true"), "{}", manifest.display());
        }
    }
}
