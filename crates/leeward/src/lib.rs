//! The binary's library part: configuration, wiring and commands. `main.rs` only reads the command line; tests build
//! the same house that is served.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command line talks by printing")]

pub mod command;
pub mod config;
pub mod house;
pub mod log_lines;
pub mod memory;
