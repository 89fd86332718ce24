//! Integration tests of the log: one binary.

mod crosscheck;
mod support;
