//! Letters against a real SMTP server, on both engines.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "helpers of a test fail by panicking")]

mod compose;
mod contact;
mod courier;
mod hard;
mod order;
mod outage;
mod read;
mod server;
mod tls;
