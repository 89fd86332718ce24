//! The store on both engines. `LEEWARD_TEST_PG` runs the same suite on PostgreSQL.
#![expect(clippy::unwrap_used, reason = "helpers of a test fail by panicking")]

mod blob;
mod bucket_faults;
mod drill;
mod erasure;
mod jobs;
mod kept;
mod keys;
mod log;
mod meta;
mod migrations;
mod schema;
mod scrub;
mod search;
mod stage;
mod write;
