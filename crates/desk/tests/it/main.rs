//! The engine on a real store, and its pages and API through the real router. `LEEWARD_TEST_PG` runs the
//! same suite on PostgreSQL.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "helpers of a test fail by panicking"
)]

mod alert_letters;
mod alerts;
mod api;
mod appeals;
mod audiences;
mod audit;
mod audit_damage;
mod away;
mod bulk;
mod case_page;
mod case_people;
mod clocks;
mod co_reporters;
mod composing;
mod door;
mod duplicates;
mod engine;
mod erasing;
mod erasing_people;
mod export;
mod export_print;
mod figures;
mod guests;
mod heartbeat;
mod hold;
mod huge_cases;
mod inbox;
mod inbox_far;
mod inbox_orders;
mod left_behind;
mod letters;
mod log;
mod log_parts;
mod long_cases;
mod many_reads;
mod mentions;
mod mine;
mod parts;
mod plans;
mod reads_of_cases;
#[path = "../../../outbound/tests/it/receiver.rs"]
#[expect(dead_code, reason = "the tests of outbound use more of it")]
mod receiver;
mod researchers;
mod retention;
mod scanned;
#[path = "../../../mail/tests/it/server.rs"]
#[expect(dead_code, reason = "the tests of mail use more of it")]
mod smtp;
mod stock;
mod support;
mod system;
mod undo;
mod views;
mod walks;
mod webhooks;
