//! The house rules that a machine can read: which crate may know which, what a pure crate may not touch, what may be
//! shipped under which licence, and how large and how named a source file is.
//!
//! Each rule is a function over data, so that a small case below proves that it can fail. The one test at the end
//! feeds them this workspace: `cargo metadata` and the files under `crates/`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// Crate -> the crates of the house that it may depend on. A crate that is not a key here has no place in the house.
const ARROWS: &[(&str, &[&str])] = &[
    ("formats", &[]),
    ("screen", &[]),
    ("tlog", &[]),
    // For tests only: nothing above may need it.
    ("outside", &[]),
    ("domain", &["formats"]),
    ("seal", &["domain"]),
    ("db", &["domain", "seal", "tlog"]),
    ("web", &["db", "domain"]),
    ("mail", &["db", "domain"]),
    ("outbound", &["db", "domain"]),
    ("accounts", &["web", "mail", "db", "seal", "domain"]),
    ("evidence", &["domain"]),
    ("desk", &["accounts", "web", "mail", "outbound", "db", "domain", "formats", "screen"]),
    ("bounty", FEATURE),
    ("disclosure", FEATURE),
    ("trust", FEATURE),
    ("privacy", FEATURE),
    ("safety", FEATURE),
    ("research", FEATURE),
    ("leeward", ANY),
];

/// What a feature may know: everything below it, never another feature.
const FEATURE: &[&str] =
    &["desk", "accounts", "web", "mail", "outbound", "evidence", "db", "domain", "formats", "screen"];

/// The binary wires everything.
const ANY: &[&str] = &["*"];

/// Crates that compute and nothing else: no runtime, no store, no network, no files.
const PURE: &[&str] = &["domain", "seal", "tlog", "formats", "screen"];
const IMPURE_CRATES: &[&str] = &["tokio", "sqlx", "axum", "reqwest", "hyper", "object_store"];
const IMPURE_PATHS: &[&str] = &["std::fs", "std::net", "std::process"];

const LICENCES: &[&str] = &[
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "MIT",
    "MIT-0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "0BSD",
    "ISC",
    "Zlib",
    "Unicode-3.0",
    "CC0-1.0",
    "BSL-1.0",
    "MPL-2.0",
    "CDLA-Permissive-2.0",
    "Unlicense",
];

/// One TLS (rustls with ring), built without a C toolchain of its own.
const BANNED: &[&str] = &["openssl", "openssl-sys", "native-tls", "aws-lc-rs", "aws-lc-sys"];

const BAD_NAMES: &[&str] = &["utils", "util", "common", "helpers", "helper", "misc", "manager"];
const MAX_LINES: usize = 400;
const MAX_TEST_LINES: usize = 600;

/// One package of `cargo metadata`.
struct Package {
    name: String,
    licence: Option<String>,
    ours: bool,
    /// Names of normal and build dependencies; what only tests use is not an arrow of the house.
    needs: Vec<String>,
}

fn bad_arrows(packages: &[Package]) -> Vec<String> {
    let table: BTreeMap<_, _> = ARROWS.iter().copied().collect();
    let mut faults = Vec::new();
    for package in packages.iter().filter(|p| p.ours) {
        let Some(allowed) = table.get(package.name.as_str()) else {
            faults.push(format!("crate {} has no row in the table of arrows", package.name));
            continue;
        };
        for need in &package.needs {
            let of_the_house = table.contains_key(need.as_str()) && packages.iter().any(|p| p.ours && &p.name == need);
            if of_the_house && *allowed != ANY && !allowed.contains(&need.as_str()) {
                faults.push(format!("{} -> {need} is not an allowed arrow", package.name));
            }
            if PURE.contains(&package.name.as_str()) && IMPURE_CRATES.contains(&need.as_str()) {
                faults.push(format!("{} is pure and may not depend on {need}", package.name));
            }
        }
    }
    faults
}

fn bad_packages(packages: &[Package]) -> Vec<String> {
    let mut faults = Vec::new();
    for package in packages {
        if BANNED.contains(&package.name.as_str()) {
            faults.push(format!("{} is banned", package.name));
        }
        match &package.licence {
            Some(expression) if licence_allowed(expression) => {}
            Some(expression) => faults.push(format!("{}: licence {expression} is not on the list", package.name)),
            None => faults.push(format!("{}: no licence expression", package.name)),
        }
    }
    faults
}

