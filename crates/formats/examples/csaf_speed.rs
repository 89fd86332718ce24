//! How fast advisories are read and checked, one after the other on one core; figures for docs/measurements.md.
//!
//!     cargo run --release -p formats --example csaf_speed -- FOLDER...
//!
//! Prints a JSON line: how many documents and bytes, and the seconds of the best of five rounds over all of them. Every
//! test that needs nothing from outside is run: mandatory, optional and informative. `tools/bench/csaf.py` puts another
//! validator beside it.
#![expect(clippy::print_stdout, clippy::expect_used, reason = "a measurement prints and stops at a fault")]
#![expect(clippy::disallowed_methods, reason = "measuring needs a clock")]

use formats::csaf;
use formats::json::Limits;
use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

const ROUNDS: usize = 5;

fn collect(folder: &Path, documents: &mut Vec<Vec<u8>>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            collect(&path, documents);
        } else if path.extension().is_some_and(|extension| extension == "json") {
            let bytes = std::fs::read(&path).expect("a file");
            // Feeds and lists lie beside the advisories.
            let text = String::from_utf8_lossy(&bytes);
            if text.contains("\"csaf_version\"") {
                documents.push(bytes);
            }
        }
    }
}

fn main() {
    let mut documents = Vec::new();
    for folder in std::env::args().skip(1) {
        collect(Path::new(&folder), &mut documents);
    }
    let bytes: usize = documents.iter().map(Vec::len).sum();
    let mut best = Duration::MAX;
    let mut valid = 0;
    for _ in 0..ROUNDS {
        let start = Instant::now();
        let verdicts = documents.iter().map(|document| csaf::check(black_box(document), Limits::default()));
        valid = verdicts.filter(|verdict| verdict.as_ref().is_ok_and(|verdict| verdict.valid)).count();
        best = best.min(start.elapsed());
    }
    let line = serde_json::json!({
        "documents": documents.len(), "valid": valid, "bytes": bytes, "seconds": best.as_secs_f64(),
    });
    println!("{line}");
}
