//! Integration tests of the log: one binary.

#![expect(clippy::unwrap_used, reason = "a failed step is a failed test")]

mod crosscheck;
mod support;