/// Whether an SPDX expression can be met by licences of the list. `A/B`, the old spelling, means `A OR B`.
fn licence_allowed(expression: &str) -> bool {
    let text = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ").replace(" WITH ", "\u{0}");
    let tokens: Vec<String> = text.split_ascii_whitespace().map(|t| t.replace('\u{0}', " WITH ")).collect();
    let mut at = 0;
    licence_or(&tokens, &mut at) == Some(true) && at == tokens.len()
}

fn licence_or(tokens: &[String], at: &mut usize) -> Option<bool> {
    let mut met = licence_and(tokens, at)?;
    while tokens.get(*at).is_some_and(|t| t == "OR") {
        *at += 1;
        met |= licence_and(tokens, at)?;
    }
    Some(met)
}

fn licence_and(tokens: &[String], at: &mut usize) -> Option<bool> {
    let mut met = licence_one(tokens, at)?;
    while tokens.get(*at).is_some_and(|t| t == "AND") {
        *at += 1;
        met &= licence_one(tokens, at)?;
    }
    Some(met)
}

/// `None` where the expression is no expression.
fn licence_one(tokens: &[String], at: &mut usize) -> Option<bool> {
    let token = tokens.get(*at)?;
    *at += 1;
    if token != "(" {
        return Some(LICENCES.contains(&token.as_str()));
    }
    let met = licence_or(tokens, at)?;
    let closed = tokens.get(*at).is_some_and(|t| t == ")");
    *at += 1;
    closed.then_some(met)
}

/// What is wrong with one source file; `path` is relative to `crates/`, as `db/src/write.rs`.
fn file_faults(path: &str, text: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let generated = path.ends_with(".gen.rs");
    let is_test = path.contains("/tests/") || path.ends_with("/tests.rs");
    let limit = if is_test { MAX_TEST_LINES } else { MAX_LINES };
    let lines = text.lines().count();
    if lines > limit && !generated {
        faults.push(format!("{path}: {lines} lines, {limit} at most"));
    }
    if path.split('/').any(|part| BAD_NAMES.contains(&part.trim_end_matches(".rs"))) {
        faults.push(format!("{path}: name says nothing about what is inside"));
    }
    if !generated && !text.lines().any(|line| line.trim_start().starts_with("//!")) {
        faults.push(format!("{path}: no //! that says what the module is for"));
    }
    let code = || text.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//"));
    for (number, line) in code() {
        let line = line.trim_start();
        if line.starts_with("#[allow(") || line.starts_with("#![allow(") {
            faults.push(format!("{path}:{}: #[expect(.., reason = ..)] instead of #[allow]", number + 1));
        }
    }
    let crate_name = path.split('/').next().unwrap_or_default();
    if PURE.contains(&crate_name) && path.contains("/src/") && !is_test {
        // Tests at the foot of a file may read test data.
        let foot = text.find("#[cfg(test)]").map_or(usize::MAX, |at| text[..at].lines().count());
        for (number, line) in code().take_while(|(number, _)| *number < foot) {
            for banned in IMPURE_PATHS.iter().filter(|p| line.contains(*p)) {
                faults.push(format!("{path}:{}: {banned} in a pure crate", number + 1));
            }
        }
    }
    faults
}

fn workspace_packages() -> Vec<Package> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".into());
    let output = Command::new(cargo)
        .args(["metadata", "--format-version", "1", "--locked"])
        .current_dir(crates_folder())
        .output()
        .expect("cargo metadata runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("cargo metadata prints JSON");
    let members = metadata["workspace_members"].as_array().expect("members");
    let packages = metadata["packages"].as_array().expect("packages");
    packages
        .iter()
        .map(|package| Package {
            name: package["name"].as_str().unwrap_or_default().to_owned(),
            licence: package["license"].as_str().map(str::to_owned),
            ours: members.contains(&package["id"]),
            needs: package["dependencies"]
                .as_array()
                .into_iter()
                .flatten()
                .filter(|dependency| dependency["kind"] != "dev")
                .filter_map(|dependency| dependency["name"].as_str().map(str::to_owned))
                .collect(),
        })
        .collect()
}

fn crates_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the crate lies in crates/").to_owned()
}

