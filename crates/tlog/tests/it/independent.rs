//! Our receipts, checkpoints and tiles before a verifier written in another language from the
//! specifications (`tests/independent/verify_receipt.py`), with another Ed25519 implementation.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::TestRunner;
use serde_json::Value;
use tempfile::TempDir;

use crate::support::{MemoryLog, checkpoint, key_file, log_with_receipt};

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/independent/verify_receipt.py");

/// The Python of the script; it is looked for once.
fn python() -> &'static Path {
    static FOUND: OnceLock<PathBuf> = OnceLock::new();
    FOUND.get_or_init(|| outside::python(env!("CARGO_TARGET_TMPDIR"), &["cryptography"]))
}

/// Whether the script finds it valid, and its line.
fn verify(arguments: &[&Path], mode: &str) -> (bool, String) {
    let mut command = Command::new(python());
    let output = command.arg(SCRIPT).arg(mode).args(arguments).output().unwrap();
    let line = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    assert!(line.starts_with("valid") || line.starts_with("invalid"), "{output:?}");
    (output.status.success(), line)
}

struct Written {
    folder: TempDir,
    keys: PathBuf,
    receipt: PathBuf,
}

/// Lays a log out as a web server would serve it, with a receipt and a key file beside it.
fn write(log: &MemoryLog, receipt: &tlog::Receipt) -> Written {
    let folder = TempDir::new().unwrap();
    for row in log.store.rows() {
        let path = folder.path().join(row.id().to_string());
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, &row.bytes).unwrap();
    }
    fs::write(folder.path().join("checkpoint"), checkpoint(log.head).as_str()).unwrap();
    let (keys, receipt_path) = (folder.path().join("keys"), folder.path().join("receipt.json"));
    fs::write(&keys, format!("# trusted\n\n{}", key_file(&[2, 1]))).unwrap();
    fs::write(&receipt_path, receipt.to_json().unwrap()).unwrap();
    Written { folder, keys, receipt: receipt_path }
}

#[test]
fn another_implementation_accepts_our_receipts_and_logs() {
    for (size, index) in [(1, 0), (2, 1), (255, 77), (256, 255), (257, 256), (70_000, 69_000)] {
        let (log, receipt) = log_with_receipt(size, index);
        let written = write(&log, &receipt);
        let (valid, line) = verify(&[&written.keys, &written.receipt, written.folder.path()], "both");
        assert!(valid, "size {size}: {line}");
    }
}

#[test]
fn another_implementation_refuses_what_was_changed() {
    let (log, receipt) = log_with_receipt(600, 300);
    let written = write(&log, &receipt);
    let json = fs::read(&written.receipt).unwrap();
    for place in (5..json.len()).step_by(97) {
        let mut changed = json.clone();
        changed[place] ^= 1;
        let ours = tlog::Receipt::from_json(&changed);
        assert!(ours.is_err() || !matches!(ours.unwrap().verify(None), tlog::Verdict::Pending));
        fs::write(&written.receipt, changed).unwrap();
        assert!(!verify(&[&written.keys, &written.receipt], "receipt").0, "byte {place}");
    }
    for tile in ["tile/0/001", "tile/entries/002.p/88", "tile/1/000.p/2", "checkpoint"] {
        let written = write(&log, &receipt);
        let path = written.folder.path().join(tile);
        let mut bytes = fs::read(&path).unwrap();
        bytes[31] ^= 1;
        fs::write(path, bytes).unwrap();
        let (valid, line) = verify(&[&written.keys, written.folder.path()], "log");
        assert!(!valid, "{tile}: {line}");
    }
}

#[test]
fn another_implementation_writes_the_same_canonical_json() {
    let mut runner = TestRunner::deterministic();
    let strategy = crate::receipt_fuzz::any_json();
    let mut ours = Vec::new();
    let mut lines = Vec::new();
    while ours.len() < 300 {
        let value: Value = strategy.new_tree(&mut runner).unwrap().current();
        if let Ok(bytes) = tlog::canonical(&value) {
            ours.push(String::from_utf8(bytes).unwrap());
            lines.push(value.to_string());
        }
    }
    let mut command = Command::new(python());
    command.arg(SCRIPT).arg("canonical").stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    input.write_all((lines.join("\n") + "\n").as_bytes()).unwrap();
    drop(input);
    let output = child.wait_with_output().unwrap();
    let theirs = String::from_utf8(output.stdout).unwrap();
    let theirs: Vec<&str> = theirs.split('\n').collect();
    assert_eq!(theirs[..theirs.len() - 1], ours);
}
