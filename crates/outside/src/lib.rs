//! For tests: finds what they need from outside the repository. Never part of the shipped binary.
//!
//! What is absent is told: data that is not there by a line on stderr and `None`, a program by a panic that says
//! how to get it.
#![expect(clippy::panic, reason = "panicking is how a test fails")]

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const CRATES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// `data/NAME` of the shared folder, which is `LEEWARD_SHARED`, else `../shared` beside the checkout. `None` and a
/// line on stderr when it is not there: a test that checks nothing must say so.
#[expect(clippy::print_stderr, reason = "a test that checks nothing must say so")]
pub fn data(name: &str) -> Option<PathBuf> {
    let shared = std::env::var_os("LEEWARD_SHARED").map(PathBuf::from);
    let beside = || Path::new(CRATES).join("../../shared");
    let path = shared.unwrap_or_else(beside).join("data").join(name);
    if path.exists() {
        return Some(path);
    }
    eprintln!("SKIPPED: {} is not there; set LEEWARD_SHARED to run against it", path.display());
    None
}

/// The text of [`data`].
///
/// # Panics
///
/// When the file is there and is no text.
pub fn text(name: &str) -> Option<String> {
    let path = data(name)?;
    Some(std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display())))
}

/// The first Python that can import all of `packages`: `LEEWARD_TEST_PYTHON`, the one that `./test` sets up in
/// `target` (a test gives its own `env!("CARGO_TARGET_TMPDIR")`), the system's.
///
/// # Panics
///
/// When there is none.
pub fn python(target_tmp: &str, packages: &[&str]) -> PathBuf {
    let tools = Path::new(target_tmp).join("../test-tools/python/bin/python");
    let named = std::env::var_os("LEEWARD_TEST_PYTHON").map(PathBuf::from);
    let imports = format!("import {}", packages.join(", "));
    let can = |python: &PathBuf| {
        let tried = Command::new(python).args(["-c", &imports]).stderr(Stdio::null()).status();
        tried.is_ok_and(|status| status.success())
    };
    named.into_iter().chain([tools, "python3".into()]).find(can).unwrap_or_else(|| {
        let packages = packages.join(" ");
        panic!("this test needs Python 3 with {packages}; run ./test, or: python3 -m pip install {packages}")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absent_data_is_none() {
        assert_eq!(data("there-is-no-such-folder"), None);
    }

    #[test]
    #[should_panic(expected = "python3 -m pip install there_is_no_such_package")]
    fn an_absent_package_is_told() {
        python("/nowhere", &["there_is_no_such_package"]);
    }
}
