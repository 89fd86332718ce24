//! How fast vectors are scored and targets are matched; figures for docs/measurements.md.
//!
//!     CARGO_PROFILE_DEV_OPT_LEVEL=3 cargo run -p formats --example speed -- VECTORS PROGRAMMES HOSTS
//!
//! VECTORS: one a line. PROGRAMMES: a file of bounty-targets-data. HOSTS: one a line; a million targets are made of them.
#![expect(clippy::print_stdout, clippy::expect_used, reason = "a measurement prints and stops at a fault")]
#![expect(clippy::disallowed_methods, reason = "measuring needs a clock")]

use formats::cvss::Vector;
use formats::scope::{Scope, Verdict};
use std::hint::black_box;
use std::time::Instant;

const TARGETS: usize = 1_000_000;

fn main() {
    let files: Vec<String> = std::env::args().skip(1).collect();
    let [vectors, programmes, hosts] = &files[..] else { panic!("VECTORS PROGRAMMES HOSTS") };

    let text = std::fs::read_to_string(vectors).expect("vectors");
    let start = Instant::now();
    let mut scored = 0_usize;
    for vector in text.lines().filter_map(|line| line.parse::<Vector>().ok()) {
        black_box(vector.scores());
        scored += 1;
    }
    println!("{scored} vectors read and scored in {:?}", start.elapsed());

    let programmes = std::fs::read(programmes).expect("programmes");
    let start = Instant::now();
    let programmes = formats::programme::read(&programmes, None).expect("programmes");
    let scope = Scope::new(programmes.into_iter().flat_map(|programme| programme.assets));
    println!("{} assets read in {:?}", scope.assets().len(), start.elapsed());

    let hosts = std::fs::read_to_string(hosts).expect("hosts");
    let targets: Vec<String> =
        hosts.lines().cycle().take(TARGETS).enumerate().map(|(n, host)| format!("https://{host}/path/{n}")).collect();
    let start = Instant::now();
    let known = targets.iter().filter(|target| scope.verdict(target) != Verdict::Unknown).count();
    println!("{TARGETS} targets, {known} of them known, in {:?}", start.elapsed());
}
