//! Gives the readers inputs that nobody would write, for a time, and keeps those that break a promise.
//!
//!     cargo build --release -p formats --example fuzz
//!     target/release/examples/fuzz NAME|all SECONDS SEED [FOLDER]
//!
//! NAME is one of `engine::readers`; SECONDS are of processor time, for each; FOLDER takes what failed (by itself the
//! temporary folder). The corpus comes from `LEEWARD_SHARED` or `../shared`. A promise is broken by a panic, by a
//! document that does not come out as it went in, by more memory than 64 MB and 400 bytes for each of the input, and by
//! more time than 2 s. What failed is made smaller as long as it fails. The input under way lies in `fuzz-NAME.current`, so that
//! it is known even when the process is gone.
#![expect(clippy::print_stdout, clippy::expect_used, reason = "a measurement prints and stops at a fault")]
#![expect(clippy::format_push_string, reason = "an example, not an interface")]

mod engine;

use engine::chance::Chance;
use engine::readers::{READERS, Reader};
use engine::{Answer, Corpus};
use peak_alloc::PeakAlloc;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook};
use std::path::{Path, PathBuf};

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// Failures of one reader after which it is left.
const FAILURES: usize = 12;

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [name, seconds, seed, rest @ ..] = &args[..] else { panic!("NAME|all SECONDS SEED [FOLDER]") };
    let seconds: u64 = seconds.parse().expect("SECONDS: a number");
    let seed: u64 = seed.parse().expect("SEED: a number");
    let folder = rest.first().map_or_else(std::env::temp_dir, PathBuf::from);
    set_hook(Box::new(|_| {}));
    let mut known = false;
    for reader in READERS.iter().filter(|reader| name == "all" || name == reader.name) {
        known = true;
        run(reader, seconds, seed, &folder);
    }
    assert!(known, "no reader {name}; there are {:?}", READERS.iter().map(|r| r.name).collect::<Vec<_>>());
}

fn run(reader: &Reader, seconds: u64, seed: u64, folder: &Path) {
    let mut corpus = Corpus::new(files(reader));
    let begun = corpus.len();
    let mut chance = Chance::new(seed);
    let current = folder.join(format!("fuzz-{}.current", reader.name));
    let (start, mut count, mut failures) = (processor(), 0_u64, Vec::<String>::new());
    let end = start + seconds * 1_000_000_000;
    while processor() < end && failures.len() < FAILURES {
        for _ in 0..16 {
            let input = corpus.next(reader, &mut chance);
            std::fs::write(&current, &input).expect("a folder to write to");
            count += 1;
            match tried(reader, &input) {
                Ok(answer) => corpus.learn(input, &answer),
                Err(why) => {
                    let kind: String = engine::blunt(&why).chars().take(60).collect();
                    if !failures.contains(&kind) {
                        let small = smaller(reader, input, &kind);
                        let path = folder.join(format!("fuzz-{}-{}.bin", reader.name, failures.len()));
                        std::fs::write(&path, &small).expect("a folder to write to");
                        println!("FAILED {}: {why}\n  in {}", reader.name, path.display());
                        failures.push(kind);
                    }
                }
            }
        }
    }
    let spent = (processor() - start) / 1_000_000_000;
    println!(
        "{}: {count} inputs in {spent} s, corpus {begun} -> {}, failures {}",
        reader.name,
        corpus.len(),
        failures.len()
    );
    let _ = std::fs::remove_file(current);
}

/// One input, with its cost.
fn tried(reader: &Reader, input: &[u8]) -> Answer {
    MEMORY.reset_peak_usage();
    let (before, start) = (MEMORY.current_usage(), processor());
    let answer = catch_unwind(AssertUnwindSafe(|| (reader.run)(input)));
    let (spent, used) = ((processor() - start) / 1_000_000, MEMORY.peak_usage().saturating_sub(before));
    let answer = answer.map_err(|panic| {
        let text = panic.downcast_ref::<String>().cloned();
        format!("panic: {}", text.or_else(|| panic.downcast_ref::<&str>().map(|t| (*t).to_owned())).unwrap_or_default())
    })??;
    if spent > 2_000 {
        return Err(format!("took {spent} ms for {} bytes", input.len()));
    }
    if used > 64_000_000 + 400 * input.len() {
        return Err(format!("took {used} bytes of memory for {} bytes", input.len()));
    }
    Ok(answer)
}

/// Pieces are taken away, large ones first, as long as it fails in the same way.
fn smaller(reader: &Reader, mut input: Vec<u8>, kind: &str) -> Vec<u8> {
    let fails =
        |input: &[u8]| tried(reader, input).is_err_and(|why| engine::blunt(&why).chars().take(60).eq(kind.chars()));
    let (mut piece, mut tries) = (input.len() / 2, 0);
    while piece > 0 && tries < 4000 {
        let mut at = 0;
        while at < input.len() && tries < 4000 {
            let mut less = input.clone();
            less.drain(at..(at + piece).min(input.len()));
            tries += 1;
            if fails(&less) { input = less } else { at += piece }
        }
        piece /= 2;
    }
    input
}

/// Nanoseconds of processor time of this thread.
fn processor() -> u64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").expect("Linux");
    text.split(' ').next().and_then(|first| first.parse().ok()).expect("a number")
}

/// At most so many files, spread over a folder.
const FILES: usize = 500;

fn files(reader: &Reader) -> Vec<Vec<u8>> {
    let mut found = (reader.own)();
    for folder in reader.folders {
        let folder = outside::data(folder).expect("the corpus");
        let mut paths = Vec::new();
        collect(&folder, &mut paths);
        paths.sort();
        let step = paths.len().div_ceil(FILES).max(1);
        found.extend(paths.into_iter().step_by(step).filter_map(|path| std::fs::read(path).ok()).flat_map(cut));
    }
    found
}

/// What is too long is taken apart: a list into pieces of it, anything else into its head.
fn cut(mut bytes: Vec<u8>) -> Vec<Vec<u8>> {
    if bytes.len() <= engine::MOST {
        return vec![bytes];
    }
    if let Ok(serde_json::Value::Array(list)) = serde_json::from_slice(&bytes) {
        let pieces = list.chunks(2).take(60).map(|piece| serde_json::Value::from(piece.to_vec()).to_string());
        return pieces.map(String::into_bytes).collect();
    }
    bytes.truncate(engine::MOST / 8);
    vec![bytes]
}

fn collect(path: &Path, paths: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(path) else {
        paths.extend(path.is_file().then(|| path.to_owned()));
        return;
    };
    for entry in entries.flatten() {
        collect(&entry.path(), paths);
    }
}
