//! What large advisories cost: seconds and memory at most, for each of some made-up documents; figures for
//! docs/measurements.md.
//!
//!     cargo run --release -p formats --example csaf_large [THOUSANDS]
//!
//! THOUSANDS of products, 250 by itself. Memory is what was allocated at one time, the document itself included.
#![expect(clippy::print_stdout, clippy::expect_used, reason = "a measurement prints and stops at a fault")]
#![expect(clippy::disallowed_methods, reason = "measuring needs a clock")]

use formats::csaf;
use formats::json::Limits;
use peak_alloc::PeakAlloc;
use std::fmt::Write as _;
use std::time::Instant;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

const HEAD: &str = r#"{"$schema":"https://docs.oasis-open.org/csaf/csaf/v2.1/schema/csaf.json","document":{"category":"csaf_security_advisory","csaf_version":"2.1","title":"t"}"#;

fn branches(products: usize) -> String {
    let mut text = format!(r#"{HEAD},"product_tree":{{"branches":["#);
    for branch in 0..40 {
        let comma = if branch > 0 { "," } else { "" };
        let _ = write!(text, r#"{comma}{{"category":"vendor","name":"v{branch}","branches":["#);
        for product in 0..products / 40 {
            let comma = if product > 0 { "," } else { "" };
            let id = branch * products + product;
            let _ = write!(
                text,
                r#"{comma}{{"category":"product_version","name":"{id}","product":{{"name":"p {id}","product_id":"id-{id}"}}}}"#
            );
        }
        text.push_str("]}");
    }
    text.push_str("]}}");
    text
}

fn named(products: usize) -> String {
    let list = |entry: fn(usize) -> String| (0..products).map(entry).collect::<Vec<_>>().join(",");
    let names = list(|id| format!(r#"{{"name":"n","product_id":"p{id}"}}"#));
    let remediations = list(|id| format!(r#"{{"category":"vendor_fix","details":"d","product_ids":["p{id}"]}}"#));
    let flags = list(|id| format!(r#"{{"label":"component_not_present","product_ids":["p{id}"]}}"#));
    format!(
        r#"{HEAD},"product_tree":{{"full_product_names":[{names}]}},"vulnerabilities":[{{"flags":[{flags}],"remediations":[{remediations}]}}]}}"#
    )
}

fn circle(products: usize) -> String {
    let path = |id: usize| {
        format!(
            r#"{{"beginning_product_reference":"p{}","full_product_name":{{"name":"n","product_id":"p{id}"}},"subpaths":[{{"category":"installed_on","next_product_reference":"p{id}"}}]}}"#,
            (id + 1) % products
        )
    };
    let paths: Vec<_> = (0..products).map(path).collect();
    format!(r#"{HEAD},"product_tree":{{"product_paths":[{}]}}}}"#, paths.join(","))
}

fn groups(members: usize) -> String {
    let list: Vec<_> = (0..members).map(|id| format!("\"p{id}\"")).collect();
    let named = vec![r#"{"category":"vendor_fix","details":"d","group_ids":["all"]}"#; members * 2 / 3].join(",");
    format!(
        r#"{HEAD},"product_tree":{{"product_groups":[{{"group_id":"all","product_ids":[{}]}}]}},"vulnerabilities":[{{"remediations":[{named}]}}]}}"#,
        list.join(",")
    )
}

fn main() {
    let thousands: usize = std::env::args().nth(1).map_or(250, |text| text.parse().expect("a number"));
    let small = |of: &str, times: usize| format!("[{}]", vec![of; times].join(","));
    let documents = [
        ("products below 40 branches", branches(thousands * 1000)),
        ("products with a remediation and a flag each", named(thousands * 400)),
        ("a circle of product paths", circle(thousands * 400)),
        ("a group named over and over", groups(thousands * 1200)),
        ("one text", format!("\"{}\"", "x".repeat(49_900_000))),
        ("small objects", small(r#"{"a":1}"#, 990_000)),
        ("small lists", small("[[]]", 990_000)),
        (
            "different keys",
            format!("{{{}}}", (0..1_900_000).map(|n| format!("\"{n}\":0")).collect::<Vec<_>>().join(",")),
        ),
    ];
    println!("| document | MB | seconds | memory at most, MB | findings |\n|---|---|---|---|---|");
    for (what, text) in documents {
        MEMORY.reset_peak_usage();
        let (before, start) = (MEMORY.current_usage() - text.len(), Instant::now());
        let verdict = csaf::check(text.as_bytes(), Limits::default());
        let (seconds, used) = (start.elapsed().as_secs_f64(), MEMORY.peak_usage() - before);
        let findings = verdict.map_or_else(|e| e.to_string(), |verdict| verdict.findings.len().to_string());
        let mb = |bytes: usize| format!("{}.{}", bytes / 1_000_000, bytes / 100_000 % 10);
        println!("| {what} | {} | {seconds:.2} | {} | {findings} |", mb(text.len()), mb(used));
    }
}
