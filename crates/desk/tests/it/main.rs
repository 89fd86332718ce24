//! The engine on a real store, and its pages and API through the real router. `LEEWARD_TEST_PG` runs the
//! same suite on PostgreSQL.
#![expect(clippy::unwrap_used, clippy::panic, clippy::print_stderr, reason = "helpers of a test fail by panicking")]

mod alerts;
mod api;
mod audiences;
mod audit;
mod case_page;
mod clocks;
mod door;
mod engine;
mod erasing;
mod erasing_people;
mod hold;
mod inbox;
mod letters;
mod log;
mod support;
mod walks;
