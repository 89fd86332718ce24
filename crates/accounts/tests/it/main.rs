//! People, credentials, sessions, tokens, permissions in SQL. `LEEWARD_TEST_PG` runs the same suite on
//! PostgreSQL.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "helpers of a test fail by panicking")]

mod credentials;
mod grants;
mod links;
mod notices;
mod pages;
mod reads;
mod researcher_bars;
mod researcher_factor;
mod researchers;
mod sessions;
#[path = "../../../mail/tests/it/server.rs"]
#[expect(dead_code, reason = "the tests of mail use more of it")]
mod smtp;
mod support;
mod tokens;
mod visible;
mod watch;
