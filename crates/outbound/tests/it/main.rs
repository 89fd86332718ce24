//! Webhooks against a real HTTP server, on both engines.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "helpers of a test fail by panicking")]

mod client;
mod collector;
mod receiver;
mod sending;
mod signature;
mod stopping;
mod support;
