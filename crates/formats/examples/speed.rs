//! How fast vectors are scored, targets matched and security.txt files judged; figures for docs/measurements.md.
//!
//!     CARGO_PROFILE_DEV_OPT_LEVEL=3 cargo run -p formats --example speed -- VECTORS PROGRAMMES HOSTS [FOLDER]
//!
//! VECTORS: one a line. PROGRAMMES: a file of bounty-targets-data. HOSTS: one a line; a million targets are made of them.
//! FOLDER: security.txt files.
#![expect(clippy::print_stdout, clippy::expect_used, reason = "a measurement prints and stops at a fault")]
#![expect(clippy::disallowed_methods, reason = "measuring needs a clock")]

use formats::cvss::Vector;
use formats::scope::{Scope, Verdict};
use formats::security_txt::{Context, Limits, Now, check};
use std::hint::black_box;
use std::time::Instant;

const TARGETS: usize = 1_000_000;

fn main() {
    let files: Vec<String> = std::env::args().skip(1).collect();
    let [vectors, programmes, hosts, rest @ ..] = &files[..] else { panic!("VECTORS PROGRAMMES HOSTS [FOLDER]") };

    let text = std::fs::read_to_string(vectors).expect("vectors");
    let start = Instant::now();
    let mut scored = 0_usize;
    for vector in text.lines().filter_map(|line| line.parse::<Vector>().ok()) {
        black_box(vector.scores());
        scored += 1;
    }
    println!("{scored} vectors read and scored in {:?}", start.elapsed());
    alone(&text);

    let programmes = std::fs::read(programmes).expect("programmes");
    let start = Instant::now();
    let programmes = formats::programme::read(&programmes, None).expect("programmes");
    let scope = Scope::new(programmes.into_iter().flat_map(|programme| programme.assets));
    println!("{} assets read in {:?}", scope.assets().len(), start.elapsed());

    let hosts = std::fs::read_to_string(hosts).expect("hosts");
    let targets: Vec<String> =
        hosts.lines().cycle().take(TARGETS).enumerate().map(|(n, host)| format!("https://{host}/path/{n}")).collect();
    let known = |targets: &[String]| targets.iter().filter(|target| scope.verdict(target) != Verdict::Unknown).count();
    let start = Instant::now();
    let found = known(&targets);
    println!("{TARGETS} targets, {found} of them known, in {:?} by one thread", start.elapsed());
    let start = Instant::now();
    let found: usize = std::thread::scope(|threads| {
        let halves = targets.chunks(TARGETS.div_ceil(2)).map(|half| threads.spawn(move || known(half)));
        halves.collect::<Vec<_>>().into_iter().map(|half| half.join().expect("a thread")).sum()
    });
    println!("{TARGETS} targets, {found} of them known, in {:?} by two threads", start.elapsed());
    for folder in rest {
        security_txt(folder);
    }
}

/// The same vectors by Rust's `cvss` alone: one score of each, where [`Vector::scores`] gives the base, temporal and
/// environmental ones. Vectors of 2.0 have no prefix and a reader of their own there.
fn alone(text: &str) {
    let start = Instant::now();
    let (mut scored, mut refused) = (0_usize, 0_usize);
    for line in text.lines() {
        let score = match line.parse::<cvss::Cvss>() {
            Ok(vector) => Some(vector.score()),
            Err(_) => line.parse::<cvss::v2::Vector>().ok().map(|vector| vector.score().value()),
        };
        scored += usize::from(black_box(score).is_some());
        refused += usize::from(score.is_none());
    }
    println!("{scored} vectors read and scored by the cvss crate alone in {:?}, {refused} refused", start.elapsed());
}

/// Every file of a folder is read from memory and judged, forty times.
fn security_txt(folder: &str) {
    let entries = std::fs::read_dir(folder).expect("a folder");
    let files: Vec<_> = entries.map(|entry| std::fs::read(entry.expect("an entry").path()).expect("a file")).collect();
    let context = Context { now: Now::parse("2026-11-22T06:00:00Z").expect("a day"), served: None };
    let start = Instant::now();
    for bytes in files.iter().cycle().take(40 * files.len()) {
        black_box(check(bytes, Limits::default(), &context).expect("within bounds"));
    }
    let (done, taken) = (40 * files.len(), start.elapsed());
    let bytes: usize = files.iter().map(Vec::len).sum();
    println!("{done} security.txt files of {} bytes on average judged in {taken:?}", bytes / files.len());
}
