//! The formats against outside cases: official vectors, real documents, verdicts of other implementations.
#![expect(clippy::expect_used, reason = "a test that cannot go on should stop")]

mod advisory;
mod advisory_large;
mod browser;
mod convert;
mod csaf;
mod csaf21;
mod csaf21_turn;
mod csaf_hostile;
mod csaf_schema;
mod cvss;
mod cwe;
mod diff;
mod exchange;
mod feed;
mod findings;
mod fuzz;
mod json;
mod judged;
mod large;
mod losses;
mod money;
mod programme;
mod provider;
mod report;
mod sarif;
mod scope;
mod scope_order;
mod scope_rows;
mod security_txt;
mod ssvc;
mod vrt;
mod words;
