//! People, credentials, sessions, tokens, permissions in SQL. `LEEWARD_TEST_PG` runs the same suite on
//! PostgreSQL.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "helpers of a test fail by panicking")]

mod credentials;
mod grants;
mod links;
mod pages;
mod reads;
mod sessions;
mod support;
mod tokens;
mod visible;
mod watch;
