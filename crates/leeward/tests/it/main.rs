//! The binary: its command line as a person uses it, and the layering of the house.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on should stop")]

mod access;
mod advisory;
mod asvs;
mod command_line;
mod formats;
mod hostile;
mod layering;
mod painter;
mod process;
mod security_txt;
