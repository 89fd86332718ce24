//! Where the shared test data lies: `LEEWARD_SHARED`, else `../shared` beside the checkout.

use std::path::PathBuf;

/// `data/NAME` of the shared folder, or `None` and a line on stderr: a test that checks nothing must say so.
#[expect(clippy::print_stderr, reason = "a test that checks nothing must say so")]
pub fn data(name: &str) -> Option<PathBuf> {
    let shared = std::env::var_os("LEEWARD_SHARED").map(PathBuf::from);
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let path = shared.unwrap_or(beside).join("data").join(name);
    if path.exists() {
        return Some(path);
    }
    eprintln!("SKIPPED: {} is not there; set LEEWARD_SHARED to run against it", path.display());
    None
}

#[test]
fn absent_data_is_none() {
    assert_eq!(data("there-is-no-such-folder"), None);
}