fn source_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("folder is readable") {
        let path = entry.expect("entry is readable").path();
        if path.is_dir() {
            source_files(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
}

#[test]
fn layering_of_this_workspace_holds() {
    let packages = workspace_packages();
    assert!(packages.iter().filter(|p| p.ours).count() >= 9, "metadata lists the crates of the house");
    let mut faults = bad_arrows(&packages);
    faults.extend(bad_packages(&packages));
    let root = crates_folder();
    let mut files = Vec::new();
    source_files(&root, &mut files);
    assert!(files.len() > 9, "the walk finds the sources");
    for file in files {
        let text = std::fs::read_to_string(&file).expect("source is UTF-8");
        let relative = file.strip_prefix(&root).expect("below crates/").to_string_lossy().into_owned();
        faults.extend(file_faults(&relative, &text));
    }
    assert!(faults.is_empty(), "{} broken house rules:\n{}", faults.len(), faults.join("\n"));
}

fn package(name: &str, needs: &[&str]) -> Package {
    let needs = needs.iter().map(|&n| n.to_owned()).collect();
    Package { name: name.into(), licence: Some("MIT".into()), ours: true, needs }
}

#[test]
fn layering_rejects_arrows_that_point_up_or_sideways() {
    let house = [
        package("domain", &["serde", "db"]),
        package("db", &["domain", "tokio"]),
        package("bounty", &["desk", "trust"]),
        package("trust", &["desk"]),
        package("desk", &[]),
        package("leeward", &["bounty", "db"]),
        package("cellar", &[]),
    ];
    let expected = [
        "domain -> db is not an allowed arrow",
        "bounty -> trust is not an allowed arrow",
        "crate cellar has no row in the table of arrows",
    ];
    assert_eq!(bad_arrows(&house), expected);
}

#[test]
fn layering_rejects_runtimes_in_pure_crates() {
    let faults = bad_arrows(&[package("seal", &["tokio", "sha2"]), package("web", &["tokio", "axum"])]);
    assert_eq!(faults, ["seal is pure and may not depend on tokio"]);
}

#[test]
fn layering_rejects_banned_packages_and_foreign_licences() {
    let mut viral = package("viral", &[]);
    viral.licence = Some("AGPL-3.0-only".into());
    let mut silent = package("silent", &[]);
    silent.licence = None;
    let faults = bad_packages(&[package("openssl", &[]), viral, silent, package("fine", &[])]);
    assert_eq!(faults.len(), 3, "{faults:?}");
}

#[test]
fn layering_reads_licence_expressions() {
    for good in [
        "MIT",
        "MIT/Apache-2.0",
        "GPL-2.0 OR MIT",
        "(MIT OR GPL-3.0) AND BSD-3-Clause",
        "Apache-2.0 WITH LLVM-exception",
    ] {
        assert!(licence_allowed(good), "{good}");
    }
    for bad in ["", "GPL-3.0", "MIT AND GPL-3.0", "(MIT", "MIT OR", "MIT)", "Apache-2.0 WITH Other-exception"] {
        assert!(!licence_allowed(bad), "{bad}");
    }
}

#[test]
fn layering_rejects_long_files_but_not_generated_ones() {
    let text = |lines: usize| format!("//! Long.\n{}", "// x\n".repeat(lines - 1));
    assert!(file_faults("db/src/a.rs", &text(400)).is_empty());
    assert_eq!(file_faults("db/src/a.rs", &text(401)).len(), 1);
    assert!(file_faults("db/tests/it/a.rs", &text(600)).is_empty());
    assert_eq!(file_faults("db/src/tests.rs", &text(601)).len(), 1);
    assert!(file_faults("db/src/a.gen.rs", &text(9000)).is_empty());
}

#[test]
fn layering_rejects_empty_names_silent_modules_and_allow() {
    for path in ["db/src/utils.rs", "web/src/common/mod.rs", "desk/src/helpers/a.rs"] {
        assert_eq!(file_faults(path, "//! X.\n").len(), 1, "{path}");
    }
    assert_eq!(file_faults("db/src/a.rs", "fn a() {}\n").len(), 1);
    assert_eq!(
        file_faults("db/src/a.rs", "//! X.\n#![allow(dead_code)]\n    #[allow(unused)]\n// #[allow(x)]\n").len(),
        2
    );
}

#[test]
fn layering_rejects_files_and_sockets_in_pure_sources() {
    let text = "//! X.\nuse std::fs;\n// std::fs in words\n#[cfg(test)]\nmod tests { use std::fs; }\n";
    assert_eq!(file_faults("tlog/src/a.rs", text), ["tlog/src/a.rs:2: std::fs in a pure crate"]);
    assert!(file_faults("tlog/tests/it/main.rs", text).is_empty());
    assert!(file_faults("db/src/a.rs", text).is_empty());
}
